package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.bridge.BridgeSocket;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builder of {@link TcpBridge}.
 *
 * <p>Not thread-safe.
 */
public final class TcpBridgeBuilder {
    static final int DEFAULT_MAX_CONNECTIONS = 10_000;
    static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofMinutes(5);

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

    TcpBridgeBuilder(MessageComponent<? super Connection, ? super Message> target) {
        this.target = target;
        this.pendingLimit = PendingLimit.of(target);
    }

    /** Sets the listening address and port; port 0 selects a free port. */
    public TcpBridgeBuilder bind(String address, int number) {
        socket.bind(address, number);
        return this;
    }

    /** Sets the event loops, which other endpoints may share. */
    public TcpBridgeBuilder loops(EventLoops shared) {
        socket.loops(shared);
        return this;
    }

    /** Sets the framing of messages; default: {@link TcpFraming#LINES}. */
    public TcpBridgeBuilder framing(TcpFraming other) {
        this.framing = other;
        return this;
    }

    /**
     * Sets the first line that each connection must send within ten seconds, with any framing.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public TcpBridgeBuilder secret(String line) {
        this.secret = SharedSecret.of(line);
        return this;
    }

    /**
     * Sends the acknowledgements of the target to the clients.
     *
     * <p>A {@code Publisher} acknowledges with {@code ok 3} for three subscribers, or {@code error line 1, column 5:
     * …}.
     */
    public TcpBridgeBuilder acknowledge() {
        this.acknowledge = true;
        return this;
    }

    /**
     * Sets the maximum size of a message in bytes; default: 1 MiB.
     *
     * <p>A larger message closes its connection.
     */
    public TcpBridgeBuilder maxMessageSize(int bytes) {
        this.maxMessageSize = (int) positive("maxMessageSize", bytes);
        return this;
    }

    /** Sets the maximum number of connections; default: 10,000. */
    public TcpBridgeBuilder maxConnections(int max) {
        this.maxConnections = (int) positive("maxConnections", max);
        return this;
    }

    /** Sets the time without data after which a connection is closed; default: five minutes. */
    public TcpBridgeBuilder idleTimeout(Duration timeout) {
        positive("idleTimeout", timeout.toMillis());
        this.idleTimeout = timeout;
        return this;
    }

    /**
     * Sets the number of pending bytes above which reading pauses; default: 32 MiB.
     *
     * <p>Bytes are counted as by {@link Topics#pendingBytes()}. For a {@code Publisher}, also inside decorators, its
     * topics are used; for other targets, set {@link #pendingBytes}.
     */
    public TcpBridgeBuilder pendingLimit(long bytes) {
        this.pendingLimit = pendingLimit.bytes(bytes);
        return this;
    }

    /** Sets the source of the number of pending bytes, such as {@code topics::pendingBytes}. */
    public TcpBridgeBuilder pendingBytes(LongSupplier bytes) {
        this.pendingLimit = pendingLimit.source(bytes);
        return this;
    }

    /** Requires TLS. */
    public TcpBridgeBuilder tls(Tls certificate) {
        socket.tls(certificate);
        return this;
    }

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
