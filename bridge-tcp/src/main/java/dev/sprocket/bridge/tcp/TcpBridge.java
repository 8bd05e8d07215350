package dev.sprocket.bridge.tcp;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.bridge.BridgeSocket;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import dev.sprocket.pubsub.internal.push.PushHold;
import dev.sprocket.pubsub.push.Publisher;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bridge that accepts JSON over TCP, by default one message per line.
 *
 * <p>Clients may write and disconnect immediately, as PHP scripts do, without losing messages.
 *
 * <pre>{@code
 * TcpBridge.builder(topics).bind("127.0.0.1", 5556).build().start();
 * TcpBridge.builder((from, message) -> onBlogEntry(message.text())).build().start(); // any component can receive them
 * }</pre>
 * <p>While too many bytes are pending for subscribers, it stops reading, and the clients block. So it does for at most
 * 30 seconds while the log of a topic accepts no events; then these pushes fail.
 *
 * <p>Messages are delivered on event loops.
 */
@ThreadSafe
public final class TcpBridge implements Endpoint {
    /** Default maximum size of a message: 1 MiB. */
    public static final int DEFAULT_MAX_MESSAGE_SIZE = 1024 * 1024;

    /** Default maximum number of connections: 10,000. */
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    /** Default time without data after which a connection is closed: five minutes. */
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(5);

    private final Endpoint server;

    private TcpBridge(Builder options) {
        this.server = options.socket.server("bridge tcp", options.secret != null, "a secret", stack(options));
    }

    /** Returns a builder of a bridge that publishes to topics, by default on 127.0.0.1. */
    public static Builder builder(Topics topics) {
        return builder(new Publisher(topics));
    }

    /** Returns a builder of a bridge to a component, which receives text messages. */
    public static Builder builder(MessageComponent<? super Connection, ? super Message> target) {
        return new Builder(target);
    }

    static MessageComponent<Connection, Message> stack(Builder options) {
        MessageComponent<Connection, Message> stack = options.framing.around(
                new PushBackpressure(
                        options.secret == null,
                        options.acknowledge,
                        options.holdTimeout,
                        options.holdLimit,
                        options.pendingLimit,
                        options.target),
                options.maxMessageSize);
        if (options.secret != null) {
            stack = new SecretLineFilter(options.secret, stack);
        }
        return new Limiter<Connection, Message>(new IdleTimeout(options.idleTimeout, stack))
                .connections(options.maxConnections);
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

    /**
     * Builder of {@link TcpBridge}.
     *
     * <p>Not thread-safe.
     */
    public static final class Builder {

        final MessageComponent<? super Connection, ? super Message> target;
        final BridgeSocket socket = new BridgeSocket();
        TcpFraming framing = TcpFraming.LINES;

        @Nullable
        SharedSecret secret;

        boolean acknowledge;
        int maxMessageSize = TcpBridge.DEFAULT_MAX_MESSAGE_SIZE;
        int maxConnections = DEFAULT_MAX_CONNECTIONS;
        Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
        PendingLimit pendingLimit;
        Duration holdTimeout = PushHold.DEFAULT_TIMEOUT;
        long holdLimit = PushHold.DEFAULT_BYTES;

        Builder(MessageComponent<? super Connection, ? super Message> target) {
            this.target = target;
            this.pendingLimit = PendingLimit.of(target);
        }

        /** Sets the listening address and port; port 0 selects a free port. */
        @CanIgnoreReturnValue
        public Builder bind(String address, int number) {
            socket.bind(address, number);
            return this;
        }

        /** Sets the event loops, which other endpoints may share. */
        @CanIgnoreReturnValue
        public Builder loops(EventLoops shared) {
            socket.loops(shared);
            return this;
        }

        /** Sets the framing of messages; default: {@link TcpFraming#LINES}. */
        @CanIgnoreReturnValue
        public Builder framing(TcpFraming other) {
            this.framing = other;
            return this;
        }

        /**
         * Sets the first line that each connection must send within ten seconds, with any framing.
         *
         * @throws IllegalArgumentException if it is empty
         */
        @CanIgnoreReturnValue
        public Builder secret(String line) {
            this.secret = SharedSecret.of(line);
            return this;
        }

        /**
         * Sends the acknowledgements of the target to the clients.
         *
         * <p>A {@code Publisher} acknowledges with {@code ok 3} for three subscribers, or {@code error line 1, column
         * 5: …}.
         */
        @CanIgnoreReturnValue
        public Builder acknowledge() {
            this.acknowledge = true;
            return this;
        }

        /**
         * Sets the maximum size of a message in bytes; default: 1 MiB.
         *
         * <p>A larger message closes its connection.
         */
        @CanIgnoreReturnValue
        public Builder maxMessageSize(int bytes) {
            this.maxMessageSize = (int) positive("maxMessageSize", bytes);
            return this;
        }

        /** Sets the maximum number of connections; default: 10,000. */
        @CanIgnoreReturnValue
        public Builder maxConnections(int max) {
            this.maxConnections = (int) positive("maxConnections", max);
            return this;
        }

        /**
         * Sets the time for which pushes are held while their log accepts no events.
         *
         * <p>Then they fail. Nothing more is read from the connection meanwhile. Default: 30 seconds.
         *
         * @param timeout zero or more; zero: they fail at once
         * @throws IllegalArgumentException if it is negative
         */
        @CanIgnoreReturnValue
        public Builder holdTimeout(Duration timeout) {
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("holdTimeout: " + timeout + " (expected: zero or more)");
            }
            this.holdTimeout = timeout;
            return this;
        }

        /**
         * Sets the memory of the waiting pushes of a connection, in bytes; default: 16 MiB.
         *
         * <p>Beyond it, pushes fail. Each event counts 256 bytes in addition to its texts. All connections have 64 MiB
         * together.
         */
        @CanIgnoreReturnValue
        public Builder holdLimit(long bytes) {
            this.holdLimit = positive("holdLimit", bytes);
            return this;
        }

        /** Sets the time without data after which a connection is closed; default: five minutes. */
        @CanIgnoreReturnValue
        public Builder idleTimeout(Duration timeout) {
            positive("idleTimeout", timeout.toMillis());
            this.idleTimeout = timeout;
            return this;
        }

        /**
         * Sets the number of pending bytes above which reading pauses; default: 32 MiB.
         *
         * <p>Bytes are counted as by {@link Topics#pendingBytes()}. For a {@code Publisher}, also inside decorators,
         * its topics are used; for other targets, set {@link #pendingBytes}.
         */
        @CanIgnoreReturnValue
        public Builder pendingLimit(long bytes) {
            this.pendingLimit = pendingLimit.bytes(bytes);
            return this;
        }

        /** Sets the source of the number of pending bytes, such as {@code topics::pendingBytes}. */
        @CanIgnoreReturnValue
        public Builder pendingBytes(LongSupplier bytes) {
            this.pendingLimit = pendingLimit.source(bytes);
            return this;
        }

        /** Requires TLS. */
        @CanIgnoreReturnValue
        public Builder tls(Tls certificate) {
            socket.tls(certificate);
            return this;
        }

        @CanIgnoreReturnValue
        private static long positive(String name, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
            }
            return value;
        }

        /**
         * Builds the bridge, not started yet.
         *
         * @throws IllegalStateException without a secret on a non-loopback address
         */
        public TcpBridge build() {
            return new TcpBridge(this);
        }
    }
}
