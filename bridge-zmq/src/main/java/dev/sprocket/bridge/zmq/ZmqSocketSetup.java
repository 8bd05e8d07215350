package dev.sprocket.bridge.zmq;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Creates and configures the socket of a bridge. Confined to the receiving thread. */
final class ZmqSocketSetup {
    /** Handshake timeout; JeroMQ sometimes gets no response after connecting, and then reconnects. */
    static final int HANDSHAKE_MILLIS = 500;
    /** Handshake timeout for CURVE, which has more round trips. */
    private static final int CURVE_HANDSHAKE_MILLIS = 2000;

    private static final int RECONNECT_MILLIS = 100;
    private static final int RECONNECT_MAX_MILLIS = 5000;

    private final ZmqBridge.Builder options;
    private final ZMQ.Socket socket;
    private final InetSocketAddress address;
    private @Nullable ZapHandler zap;

    ZmqSocketSetup(ZmqBridge.Builder options, int port, ZContext context, Consumer<Throwable> zapFailed) {
        this.options = options;
        this.socket = context.createSocket(options.type);
        configureLimits();
        if (options.listens()) {
            configureServer(context, zapFailed);
            this.address = bind(port);
        } else {
            configureClient();
            this.address = connect();
        }
    }

    /** Lets the context close, even after a failure of the ZAP handler. */
    void release() {
        if (zap != null) {
            zap.release();
        }
    }

    ZMQ.Socket socket() {
        return socket;
    }

    InetSocketAddress address() {
        return address;
    }

    private void configureLimits() {
        socket.setMaxMsgSize(options.maxFrameSize);
        socket.setMsgAllocator(options.frameMemory);
        socket.setLinger(0);
        socket.setRcvHWM(options.highWaterMark);
        socket.setSndHWM(options.highWaterMark);
        socket.setTCPKeepAlive(1);
        if (options.type == SocketType.ROUTER) {
            // reports dropped responses
            socket.setRouterMandatory(true);
            // a client that reconnects with the same identity replaces its old connection
            socket.setRouterHandover(true);
        }
        if (options.type == SocketType.SUB) {
            options.subscriptions().forEach(socket::subscribe);
        }
    }

    private void configureServer(ZContext context, Consumer<Throwable> zapFailed) {
        if (options.keys != null) {
            socket.setCurveServer(true);
            socket.setCurvePublicKey(ZmqKeys.decode("publicKey", options.keys.publicKey()));
            socket.setCurveSecretKey(ZmqKeys.decode("secretKey", options.keys.secretKey()));
        }
        if (!options.addresses.isEmpty() || !options.clientKeys.isEmpty()) {
            // without a domain, the ZAP handler is not asked about unencrypted connections
            socket.setZAPDomain("sprocket");
            zap = ZapHandler.start(options.addresses, options.clientKeys, context, zapFailed);
        }
    }

    private void configureClient() {
        boolean curve = options.keys != null;
        socket.setHandshakeIvl(curve ? CURVE_HANDSHAKE_MILLIS : HANDSHAKE_MILLIS);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MAX_MILLIS);
        if (options.keys != null) {
            socket.setCurveServerKey(ZmqKeys.decode("server", options.serverKey));
            socket.setCurvePublicKey(ZmqKeys.decode("publicKey", options.keys.publicKey()));
            socket.setCurveSecretKey(ZmqKeys.decode("secretKey", options.keys.secretKey()));
        }
    }

    private InetSocketAddress bind(int port) {
        socket.bind(endpoint(options.host, port == 0 ? "*" : String.valueOf(port)));
        String endpoint = Objects.requireNonNull(socket.getLastEndpoint());
        return new InetSocketAddress(options.host, Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1)));
    }

    private InetSocketAddress connect() {
        for (InetSocketAddress peer : options.peers) {
            socket.connect(endpoint(peer.getHostString(), String.valueOf(peer.getPort())));
        }
        return options.peers.get(0);
    }

    private String endpoint(String host, String port) {
        boolean six = host.indexOf(':') >= 0;
        if (six) {
            socket.setIPv6(true);
        }
        return "tcp://" + (six ? "[" + host + "]" : host) + ":" + port;
    }
}
