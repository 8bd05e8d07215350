package dev.sprocket.bridge.http;

import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts an {@link HttpPush} together.
 *
 * <p>Not thread-safe.
 */
public final class HttpPushBuilder {
    static final Duration REMEMBERED = Duration.ofMinutes(10);
    static final int REMEMBERED_BYTES = 16 << 20;
    static final Duration SIGNATURE_WINDOW = Duration.ofMinutes(1);
    static final int HOLD_ABOVE = 32 << 20;

    final PushTarget delivery;
    final @Nullable Topics topics;
    List<Backend> backends = List.of();
    Optional<String> topicField = Optional.empty();
    Duration lifetime = REMEMBERED;
    long mostAnswered = REMEMBERED_BYTES;
    Duration window = SIGNATURE_WINDOW;
    long mostWaiting = HOLD_ABOVE;
    LongSupplier waiting;
    /** For times that others have set. */
    InstantSource clock = InstantSource.system();
    /** For durations that are measured here: milliseconds, which no change of the wall clock moves. */
    LongSupplier ticker = () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime());

    @Nullable
    PushState memory;

    HttpPushBuilder(PushTarget delivery, LongSupplier waiting, @Nullable Topics topics) {
        this.delivery = delivery;
        this.waiting = waiting;
        this.topics = topics;
    }

    /**
     * Lets a backend push. Without any, everybody may; with one, nobody else. Throws {@link IllegalArgumentException} if
     * two have the same name.
     */
    public HttpPushBuilder backend(Backend backend) {
        if (backends.stream().anyMatch(other -> other.name().equals(backend.name()))) {
            throw new IllegalArgumentException("two backends are called " + backend.name());
        }
        List<Backend> more = new ArrayList<>(backends);
        more.add(backend);
        backends = List.copyOf(more);
        return this;
    }

    /** An object that is no envelope is an event for the topic in its member of this name. */
    public HttpPushBuilder topicField(String name) {
        topicField = Optional.of(name);
        return this;
    }

    /**
     * For how long the answer to a request with an {@code Idempotency-Key} is remembered, and how many bytes all answers may
     * take: 10 minutes and 16 MiB unless told otherwise. Past that many bytes requests with a new key are answered with 503.
     */
    public HttpPushBuilder idempotency(Duration remembered, long bytes) {
        lifetime = positive("remembered", remembered);
        mostAnswered = positive("bytes", bytes);
        return this;
    }

    /** How far the time of a signature may be away from now: a minute unless told otherwise. */
    public HttpPushBuilder signatureWindow(Duration most) {
        window = positive("signatureWindow", most);
        return this;
    }

    /**
     * How many bytes may wait to be delivered, as {@link Topics#pendingBytes()} counts them, before pushes are answered with 503:
     * 32 MiB unless told otherwise. A {@code Publisher} is asked, which decorators may wrap; for other targets say {@link
     * #waiting whom}.
     */
    public HttpPushBuilder holdAbove(long bytes) {
        mostWaiting = positive("holdAbove", bytes);
        return this;
    }

    /** Whom to ask how many bytes wait to be delivered, as {@code topics::waiting}. */
    public HttpPushBuilder waiting(LongSupplier bytes) {
        this.waiting = bytes;
        return this;
    }

    /** Goes on with what others remember that were asked the same. */
    HttpPushBuilder memory(PushState shared) {
        memory = shared;
        return this;
    }

    HttpPushBuilder clock(InstantSource other) {
        clock = other;
        return this;
    }

    HttpPushBuilder ticker(LongSupplier millis) {
        ticker = millis;
        return this;
    }

    private static Duration positive(String name, Duration value) {
        positive(name, value.toMillis());
        return value;
    }

    private static long positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
        return value;
    }

    /** The pushes; this builder must not be used any more. */
    public HttpPush build() {
        return new HttpPush(this);
    }
}
