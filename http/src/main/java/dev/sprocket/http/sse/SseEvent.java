package dev.sprocket.http.sse;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.internal.text.SafeText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Event of an {@link EventStream} (HTML standard, 9.2).
 *
 * @param data payload; may have several lines
 * @param id sent by the browser as {@code Last-Event-ID} on reconnect; null leaves it unchanged
 * @param type selects the listeners of the page; null stands for {@code message}
 * @param retry time that the browser waits before a reconnect; null leaves it unchanged
 */
@Immutable
public record SseEvent(String data, @Nullable String id, @Nullable String type, @Nullable Duration retry) {
    /**
     * Validates the fields.
     *
     * <p>Throws {@link IllegalArgumentException} if id or type contains a line break or NUL, or retry is negative.
     */
    public SseEvent {
        check("id", id);
        check("type", type);
        if (retry != null && retry.isNegative()) {
            throw new IllegalArgumentException("retry: " + retry + " (expected: zero or more)");
        }
    }

    private static void check(String name, @Nullable String value) {
        if (value != null && value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new IllegalArgumentException(
                    "event " + name + ": " + SafeText.excerpt(value) + " (expected: one line)");
        }
    }

    /** Returns an event with data only. */
    public static SseEvent of(String data) {
        return new SseEvent(data, null, null, null);
    }

    /** Returns a copy with another id. */
    public SseEvent withId(String value) {
        return new SseEvent(data, value, type, retry);
    }

    /** Returns a copy with another type. */
    public SseEvent withType(String value) {
        return new SseEvent(data, id, value, retry);
    }

    /** Returns a copy with another reconnect delay. */
    public SseEvent withRetry(Duration value) {
        return new SseEvent(data, id, type, value);
    }

    /**
     * Returns the event in encoded format.
     *
     * <p>It has a line per field and per line of the data, and an empty line at the end.
     */
    public String text() {
        ByteBuf encoded = SseEncoder.encode(this, ByteBufAllocator.DEFAULT);
        try {
            return encoded.toString(StandardCharsets.UTF_8);
        } finally {
            encoded.release();
        }
    }
}
