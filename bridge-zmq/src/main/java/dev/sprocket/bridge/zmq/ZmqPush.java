package dev.sprocket.bridge.zmq;

import java.nio.charset.StandardCharsets;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * ZeroMQ PUSH socket for Java backends, the client of {@link ZmqBridge#pull}.
 *
 * <p>Pushes are not confirmed: a push that is in transit when the connection is lost is lost, too. Does not support
 * CURVE, so it cannot push to a bridge with CURVE keys.
 *
 * <p>Not thread-safe.
 */
public final class ZmqPush implements AutoCloseable {
    private static final int LINGER_MILLIS = 5000;

    private final ZContext context = new ZContext();
    private final ZMQ.Socket socket = context.createSocket(SocketType.PUSH);

    /** Connects in the background, with retries. */
    public ZmqPush(String host, int port) {
        socket.setHandshakeIvl(ZmqSocketSetup.HANDSHAKE_MILLIS);
        socket.setLinger(LINGER_MILLIS);
        socket.connect("tcp://" + host + ":" + port);
    }

    /**
     * Queues a push.
     *
     * <p>Blocks while the queue is full (1,000 pushes), because the server is unreachable or receives too slowly.
     */
    public void push(String json) {
        socket.send(json.getBytes(StandardCharsets.UTF_8));
    }

    ZMQ.Socket socket() {
        return socket;
    }

    /** Sends queued pushes for up to five seconds, drops the rest, and closes the socket. */
    @Override
    public void close() {
        context.close();
    }
}
