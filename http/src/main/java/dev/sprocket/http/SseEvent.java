package dev.sprocket.http;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.spi.SafeText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An event of an {@link EventStream}, as the HTML standard has it (9.2, server-sent events).
 *
 * @param data what the page is handed; may have several lines
 * @param id what the browser sends as {@code Last-Event-ID} when it connects again; null leaves it as it was
 * @param type which listeners of the page are called; null is {@code message}
 * @param retry how long the browser waits before it connects again; null leaves that as it was
 */
@Immutable
public record SseEvent(String data, @Nullable String id, @Nullable String type, @Nullable Duration retry) {
    /** Throws {@link IllegalArgumentException} if the id or type holds a line break, or the id a NUL. */
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

    /** An event that is nothing but data. */
    public static SseEvent of(String data) {
        return new SseEvent(data, null, null, null);
    }

    /** The same with an id. */
    public SseEvent withId(String value) {
        return new SseEvent(data, value, type, retry);
    }

    /** The same with a type. */
    public SseEvent withType(String value) {
        return new SseEvent(data, id, value, retry);
    }

    /** The same with a time to wait before connecting again. */
    public SseEvent withRetry(Duration value) {
        return new SseEvent(data, id, type, value);
    }

    /** The event as it stands on the wire: a line for each field, and for each line of the data, and an empty one. */
    public String text() {
        ByteBuf wire = SseEncoder.encode(this, ByteBufAllocator.DEFAULT);
        try {
            return wire.toString(StandardCharsets.UTF_8);
        } finally {
            wire.release();
        }
    }
}
