package dev.sprocket.bridge.zmq;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.Cidr;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/**
 * Authenticates connections by address, and with CURVE by key (ZAP, ZeroMQ RFC 27).
 *
 * <p>It has its own thread, since handshakes continue while receiving is paused. It must run as long as the socket:
 * without a ZAP handler, JeroMQ accepts every connection.
 */
final class ZapHandler implements Runnable {
    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    private static final String ENDPOINT = "inproc://zeromq.zap.01";
    private static final String VERSION = "1.0";

    private final Set<Cidr> addresses;
    private final Set<String> clientKeys;
    private final ZContext context;
    private final ZMQ.Socket replies;
    private final Consumer<Throwable> onFailure;
    private final CountDownLatch released = new CountDownLatch(1);

    private ZapHandler(Set<Cidr> addresses, Set<String> clientKeys, ZContext context, Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        this.addresses = addresses;
        this.clientKeys = clientKeys;
        this.context = ZContext.shadow(context);
        this.replies = this.context.createSocket(SocketType.REP);
    }

    /**
     * Starts the handler of a context; it ends together with the context.
     *
     * @param addresses addresses that may connect; empty allows all
     * @param clientKeys keys in Z85 that may connect; empty allows all
     * @param onFailure called by the handler thread when it fails; later handshakes block until they time out
     */
    static ZapHandler start(
            Set<Cidr> addresses, Set<String> clientKeys, ZContext context, Consumer<Throwable> onFailure) {
        ZapHandler zap = new ZapHandler(addresses, clientKeys, context, onFailure);
        zap.replies.bind(ENDPOINT);
        Thread thread = new Thread(zap, "sprocket-zmq-zap");
        thread.setDaemon(true);
        thread.start();
        return zap;
    }

    /** Lets the context close after a failure. */
    void release() {
        released.countDown();
    }

    @Override
    public void run() {
        try (context) {
            try {
                serve();
            } catch (ZMQException | ZError.CtxTerminatedException end) {
                if (!(end instanceof ZMQException e) || e.getErrorCode() == ZMQ.Error.ETERM.getCode()) {
                    return;
                }
                fail(end);
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    /**
     * Keeps the handler's socket open after a failure, until {@link #release} is called.
     *
     * <p>Later handshakes block until they time out. Without a ZAP handler, JeroMQ accepts every connection.
     */
    private void fail(Throwable cause) {
        onFailure.accept(cause);
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        while (true) {
            List<byte[]> request = new ArrayList<>();
            request.add(replies.recv());
            while (replies.hasReceiveMore()) {
                request.add(replies.recv());
            }
            String rejection = rejection(request);
            replies.sendMore(VERSION);
            replies.sendMore(request.size() > 1 ? request.get(1) : new byte[0]);
            replies.sendMore(rejection.isEmpty() ? "200" : "400");
            replies.sendMore(rejection);
            replies.sendMore("");
            replies.send("");
        }
    }

    /**
     * Returns the reason of a rejection; empty if accepted.
     *
     * <p>Frames: version, id, domain, address, identity, mechanism, and with CURVE the key.
     */
    private String rejection(List<byte[]> request) {
        if (request.size() < 6) {
            return "malformed";
        }
        String address = text(request.get(3));
        String rejection;
        try {
            rejection = rejection(address, text(request.get(5)), request);
        } catch (RuntimeException e) { // every request needs a response; a failed check is a rejection
            LOG.error(
                    address,
                    "zmq connection rejected, authentication check failed: address={} (report this as a bug)",
                    address,
                    e);
            return "failed";
        }
        if (!rejection.isEmpty()) {
            LOG.cause(rejection)
                    .info(peer(address), "zmq connection rejected: address={} reason=\"{}\"", address, rejection);
        }
        return rejection;
    }

    private String rejection(String address, String mechanism, List<byte[]> request) {
        if (!addresses.isEmpty() && !isAllowed(address)) {
            return "address not allowed";
        }
        if (clientKeys.isEmpty()) {
            return "";
        }
        if (!mechanism.equals("CURVE")) {
            return "mechanism " + mechanism + " (expected: CURVE)";
        }
        boolean known = request.size() == 7
                && request.get(6).length == ZMQ.Curve.KEY_SIZE
                && clientKeys.contains(ZMQ.Curve.z85Encode(request.get(6)));
        return known ? "" : "client key not allowed";
    }

    /** Parses an address, so the log throttle can group networks. */
    private static Object peer(String address) {
        return NetUtil.isValidIpV6Address(address) || NetUtil.isValidIpV4Address(address)
                ? new InetSocketAddress(address, 0)
                : address;
    }

    private boolean isAllowed(String address) {
        try {
            // a literal address, so no DNS lookup
            InetAddress parsed = InetAddress.getByName(address);
            return addresses.stream().anyMatch(range -> range.matches(parsed));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static String text(byte[] frame) {
        return new String(frame, StandardCharsets.UTF_8);
    }
}
