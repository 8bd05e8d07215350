package dev.sprocket.bridge.zmq;

import java.nio.charset.StandardCharsets;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * ZeroMQ PUSH socket for Java backends, the client of {@link ZmqBridge#pull}.
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

    /** Queues a push; blocks while the server does not receive. */
    public void push(String json) {
        socket.send(json.getBytes(StandardCharsets.UTF_8));
    }

    ZMQ.Socket socket() {
        return socket;
    }

    /** Sends queued pushes for up to five seconds, and closes the socket. */
    @Override
    public void close() {
        context.close();
    }
}
