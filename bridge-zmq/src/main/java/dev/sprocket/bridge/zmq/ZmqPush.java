package dev.sprocket.bridge.zmq;

import java.nio.charset.StandardCharsets;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * The backend's end of {@link ZmqBridge#pull}, for backends in Java: a ZeroMQ PUSH socket.
 *
 * <p>Not thread-safe.
 */
public final class ZmqPush implements AutoCloseable {
    private static final int LINGER_MILLIS = 5000;

    private final ZContext context = new ZContext();
    private final ZMQ.Socket socket = context.createSocket(SocketType.PUSH);

    /** Connects in the background, again and again until it succeeds. */
    public ZmqPush(String host, int port) {
        socket.setHandshakeIvl(ZmqSocketSetup.HANDSHAKE_MILLIS);
        socket.setLinger(LINGER_MILLIS);
        socket.connect("tcp://" + host + ":" + port);
    }

    /** Queues a push; waits as long as the server holds its senders back. */
    public void push(String json) {
        socket.send(json.getBytes(StandardCharsets.UTF_8));
    }

    ZMQ.Socket socket() {
        return socket;
    }

    /** Sends what is queued, for up to five seconds. */
    @Override
    public void close() {
        context.close();
    }
}
