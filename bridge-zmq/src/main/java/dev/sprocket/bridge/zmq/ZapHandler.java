package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Cidr;
import dev.sprocket.core.spi.PeerLog;
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
 * Decides who may connect (ZeroMQ RFC 27): by address, and under CURVE by key. It has a thread of its own, since handshakes
 * go on while messages are held back, and it is there as long as the socket, which would let in anybody without it.
 */
final class ZapHandler implements Runnable {
    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    private static final String ENDPOINT = "inproc://zeromq.zap.01";
    private static final String VERSION = "1.0";

    private final Set<Cidr> addresses;
    private final Set<String> clients;
    private final ZContext context;
    private final ZMQ.Socket replies;
    private final Consumer<Throwable> failed;
    private final CountDownLatch released = new CountDownLatch(1);

    private ZapHandler(Set<Cidr> addresses, Set<String> clients, ZContext context, Consumer<Throwable> failed) {
        this.failed = failed;
        this.addresses = addresses;
        this.clients = clients;
        this.context = ZContext.shadow(context);
        this.replies = this.context.createSocket(SocketType.REP);
    }

    /**
     * Decides for all sockets of a context, until that ends; from when this returns.
     *
     * @param addresses those that may connect; all, if there are none
     * @param clients the keys that may, as Z85; all, if there are none
     * @param failed told that nobody is let in any more, by the thread that failed
     */
    static ZapHandler start(Set<Cidr> addresses, Set<String> clients, ZContext context, Consumer<Throwable> failed) {
        ZapHandler zap = new ZapHandler(addresses, clients, context, failed);
        zap.replies.bind(ENDPOINT);
        Thread thread = new Thread(zap, "sprocket-zmq-zap");
        thread.setDaemon(true);
        thread.start();
        return zap;
    }

    /** Lets the context end after a failure. */
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

    /** Keeps the socket, so that handshakes wait for an answer: without a handler JeroMQ would let in anybody. */
    private void fail(Throwable cause) {
        failed.accept(cause);
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
            String refusal = refusal(request);
            replies.sendMore(VERSION);
            replies.sendMore(request.size() > 1 ? request.get(1) : new byte[0]);
            replies.sendMore(refusal.isEmpty() ? "200" : "400");
            replies.sendMore(refusal);
            replies.sendMore("");
            replies.send("");
        }
    }

    /** Why, or nothing. The frames are: version, id, domain, address, identity, mechanism, and under CURVE the key. */
    private String refusal(List<byte[]> request) {
        if (request.size() < 6) {
            return "malformed";
        }
        String address = text(request.get(3));
        String refusal;
        try {
            refusal = refusal(address, text(request.get(5)), request);
        } catch (RuntimeException e) { // whoever asks must be answered, and not be let in
            LOG.error(address, "zmq {} refused: authentication failed", address, e);
            refusal = "failed";
        }
        if (!refusal.isEmpty()) {
            LOG.cause(refusal).info(peer(address), "zmq {} refused: {}", address, refusal);
        }
        return refusal;
    }

    private String refusal(String address, String mechanism, List<byte[]> request) {
        if (!addresses.isEmpty() && !isAllowed(address)) {
            return "address not allowed";
        }
        if (clients.isEmpty()) {
            return "";
        }
        boolean known = mechanism.equals("CURVE")
                && request.size() == 7
                && request.get(6).length == ZMQ.Curve.KEY_SIZE
                && clients.contains(ZMQ.Curve.z85Encode(request.get(6)));
        return known ? "" : "client key not allowed";
    }

    /** An address if it is one, so that networks are counted together. */
    private static Object peer(String address) {
        return NetUtil.isValidIpV6Address(address) || NetUtil.isValidIpV4Address(address)
                ? new InetSocketAddress(address, 0)
                : address;
    }

    private boolean isAllowed(String address) {
        try {
            // it is digits, so nothing is looked up
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
