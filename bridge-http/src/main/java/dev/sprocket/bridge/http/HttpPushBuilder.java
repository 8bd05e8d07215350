package dev.sprocket.bridge.http;

import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.bridge.PendingLimit;
import dev.sprocket.pubsub.internal.push.PushTarget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builder of {@link HttpPush}.
 *
 * <p>Not thread-safe.
 */
public final class HttpPushBuilder {
    static final Duration DEFAULT_IDEMPOTENCY_TTL = Duration.ofMinutes(10);
    static final int DEFAULT_IDEMPOTENCY_MAX_SIZE = 16 << 20;
    static final Duration DEFAULT_SIGNATURE_TOLERANCE = Duration.ofMinutes(1);

    final PushTarget target;
    final @Nullable Topics topics;
    List<Backend> backends = List.of();
    Optional<String> topicField = Optional.empty();
    Duration idempotencyTtl = DEFAULT_IDEMPOTENCY_TTL;
    long idempotencyMaxSize = DEFAULT_IDEMPOTENCY_MAX_SIZE;
    Duration signatureTolerance = DEFAULT_SIGNATURE_TOLERANCE;
    PendingLimit pendingLimit;
    /** Clock for the times of signatures. */
    InstantSource clock = InstantSource.system();
    /** Monotonic clock in milliseconds, for durations. */
    LongSupplier ticker = () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime());

    @Nullable
    PushState state;

    HttpPushBuilder(PushTarget target, PendingLimit pendingLimit, @Nullable Topics topics) {
        this.target = target;
        this.pendingLimit = pendingLimit;
        this.topics = topics;
    }

    /**
     * Adds a backend that may push. Without backends, every request is accepted.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    public HttpPushBuilder backend(Backend backend) {
        if (backends.stream().anyMatch(other -> other.name().equals(backend.name()))) {
            throw new IllegalArgumentException("two backends have the name " + backend.name());
        }
        List<Backend> more = new ArrayList<>(backends);
        more.add(backend);
        backends = List.copyOf(more);
        return this;
    }

    /** Sets the member with the topic, for objects that are not envelopes. */
    public HttpPushBuilder topicField(String name) {
        topicField = Optional.of(name);
        return this;
    }

    /**
     * Sets the time and memory for responses to requests with an {@code Idempotency-Key}.
     *
     * <p>Default: 10 minutes and 16 MiB. When the memory is full, requests with a new key get 503.
     */
    public HttpPushBuilder idempotency(Duration ttl, long maxSize) {
        idempotencyTtl = positive("ttl", ttl);
        idempotencyMaxSize = positive("maxSize", maxSize);
        return this;
    }

    /** Sets the maximum difference between signature time and clock; default: one minute. */
    public HttpPushBuilder signatureTolerance(Duration max) {
        signatureTolerance = positive("signatureTolerance", max);
        return this;
    }

    /**
     * Sets the number of pending bytes above which pushes get 503; default: 32 MiB.
     *
     * <p>Bytes are counted as by {@link Topics#pendingBytes()}. For a {@code Publisher}, also inside decorators, its
     * topics are used; for other targets, set {@link #pendingBytes}.
     */
    public HttpPushBuilder pendingLimit(long bytes) {
        pendingLimit = pendingLimit.bytes(bytes);
        return this;
    }

    /** Sets the source of the number of pending bytes, such as {@code topics::pendingBytes}. */
    public HttpPushBuilder pendingBytes(LongSupplier bytes) {
        pendingLimit = pendingLimit.source(bytes);
        return this;
    }

    /** Continues with the state of an earlier endpoint. */
    HttpPushBuilder state(PushState shared) {
        state = shared;
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

    /** Builds the endpoint; the builder must not be used afterwards. */
    public HttpPush build() {
        return new HttpPush(this);
    }
}
