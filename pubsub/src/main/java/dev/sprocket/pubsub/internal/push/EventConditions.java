package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.push.PushResult.PushedEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keys and versions of published events, shared by all users of the same topics.
 *
 * <p>A key belongs to its topic: it is recognized through every bridge. Memory for all conditions of a push is reserved
 * before its first event is published.
 */
@ThreadSafe
public final class EventConditions {
    /** Default memory for versions in bytes: 16 MiB. */
    public static final int DEFAULT_VERSIONS_MAX_SIZE = NewestVersions.DEFAULT_MAX_SIZE;

    /** Time for which the version of a topic without a history is kept: one hour. */
    private static final Duration VERSION_TTL = Duration.ofHours(1);

    private final Topics topics;
    private final LongSupplier ticker;
    private final NewestVersions versions = new NewestVersions();
    private final IdempotencyCache<PushedEvent> keys = new IdempotencyCache<>(new IdempotencyCache.Results<>() {
        @Override
        public long size(PushedEvent event) {
            return 0; // part of the fixed size
        }

        @Override
        public PushedEvent failed() {
            return PushedEvent.failed("");
        }

        @Override
        public PushedEvent withoutEffect(Throwable failure) {
            return failed();
        }
    });

    /** Creates conditions with a monotonic clock in milliseconds. */
    EventConditions(Topics topics, LongSupplier ticker) {
        this.topics = topics;
        this.ticker = ticker;
    }

    /** Returns the conditions of topics. */
    public static EventConditions of(Topics topics) {
        return topics.shared(
                EventConditions.class,
                () -> new EventConditions(topics, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime())));
    }

    /**
     * Sets the limits.
     *
     * @param keyTtl time for which a key is stored
     * @param keysMaxSize memory for keys, in bytes
     * @param versionsMaxSize memory for versions, in bytes
     */
    public void limits(Duration keyTtl, long keysMaxSize, long versionsMaxSize) {
        keys.limits(keyTtl, keysMaxSize);
        versions.maxSize(versionsMaxSize);
    }

    /** Conditions of an event, for which memory is reserved. */
    final class Reservation {
        private final PublishRequest event;
        private final long now;
        private IdempotencyCache<PushedEvent>.@Nullable Claim claim;
        private NewestVersions.@Nullable Newest newest;

        private Reservation(PublishRequest event, long now) {
            this.event = event;
            this.now = now;
        }

        private void reserve() {
            event.key().ifPresent(key -> claim = keys.claim(event.topic() + "\n" + key, fingerprint(event), now));
            if (event.version().isPresent() && !isRepeated()) {
                newest = versions.reserve(event.topic(), now);
            }
        }

        private boolean isRepeated() {
            return claim != null && !claim.isFirst();
        }

        private void release(KeyRejectedException cause) {
            if (claim != null && claim.isFirst()) {
                claim.fail(cause);
            }
            if (newest != null) {
                versions.release(newest);
            }
        }

        /** Reports whether later events of the push must wait until this one is complete. */
        boolean isOrdered() {
            return newest != null;
        }

        /** Publishes the event if its conditions are met. */
        CompletableFuture<PushedEvent> publish(Supplier<CompletableFuture<PushedEvent>> work) {
            IdempotencyCache<PushedEvent>.Claim claimed = claim;
            if (claimed == null) {
                return publishNewer(work);
            }
            if (!claimed.isFirst()) {
                return claimed.result().thenApply(PushedEvent::repeated);
            }
            claimed.process(() -> publishNewer(work));
            return claimed.result();
        }

        private CompletableFuture<PushedEvent> publishNewer(Supplier<CompletableFuture<PushedEvent>> work) {
            NewestVersions.Newest reserved = newest;
            if (reserved == null) {
                return work.get();
            }
            long ttl = topics.topic(event.topic())
                    .settings()
                    .history()
                    .map(TopicSettings.History::ttl)
                    .orElse(VERSION_TTL)
                    .toMillis();
            return versions.publish(
                    reserved,
                    event.version().orElse(0),
                    now,
                    ttl,
                    () -> work.get(),
                    PushedEvent.superseded(event.topic()));
        }
    }

    /**
     * Reserves memory for the conditions of all events of a push.
     *
     * @throws KeyRejectedException if a key was used for another event, or the memory is full; then nothing is reserved
     */
    List<Reservation> reserve(List<PublishRequest> events) {
        long now = ticker.getAsLong();
        List<Reservation> all = new ArrayList<>(events.size());
        try {
            for (PublishRequest event : events) {
                Reservation reservation = new Reservation(event, now);
                all.add(reservation);
                reservation.reserve();
            }
            return all;
        } catch (KeyRejectedException e) {
            all.forEach(reserved -> reserved.release(e));
            throw e;
        }
    }

    private static byte[] fingerprint(PublishRequest event) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((event.version() + "\n").getBytes(StandardCharsets.US_ASCII));
            digest.update(event.event().content().nioBuffer());
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
