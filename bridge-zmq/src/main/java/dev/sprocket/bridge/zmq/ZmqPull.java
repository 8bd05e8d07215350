package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A ZeroMQ PULL socket that binds: backends connect with PUSH and send one frame a message. ZeroMQ does not tell who sent
 * what, so all messages come from one connection, to which nothing can be sent.
 *
 * <p>Threads: any; messages are handed on by a thread of its own, so a slow target holds the senders back.
 */
public final class ZmqPull implements Endpoint {
    /** The longest message: 1 MiB. The sender of a longer one is cut off. */
    public static final int LIMIT = 1024 * 1024;

    private final String host;
    private final int port;
    private final MessageComponent<? super Connection, ? super Message> target;
    private @Nullable ZmqReceiver receiver;

    /**
     * A bridge that has not started yet.
     *
     * @param port 0 takes a free one
     * @param target what each frame is handed to, as a text message
     */
    public ZmqPull(String host, int port, MessageComponent<? super Connection, ? super Message> target) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0-65535)");
        }
        this.host = host;
        this.port = port;
        this.target = target;
    }

    @Override
    public synchronized void start() throws IOException {
        if (receiver != null) {
            throw new IllegalStateException("already started");
        }
        ZmqReceiver started = new ZmqReceiver(host, port, target);
        started.start();
        receiver = started;
    }

    /** Hands on what has arrived, and stops. */
    @Override
    public void close(Duration deadline) {
        ZmqReceiver running;
        synchronized (this) {
            running = receiver;
        }
        if (running != null) {
            running.stop(deadline);
        }
    }

    @Override
    public synchronized SocketAddress address() {
        if (receiver == null) {
            throw new IllegalStateException("not started");
        }
        return receiver.address();
    }
}
