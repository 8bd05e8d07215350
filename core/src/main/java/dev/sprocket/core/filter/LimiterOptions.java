package dev.sprocket.core.filter;

import com.google.errorprone.annotations.Immutable;

/**
 * Limits of a {@link Limiter}.
 *
 * @param connections maximum number of connections
 * @param perAddress maximum number of connections per address
 * @param messages maximum number of messages per second; 0 if not limited
 * @param onMessageLimit action beyond the limit of messages
 * @param bytes maximum number of bytes per second; 0 if not limited
 * @param onByteLimit action beyond the limit of bytes
 */
@Immutable
record LimiterOptions(
        int connections,
        int perAddress,
        long messages,
        Limiter.Action onMessageLimit,
        long bytes,
        Limiter.Action onByteLimit) {
    /** Limits nothing. */
    static final LimiterOptions NONE = new LimiterOptions(
            Integer.MAX_VALUE, Integer.MAX_VALUE, 0, Limiter.Action.REJECT, 0, Limiter.Action.REJECT);

    LimiterOptions connections(int max) {
        positive("connections", max);
        return new LimiterOptions(max, perAddress, messages, onMessageLimit, bytes, onByteLimit);
    }

    LimiterOptions perAddress(int max) {
        positive("connections from an address", max);
        return new LimiterOptions(connections, max, messages, onMessageLimit, bytes, onByteLimit);
    }

    LimiterOptions messages(long perSecond, Limiter.Action action) {
        positive("messages a second", perSecond);
        return new LimiterOptions(connections, perAddress, perSecond, action, bytes, onByteLimit);
    }

    LimiterOptions bytes(long perSecond, Limiter.Action action) {
        positive("bytes a second", perSecond);
        return new LimiterOptions(connections, perAddress, messages, onMessageLimit, perSecond, action);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
