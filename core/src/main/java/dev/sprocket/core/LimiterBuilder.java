package dev.sprocket.core;

/** What a {@link Limiter} limits; what it is not told is not limited. Not thread-safe. */
public final class LimiterBuilder {
    private int connections = Integer.MAX_VALUE;
    private int perAddress = Integer.MAX_VALUE;
    private long messages;
    private RateLimitAction messageAction = RateLimitAction.REJECT;
    private long bytes;
    private RateLimitAction byteAction = RateLimitAction.REJECT;

    LimiterBuilder() {}

    private LimiterBuilder(LimiterBuilder other) {
        this.connections = other.connections;
        this.perAddress = other.perAddress;
        this.messages = other.messages;
        this.messageAction = other.messageAction;
        this.bytes = other.bytes;
        this.byteAction = other.byteAction;
    }

    /** How many connections there may be in all. */
    public LimiterBuilder connections(int most) {
        this.connections = (int) positive("connections", most);
        return this;
    }

    /** How many connections one address may have; an IPv6 /64 counts as one. */
    public LimiterBuilder perAddress(int most) {
        this.perAddress = (int) positive("connections from an address", most);
        return this;
    }

    /** How many messages a connection may send a second, and what happens past it. */
    public LimiterBuilder messages(long perSecond, RateLimitAction past) {
        this.messages = positive("messages a second", perSecond);
        this.messageAction = past;
        return this;
    }

    /** How many bytes a connection may send a second, and what happens past it. Counts where messages are {@link Message}. */
    public LimiterBuilder bytes(long perSecond, RateLimitAction past) {
        this.bytes = positive("bytes a second", perSecond);
        this.byteAction = past;
        return this;
    }

    /** The limiter around a component. */
    public <C extends Connection, M> Limiter<C, M> around(MessageComponent<? super C, ? super M> inner) {
        return new Limiter<>(new LimiterBuilder(this), inner);
    }

    private static long positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
        return value;
    }

    int connections() {
        return connections;
    }

    int perAddress() {
        return perAddress;
    }

    /** 0 if not limited. */
    long messages() {
        return messages;
    }

    RateLimitAction onMessageLimit() {
        return messageAction;
    }

    /** 0 if not limited. */
    long bytes() {
        return bytes;
    }

    RateLimitAction onByteLimit() {
        return byteAction;
    }
}
