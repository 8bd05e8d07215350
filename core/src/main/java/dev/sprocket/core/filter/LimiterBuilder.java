package dev.sprocket.core.filter;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/** Builder of a {@link Limiter}. Values that are not set are not limited. Not thread-safe. */
public final class LimiterBuilder {
    private int connections = Integer.MAX_VALUE;
    private int perAddress = Integer.MAX_VALUE;
    private long messages;
    private Limiter.Action messageAction = Limiter.Action.REJECT;
    private long bytes;
    private Limiter.Action byteAction = Limiter.Action.REJECT;

    LimiterBuilder() {}

    private LimiterBuilder(LimiterBuilder other) {
        this.connections = other.connections;
        this.perAddress = other.perAddress;
        this.messages = other.messages;
        this.messageAction = other.messageAction;
        this.bytes = other.bytes;
        this.byteAction = other.byteAction;
    }

    /** Sets the maximum number of connections in total. */
    public LimiterBuilder connections(int max) {
        this.connections = (int) positive("connections", max);
        return this;
    }

    /** Sets the maximum number of connections per address; an IPv6 /64 counts as one. */
    public LimiterBuilder perAddress(int max) {
        this.perAddress = (int) positive("connections from an address", max);
        return this;
    }

    /**
     * Sets the maximum number of messages per second and connection.
     *
     * @param action what happens beyond it
     */
    public LimiterBuilder messages(long perSecond, Limiter.Action action) {
        this.messages = positive("messages a second", perSecond);
        this.messageAction = action;
        return this;
    }

    /**
     * Sets the maximum number of bytes per second and connection. Applies where messages are {@link Message}.
     *
     * @param action what happens beyond it
     */
    public LimiterBuilder bytes(long perSecond, Limiter.Action action) {
        this.bytes = positive("bytes a second", perSecond);
        this.byteAction = action;
        return this;
    }

    /** Creates the limiter around a component. */
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

    /** Returns 0 if not limited. */
    long messages() {
        return messages;
    }

    Limiter.Action onMessageLimit() {
        return messageAction;
    }

    /** Returns 0 if not limited. */
    long bytes() {
        return bytes;
    }

    Limiter.Action onByteLimit() {
        return byteAction;
    }
}
