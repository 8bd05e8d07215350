package dev.sprocket.pubsub;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Gap.Reason;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Log in the memory of this process, which a restart empties.
 *
 * <p>Each event is kept once, in the form in which it was published. Beyond the limit of all topics, the oldest event
 * of a topic that keeps most is removed, so a busy topic does not empty the others. Its stages are complete when they
 * are returned.
 */
@ThreadSafe
public final class MemoryLog implements EventLog {
    /** Memory that counts for each event in addition to its size, in bytes. */
    public static final int OVERHEAD = 160;
    /** Default limit of all topics: 64 MiB. */
    public static final long DEFAULT_MAX_BYTES = 64 << 20;

    /** Number of topics among which that with most bytes is chosen. */
    private static final int SAMPLES = 16;
    /** Number of topics whose expired events are removed with each appended event. */
    private static final int EXPIRED_SAMPLES = 2;

    private static final long UNUSED_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Map<String, MemoryTopicLog> byTopic = new ConcurrentHashMap<>();
    /** All logs in any order; guarded by itself. */
    private final List<MemoryTopicLog> samples = new ArrayList<>();

    private final AtomicLong bytes = new AtomicLong();
    private volatile long maxBytes;
    private final LongSupplier clock;
    private volatile @Nullable Receiver receiver;
    /** Limits by topic; null until they change. */
    private volatile @Nullable Function<String, TopicSettings.@Nullable History> histories;

    /** Creates a log with the default limit. */
    public MemoryLog() {
        this(DEFAULT_MAX_BYTES);
    }

    /**
     * Creates a log.
     *
     * @param maxBytes limit of the memory of all topics, in bytes
     */
    public MemoryLog(long maxBytes) {
        this(maxBytes, System::currentTimeMillis);
    }

    MemoryLog(long maxBytes, LongSupplier clockMillis) {
        this.maxBytes = maxBytes;
        this.clock = clockMillis;
    }

    /** Sets the limit of the memory of all topics, in bytes. */
    public void maxBytes(long limit) {
        maxBytes = limit;
    }

    /** Returns the memory of all topics, in bytes. */
    public long bytes() {
        return bytes.get();
    }

    /** Returns the number of topics, including those whose events have expired recently. */
    public int topics() {
        return byTopic.size();
    }

    @Override
    public void start(Receiver other) {
        receiver = other;
    }

    @Override
    public void configure(Function<String, TopicSettings.@Nullable History> histories) {
        this.histories = histories; // before the logs are examined; see log()
        for (MemoryTopicLog log : byTopic.values()) {
            TopicSettings.History limits = histories.apply(log.topic);
            if (limits == null) {
                remove(log, true);
            } else {
                change(log, () -> {
                    log.configure(limits, clock.getAsLong());
                    return null;
                });
            }
        }
    }

    @Override
    public CompletionStage<Published> append(
            String topic, Event event, Audience audience, TopicSettings.History history) {
        Receiver delivering = receiver;
        if (delivering == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("log not started"));
        }
        while (true) {
            MemoryTopicLog log = log(topic);
            EventLog.LoggedEvent logged;
            Delivery delivery;
            synchronized (log) {
                boolean hasEnded = log.hasEnded();
                if (hasEnded && isKept(topic)) {
                    continue;
                }
                long before = log.bytes();
                logged = log.append(event, audience, history, clock.getAsLong());
                if (hasEnded) { // the history was removed since: nobody believes the position
                    log.removeAll(Reason.EVICTED);
                }
                bytes.addAndGet(log.bytes() - before);
                delivery = delivering.onAppended(topic, logged);
            }
            limitTotal(log);
            return CompletableFuture.completedFuture(new Published(logged.position(), delivery.deliver()));
        }
    }

    @Override
    public CompletionStage<Position> follow(String topic) {
        MemoryTopicLog followed = byTopic.compute(topic, (name, existing) -> {
            MemoryTopicLog log = existing == null ? create(name) : existing;
            log.followers = log.followers + 1;
            return log;
        });
        return CompletableFuture.completedFuture(followed.top());
    }

    @Override
    public void unfollow(String topic) {
        byTopic.computeIfPresent(topic, (name, log) -> {
            log.followers = Math.max(0, log.followers - 1);
            return log;
        });
    }

    @Override
    public CompletionStage<Place> find(String topic, Position after, int maxEvents, long maxBytesAfter) {
        MemoryTopicLog log = log(topic);
        return CompletableFuture.completedFuture(
                change(log, () -> log.find(after, maxEvents, maxBytesAfter, clock.getAsLong())));
    }

    @Override
    public CompletionStage<Slice> read(String topic, Position after, int maxEvents, int maxBytesOfSlice) {
        MemoryTopicLog log = log(topic);
        return CompletableFuture.completedFuture(
                change(log, () -> log.read(after, maxEvents, maxBytesOfSlice, clock.getAsLong())));
    }

    @Override
    public CompletionStage<@Nullable LoggedEvent> find(String topic, long publication) {
        MemoryTopicLog log = byTopic.get(topic);
        return CompletableFuture.completedFuture(
                log == null ? null : change(log, () -> log.find(publication, clock.getAsLong())));
    }

    @Override
    public CompletionStage<Names> topics(MatchPolicy match, String pattern, int max) {
        List<String> found = new ArrayList<>();
        int examined = 0;
        for (MemoryTopicLog log : byTopic.values()) {
            examined++;
            if (match.matches(pattern, log.topic) && bytesOf(log) > 0) {
                if (found.size() == max) {
                    return CompletableFuture.completedFuture(new Names(found, examined, true));
                }
                found.add(log.topic);
            }
        }
        return CompletableFuture.completedFuture(new Names(found, examined, false));
    }

    @Override
    public CompletionStage<Void> clear(String topic) {
        MemoryTopicLog log = byTopic.get(topic);
        if (log != null) {
            change(log, () -> {
                log.removeAll(Reason.EVICTED);
                return null;
            });
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Statistics> statistics(String topic) {
        MemoryTopicLog log = log(topic);
        long now = clock.getAsLong();
        return CompletableFuture.completedFuture(change(log, () -> {
            log.trim(now);
            return new Statistics(log.top(), log.events(), log.bytes(), log.ageMillis(now));
        }));
    }

    private MemoryTopicLog log(String topic) {
        MemoryTopicLog existing = byTopic.get(topic);
        if (existing != null) {
            return existing;
        }
        MemoryTopicLog created = byTopic.computeIfAbsent(topic, this::create);
        if (!isKept(topic)) { // otherwise its positions would be believed after the topic has kept nothing
            remove(created, true);
            return created;
        }
        if (bytes.get() > maxBytes) {
            limitTotal(created);
        }
        return created;
    }

    private boolean isKept(String topic) {
        Function<String, TopicSettings.@Nullable History> current = histories;
        return current == null || current.apply(topic) != null;
    }

    private MemoryTopicLog create(String topic) {
        MemoryTopicLog created = new MemoryTopicLog(topic, clock.getAsLong());
        bytes.addAndGet(MemoryTopicLog.EMPTY_BYTES);
        synchronized (samples) {
            created.sample = samples.size();
            samples.add(created);
        }
        return created;
    }

    /** Ends a log, so that the topic gets another epoch. */
    private void remove(MemoryTopicLog log, boolean followed) {
        boolean[] removed = new boolean[1];
        byTopic.computeIfPresent(log.topic, (name, current) -> {
            removed[0] = current == log && (followed || log.followers == 0);
            return removed[0] ? null : current;
        });
        if (!removed[0]) {
            return;
        }
        change(log, () -> {
            log.end();
            return null;
        });
        bytes.addAndGet(-MemoryTopicLog.EMPTY_BYTES);
        synchronized (samples) {
            MemoryTopicLog last = samples.remove(samples.size() - 1);
            if (last != log) {
                samples.set(log.sample, last);
                last.sample = log.sample;
            }
        }
    }

    /** Runs a change of one log and accounts for its memory. */
    @CanIgnoreReturnValue
    private <T extends @Nullable Object> T change(MemoryTopicLog log, Supplier<T> change) {
        synchronized (log) {
            long before = log.bytes();
            T result = change.get();
            bytes.addAndGet(log.bytes() - before);
            return result;
        }
    }

    /** Removes expired events of some topics, and events beyond the limit of all topics. */
    private void limitTotal(MemoryTopicLog appended) {
        for (int i = 0; i < EXPIRED_SAMPLES; i++) {
            removeExpired(sample());
        }
        while (bytes.get() > maxBytes) {
            if (removeUnused(appended)) { // names that somebody asked about cost no events
                continue;
            }
            MemoryTopicLog largest = largest(appended);
            boolean removed = change(largest, () -> largest.removeOldest(Reason.EVICTED));
            if (!removed) {
                return; // what is left is the memory of topics without events
            }
        }
    }

    private MemoryTopicLog largest(MemoryTopicLog first) {
        MemoryTopicLog largest = first;
        long most = bytesOf(first);
        for (int i = 0; i < SAMPLES; i++) {
            MemoryTopicLog other = sample();
            long size = other == null ? 0 : bytesOf(other);
            if (other != null && size > most) {
                largest = other;
                most = size;
            }
        }
        return largest;
    }

    private static long bytesOf(MemoryTopicLog log) {
        synchronized (log) {
            return log.bytes();
        }
    }

    private @Nullable MemoryTopicLog sample() {
        synchronized (samples) {
            return samples.isEmpty()
                    ? null
                    : samples.get(ThreadLocalRandom.current().nextInt(samples.size()));
        }
    }

    private void removeExpired(@Nullable MemoryTopicLog log) {
        if (log == null) {
            return;
        }
        long now = clock.getAsLong();
        boolean unused = change(log, () -> {
            log.trim(now);
            return log.isUnused(now - UNUSED_MILLIS);
        });
        if (unused) {
            remove(log, false);
        }
    }

    /** Removes logs without events among some samples. Returns false if there was none. */
    private boolean removeUnused(MemoryTopicLog except) {
        boolean removed = false;
        for (int i = 0; i < SAMPLES; i++) {
            MemoryTopicLog log = sample();
            if (log != null && log != except && change(log, () -> log.isUnused(Long.MAX_VALUE))) {
                remove(log, false);
                removed = true;
            }
        }
        return removed;
    }
}
