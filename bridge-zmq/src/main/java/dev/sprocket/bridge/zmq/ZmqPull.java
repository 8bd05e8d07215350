package dev.sprocket.bridge.zmq;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Listening ZeroMQ PULL socket: backends connect with PUSH and send one frame per message.
 *
 * <p>For other sockets and options use {@link ZmqBridge}. Messages are delivered on a dedicated thread, so a slow
 * target slows down the senders.
 */
@ThreadSafe
public final class ZmqPull implements Endpoint {
    /** Maximum size of a message: 1 MiB; the sender of a larger one is disconnected. */
    public static final int MAX_MESSAGE_SIZE = ZmqBridge.DEFAULT_MAX_FRAME_SIZE;

    private final ZmqBridge bridge;

    /**
     * Creates a bridge, not started yet.
     *
     * @param port listening port; 0 selects a free port
     * @param target component that receives each frame as a text message
     */
    public ZmqPull(String host, int port, MessageComponent<? super Connection, ? super Message> target) {
        this.bridge = ZmqBridge.pull(target).bind(host, port).build();
    }

    @Override
    public void start() throws IOException {
        bridge.start();
    }

    /** Delivers the received messages and closes the socket. */
    @Override
    public void close(Duration deadline) {
        bridge.close(deadline);
    }

    @Override
    public SocketAddress address() {
        return bridge.address();
    }
}
