package dev.sprocket.bridge.zmq;

import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A socket as the options want it, bound or connecting. Threads: the one that uses the socket. */
final class ZmqSocketSetup {
    /** JeroMQ now and then connects and then hears nothing; past this time without an answer it connects anew. */
    static final int HANDSHAKE_MILLIS = 500;
    /** CURVE takes more steps, perhaps from far away. */
    private static final int CURVE_HANDSHAKE_MILLIS = 2000;

    private static final int RECONNECT_MILLIS = 100;
    private static final int RECONNECT_MOST_MILLIS = 5000;

    private final ZmqBridgeBuilder options;
    private final ZMQ.Socket socket;
    private final InetSocketAddress address;
    private @Nullable ZapHandler zap;

    ZmqSocketSetup(ZmqBridgeBuilder options, int port, ZContext context, Consumer<Throwable> zapFailed) {
        this.options = options;
        this.socket = context.createSocket(options.type);
        limit();
        if (options.listens()) {
            protect(context, zapFailed);
            this.address = bind(port);
        } else {
            secure();
            this.address = connect();
        }
    }

    /** Lets the context end, also if authentication has failed. */
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

    private void limit() {
        socket.setMaxMsgSize(options.limit);
        socket.setMsgAllocator(options.frameMemory);
        socket.setLinger(0);
        socket.setRcvHWM(options.highWaterMark);
        socket.setSndHWM(options.highWaterMark);
        socket.setTCPKeepAlive(1);
        if (options.type == SocketType.ROUTER) {
            // tells of an answer that is dropped
            socket.setRouterMandatory(true);
            // a client with a name of its own that comes back is not taken for another
            socket.setRouterHandover(true);
        }
        if (options.type == SocketType.SUB) {
            options.subscriptions().forEach(socket::subscribe);
        }
    }

    private void protect(ZContext context, Consumer<Throwable> zapFailed) {
        if (options.keys != null) {
            socket.setCurveServer(true);
            socket.setCurvePublicKey(ZmqKeys.decode("publicKey", options.keys.publicKey()));
            socket.setCurveSecretKey(ZmqKeys.decode("secretKey", options.keys.secretKey()));
        }
        if (!options.addresses.isEmpty() || !options.clients.isEmpty()) {
            // without a domain nobody is asked about connections that are not encrypted
            socket.setZAPDomain("sprocket");
            zap = ZapHandler.start(options.addresses, options.clients, context, zapFailed);
        }
    }

    private void secure() {
        boolean curve = options.keys != null;
        socket.setHandshakeIvl(curve ? CURVE_HANDSHAKE_MILLIS : HANDSHAKE_MILLIS);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MOST_MILLIS);
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
