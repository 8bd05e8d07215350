package dev.sprocket.bridge.zmq;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * The shortest way to a ZeroMQ PULL socket that binds: backends connect with PUSH and send one frame a message. For all
 * else see {@link ZmqBridge}.
 *
 * <p>Messages are handed on by a thread of its own, so a slow target holds the senders back.
 */
@ThreadSafe
public final class ZmqPull implements Endpoint {
    /** The longest message: 1 MiB. The sender of a longer one is cut off. */
    public static final int LIMIT = ZmqBridge.LIMIT;

    private final ZmqBridge bridge;

    /**
     * A bridge that has not started yet.
     *
     * @param port 0 takes a free one
     * @param target what each frame is handed to, as a text message
     */
    public ZmqPull(String host, int port, MessageComponent<? super Connection, ? super Message> target) {
        this.bridge = ZmqBridge.pull(target).bind(host, port).build();
    }

    @Override
    public void start() throws IOException {
        bridge.start();
    }

    /** Hands on what has arrived, and stops. */
    @Override
    public void close(Duration deadline) {
        bridge.close(deadline);
    }

    @Override
    public SocketAddress address() {
        return bridge.address();
    }
}
