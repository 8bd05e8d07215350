package dev.sprocket.bridge.tcp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * Bridge that accepts JSON over TCP, by default one message per line.
 *
 * <p>Clients may write and disconnect immediately, as PHP scripts do, without losing messages.
 *
 * <pre>{@code
 * TcpBridge.builder(topics).bind("127.0.0.1", 5556).build().start();
 * TcpBridge.builder((from, message) -> onBlogEntry(message.text())).build().start(); // any component can receive them
 * }</pre>
 * <p>While too many bytes are pending for subscribers, it stops reading, and the clients block.
 *
 * <p>Messages are delivered on event loops.
 */
@ThreadSafe
public final class TcpBridge implements Endpoint {
    /** Default maximum size of a message: 1 MiB. */
    public static final int DEFAULT_MAX_MESSAGE_SIZE = 1024 * 1024;

    private final Endpoint server;

    /**
     * Creates a bridge for lines, not started yet.
     *
     * @param target component that receives each line as a text message
     */
    public TcpBridge(
            String host, int port, EventLoops loops, MessageComponent<? super Connection, ? super Message> target) {
        this(builder(target).bind(host, port).loops(loops));
    }

    TcpBridge(TcpBridgeBuilder options) {
        this.server = options.socket.server("bridge tcp", options.secret != null, "a secret", stack(options));
    }

    /** Returns a builder of a bridge that publishes to topics, by default on 127.0.0.1. */
    public static TcpBridgeBuilder builder(Topics topics) {
        return builder(new Publisher(topics));
    }

    /** Returns a builder of a bridge to a component, which receives text messages. */
    public static TcpBridgeBuilder builder(MessageComponent<? super Connection, ? super Message> target) {
        return new TcpBridgeBuilder(target);
    }

    static MessageComponent<Connection, Message> stack(TcpBridgeBuilder options) {
        MessageComponent<Connection, Message> stack = options.framing.around(
                new PushBackpressure(options.acknowledge, options.pendingLimit, options.target),
                options.maxMessageSize);
        if (options.secret != null) {
            stack = new SecretLineFilter(options.secret, stack);
        }
        return Limiter.builder()
                .connections(options.maxConnections)
                .around(new IdleTimeout(options.idleTimeout, stack));
    }

    /**
     * Starts the bridge.
     *
     * @throws IllegalStateException without a secret on a non-loopback address
     */
    @Override
    public void start() throws IOException {
        server.start();
    }

    @Override
    public void close(Duration deadline) {
        server.close(deadline);
    }

    @Override
    public SocketAddress address() {
        return server.address();
    }
}
