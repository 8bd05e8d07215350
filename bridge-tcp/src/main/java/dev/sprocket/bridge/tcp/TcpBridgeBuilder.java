package dev.sprocket.bridge.tcp;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EventLoops;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.Tls;
import dev.sprocket.pubsub.Publisher;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link TcpBridge} together.
 *
 * <p>Not thread-safe.
 */
public final class TcpBridgeBuilder {
    static final int CONNECTIONS = 10_000;
    static final Duration IDLE = Duration.ofMinutes(5);
    static final int HOLD_ABOVE = 32 << 20;

    final MessageComponent<? super Connection, ? super Message> target;
    String host = IoServer.DEFAULT_HOST;
    int port;
    EventLoops loops = EventLoops.perCore();
    TcpFraming framing = TcpFraming.LINES;

    @Nullable
    SharedSecret secret;

    boolean answers;
    int limit = TcpBridge.LIMIT;
    int connections = CONNECTIONS;
    Duration idle = IDLE;
    long mostWaiting = HOLD_ABOVE;
    LongSupplier waiting;

    @Nullable
    Tls tls;

    TcpBridgeBuilder(MessageComponent<? super Connection, ? super Message> target) {
        this.target = target;
        this.waiting = Publisher.pendingBytes(target);
    }

    /** Listens there; port 0 takes a free one. */
    public TcpBridgeBuilder bind(String address, int number) {
        this.host = address;
        this.port = number;
        return this;
    }

    /** Uses these event loops, which other endpoints may share. */
    public TcpBridgeBuilder loops(EventLoops shared) {
        this.loops = shared;
        return this;
    }

    /** How messages are told apart: {@link TcpFraming#LINES} unless told otherwise. */
    public TcpBridgeBuilder framing(TcpFraming other) {
        this.framing = other;
        return this;
    }

    /**
     * What each connection must begin with, as a line of its own within ten seconds, whatever the framing of what
     * follows. Throws {@link
     * IllegalArgumentException} if it is empty.
     */
    public TcpBridgeBuilder secret(String line) {
        this.secret = SharedSecret.of(line);
        return this;
    }

    /**
     * Answers each message, if the target does: a {@code Publisher} with {@code ok 3} for three subscribers, or {@code error
     * line 1, column 5: …}.
     */
    public TcpBridgeBuilder answers() {
        this.answers = true;
        return this;
    }

    /** The longest message in bytes: 1 MiB unless told otherwise. A longer one closes its connection. */
    public TcpBridgeBuilder limit(int bytes) {
        this.limit = (int) positive("limit", bytes);
        return this;
    }

    /** How many connections there may be: 10,000 unless told otherwise. */
    public TcpBridgeBuilder connections(int most) {
        this.connections = (int) positive("connections", most);
        return this;
    }

    /** For how long a connection may send nothing: five minutes unless told otherwise. */
    public TcpBridgeBuilder idleTimeout(Duration longest) {
        positive("idleTimeout", longest.toMillis());
        this.idle = longest;
        return this;
    }

    /**
     * How many bytes may wait to be delivered, as {@link Topics#pendingBytes()} counts them, before connections are not read from:
     * 32 MiB unless told otherwise. A {@code Publisher} is asked, which decorators may wrap; for other targets say {@link
     * #waiting whom}.
     */
    public TcpBridgeBuilder holdAbove(long bytes) {
        this.mostWaiting = positive("holdAbove", bytes);
        return this;
    }

    /** Whom to ask how many bytes wait to be delivered, as {@code topics::waiting}. */
    public TcpBridgeBuilder waiting(LongSupplier bytes) {
        this.waiting = bytes;
        return this;
    }

    /** Serves TLS only. */
    public TcpBridgeBuilder tls(Tls certificate) {
        this.tls = certificate;
        return this;
    }

    private static long positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
        return value;
    }

    /**
     * The bridge, not started yet. Throws {@link IllegalStateException} if it would listen beyond loopback without a secret.
     */
    public TcpBridge build() {
        return new TcpBridge(this);
    }
}
