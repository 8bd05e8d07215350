package dev.sprocket.http.sse;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.core.internal.text.SafeText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Event of an {@link EventStream} (HTML standard, 9.2). */
@Immutable
public final class SseEvent {
    private final String data;
    private final @Nullable String id;
    private final @Nullable String type;
    private final @Nullable Duration retry;

    private SseEvent(String data, @Nullable String id, @Nullable String type, @Nullable Duration retry) {
        this.data = data;
        this.id = requireLine("id", id);
        this.type = requireLine("type", type);
        this.retry = retry;
        if (retry != null && retry.isNegative()) {
            throw new IllegalArgumentException("retry: " + retry + " (expected: zero or more)");
        }
    }

    private static @Nullable String requireLine(String name, @Nullable String value) {
        if (value != null && value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0)) {
            throw new IllegalArgumentException(
                    "event " + name + ": " + SafeText.excerpt(value) + " (expected: one line)");
        }
        return value;
    }

    /**
     * Returns an event with data only.
     *
     * @param data payload; may have several lines
     */
    public static SseEvent of(String data) {
        return new SseEvent(data, null, null, null);
    }

    /** Returns the payload. */
    public String data() {
        return data;
    }

    /** Returns the id; null leaves the last one of the page unchanged. */
    public @Nullable String id() {
        return id;
    }

    /**
     * Returns a copy with another id.
     *
     * @param value sent by the browser as {@code Last-Event-ID} on reconnect; one line, else
     *     {@link IllegalArgumentException}
     */
    public SseEvent id(String value) {
        return new SseEvent(data, value, type, retry);
    }

    /** Returns the type; null stands for {@code message}. */
    public @Nullable String type() {
        return type;
    }

    /**
     * Returns a copy with another type.
     *
     * @param value selects the listeners of the page; one line, else {@link IllegalArgumentException}
     */
    public SseEvent type(String value) {
        return new SseEvent(data, id, value, retry);
    }

    /** Returns the reconnect delay; null leaves it unchanged. */
    public @Nullable Duration retry() {
        return retry;
    }

    /**
     * Returns a copy with another reconnect delay.
     *
     * @param value time that the browser waits before a reconnect; not negative, else
     *     {@link IllegalArgumentException}
     */
    public SseEvent retry(Duration value) {
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SseEvent event
                && data.equals(event.data)
                && Objects.equals(id, event.id)
                && Objects.equals(type, event.type)
                && Objects.equals(retry, event.retry);
    }

    @Override
    public int hashCode() {
        return Objects.hash(data, id, type, retry);
    }

    /** Returns the type and id. The data may belong to a user and is not logged. */
    @Override
    public String toString() {
        return "event of " + data.length() + " characters (id=" + id + ", type=" + type + ")";
    }
}
