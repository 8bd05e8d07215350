package dev.sprocket.pubsub;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers of one topic on one delivery queue that are behind the live events.
 *
 * <p>They receive events from the log in slices, while their connections are writable, until they reach the live events
 * of their delivery queue. Subscribers whose positions are close share what is read and encoded. Confined to the
 * delivery queue.
 */
final class CatchUp {
    /** Maximum number of events that are read at once. */
    private static final int MAX_EVENTS = 256;
    /** Maximum size of the events that are read at once, in bytes. */
    private static final int MAX_BYTES = 32 * 1024;

    /** Maximum number of reads in one step; live events are delivered between steps. */
    private static final int MAX_READS = 16;

    private static final Comparator<Position> BY_PLACE = Comparator.comparingLong(Position::epoch)
            .thenComparingLong(Position::offset)
            .thenComparingInt(Position::check);

    private static final long RETRY_MILLIS = 1000;

    private static final PeerLog LOG = PeerLog.of(Topic.class);

    /** Subscription that is behind. */
    private static final class Reader {
        final Subscription subscription;
        /** Time of the return, for metrics; 0 if nobody wants to know. */
        final long started;

        Position position;
        /** Position of the last event before the subscription; null if the position is after it. */
        final @Nullable Position joined;
        /** True until the missed events of a returning subscriber are delivered. */
        boolean recovering;
        /** True while the reader waits until its connection is writable. */
        boolean waiting;
        /** True when the topic keeps no events any more. */
        boolean ended;

        Reader(Subscription subscription, Position position, Subscription.@Nullable Start start) {
            this.subscription = subscription;
            this.position = position;
            this.joined = start == null ? null : start.joined();
            this.recovering = start != null && start.recovers();
            this.started = recovering ? PubsubMetrics.RECOVERY.start() : 0;
        }

        /** Reports whether this reader receives an event of an audience. */
        boolean isRecipient(Audience audience, Position event) {
            boolean wasSubscribed =
                    joined == null || event.epoch() != joined.epoch() || event.offset() > joined.offset();
            return wasSubscribed
                    ? audience.includes(subscription.subscriber)
                    : audience.includesLater(subscription.subscriber);
        }
    }

    private final LoopSubscribers subscribers;
    private final EventLog log;
    private final Map<Subscription, Reader> readers = new LinkedHashMap<>();
    /** Position of the last read. The next step begins behind it, so that each reader has its turn. */
    private Position lastRead = Position.EARLIEST;

    /** True while a step is scheduled, or a read is pending. */
    private boolean scheduled;

    CatchUp(LoopSubscribers subscribers, EventLog log) {
        this.subscribers = subscribers;
        this.log = log;
    }

    boolean isEmpty() {
        return readers.isEmpty();
    }

    /**
     * Adds a subscription that has the events up to a position.
     *
     * @param start beginning of a new subscription; null for one that has fallen behind
     */
    void add(Subscription subscription, Position position, Subscription.@Nullable Start start) {
        readers.put(subscription, new Reader(subscription, position, start));
        scheduleStep();
    }

    void remove(Subscription subscription) {
        readers.remove(subscription);
    }

    /** Lets all readers join the others with a gap, because the log has ended. */
    void end() {
        for (Reader reader : readers.values()) {
            reader.ended = true;
            if (!reader.subscription.unsubscribed) {
                Gap gap = new Gap(subscribers.state.topic.id(), reader.position, null, Gap.Reason.NO_LOG);
                Subscriber subscriber = reader.subscription.subscriber;
                if (subscriber.isWritable()) {
                    subscribers.tell(subscriber, gap, true);
                } else {
                    subscribers.tellWithNext(subscriber, gap, true);
                }
                subscribers.addMember(reader.subscription);
            }
        }
        readers.clear();
    }

    int size() {
        return readers.size();
    }

    /** Returns the position of a subscription; null if it is not behind. */
    @Nullable
    Position position(Subscription subscription) {
        Reader reader = readers.get(subscription);
        return reader == null ? null : reader.position;
    }

    void copyTo(List<Subscriber> all) {
        for (Reader reader : readers.values()) {
            if (!reader.subscription.unsubscribed) {
                all.add(reader.subscription.subscriber);
            }
        }
    }

    /** Schedules the next step after the current iteration of the executor. */
    void scheduleStep() {
        if (!scheduled) {
            scheduled = true;
            subscribers.queue.runLater(this::step);
        }
    }

    private void step() {
        scheduled = false;
        joinMembers();
        NavigableMap<Position, List<Reader>> byPosition = new TreeMap<>(BY_PLACE);
        for (Reader reader : readers.values()) {
            if (!reader.waiting && isBehind(reader.position)) {
                byPosition
                        .computeIfAbsent(reader.position, position -> new ArrayList<>())
                        .add(reader);
            }
        }
        int reads = 0;
        EncodedRun.Slice read = EncodedRun.Slice.EMPTY;
        try {
            for (Map.Entry<Position, List<Reader>> entry : inTurn(byPosition)) {
                int from = read.indexAfter(entry.getKey());
                if (from > 0) {
                    deliver(read, from, ready(entry.getValue()));
                } else if (reads++ < MAX_READS) {
                    read.close();
                    read = EncodedRun.Slice.EMPTY;
                    lastRead = entry.getKey();
                    read = read(entry.getKey(), entry.getValue());
                }
            }
        } finally {
            read.close();
        }
        settle();
    }

    /** Returns the entries behind the last position that was read, and then those before. */
    private <T> List<Map.Entry<Position, T>> inTurn(NavigableMap<Position, T> byPosition) {
        List<Map.Entry<Position, T>> all =
                new ArrayList<>(byPosition.tailMap(lastRead, false).entrySet());
        all.addAll(byPosition.headMap(lastRead, true).entrySet());
        return all;
    }

    /** Lets readers join the other subscribers, and schedules the next step of the rest. */
    private void settle() {
        joinMembers();
        for (Reader reader : readers.values()) {
            if (!reader.waiting && isBehind(reader.position)) {
                scheduleStep();
                return;
            }
        }
    }

    /** Lets readers that have reached the live events join the other subscribers. */
    private void joinMembers() {
        for (Iterator<Reader> all = readers.values().iterator(); all.hasNext(); ) {
            Reader reader = all.next();
            if (reader.subscription.unsubscribed) {
                all.remove();
            } else if (reader.position.equals(subscribers.live()) && (!reader.recovering || isReady(reader))) {
                all.remove();
                if (reader.recovering) {
                    PubsubMetrics.RECOVERY.end(reader.started);
                    reader.subscription.subscriber.notice(
                            new Notice.Recovered(subscribers.state.topic.id(), reader.position));
                }
                subscribers.addMember(reader.subscription);
            }
        }
        if (readers.isEmpty()) {
            subscribers.onCaughtUp(this);
        }
    }

    /** Reports whether a position is before the live events; it may also be ahead. */
    private boolean isBehind(Position position) {
        Position live = subscribers.live();
        return live != null && (position.epoch() != live.epoch() || position.offset() < live.offset());
    }

    /** Reads events for readers and delivers them. Returns them for other readers; empty if the log answers later. */
    private EncodedRun.Slice read(Position position, List<Reader> at) {
        CompletableFuture<EventLog.Slice> reading = log.read(
                        subscribers.state.topic.id(), position, MAX_EVENTS, MAX_BYTES)
                .toCompletableFuture();
        if (reading.isDone() && !reading.isCompletedExceptionally()) {
            return deliver(reading.join(), at);
        }
        at.forEach(reader -> reader.waiting = true);
        reading.whenComplete((slice, failure) -> {
            if (failure == null) {
                subscribers.queue.runLater(() -> resume(at, () -> {
                    deliver(slice, at).close();
                    settle();
                }));
            } else {
                LOG.warn(
                        subscribers.state.topic,
                        "log not readable, subscribers wait: topic={} retryMs={}",
                        subscribers.state.topic,
                        RETRY_MILLIS,
                        failure);
                CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                        .execute(() -> subscribers.queue.runLater(() -> resume(at, this::scheduleStep)));
            }
        });
        return EncodedRun.Slice.EMPTY;
    }

    private static void resume(List<Reader> at, Runnable next) {
        at.forEach(reader -> reader.waiting = false);
        next.run();
    }

    /** Tells the gap of a slice and delivers its events to readers at its beginning. */
    private EncodedRun.Slice deliver(EventLog.Slice slice, List<Reader> readersAt) {
        List<Reader> at = ready(readersAt);
        Gap gap = slice.gap();
        if (gap != null) {
            for (Reader reader : at) {
                subscribers.tell(reader.subscription.subscriber, gap, true);
                reader.position = gap.to() == null ? reader.position : gap.to();
            }
        }
        EncodedRun.Slice encoded = EncodedRun.Slice.of(upToLive(slice.events()), subscribers.state);
        try {
            deliver(encoded, 0, at);
        } catch (RuntimeException failure) {
            encoded.close();
            throw failure;
        }
        if (encoded.isEmpty() && gap == null) {
            reachLive(at);
        }
        return encoded;
    }

    /** Returns the readers that can receive events. */
    private List<Reader> ready(List<Reader> all) {
        List<Reader> ready = new ArrayList<>(all);
        ready.removeIf(reader -> reader.ended || reader.subscription.unsubscribed || !isReady(reader));
        return ready;
    }

    /** Delivers events from an index on; removes readers that cannot take all. */
    private static void deliver(EncodedRun.Slice slice, int from, List<Reader> at) {
        int to;
        for (int next = from; !at.isEmpty() && next < slice.size(); next = to) {
            to = slice.endOfPart(next);
            deliverPart(slice, next, to, at);
        }
    }

    /** Moves readers to the live position if the log has nothing more for them. */
    private void reachLive(List<Reader> at) {
        Position live = subscribers.live();
        if (live != null) {
            at.forEach(reader -> reader.position = live);
        }
    }

    private boolean isReady(Reader reader) {
        if (reader.waiting || reader.subscription.subscriber.isWritable()) {
            return !reader.waiting;
        }
        reader.waiting = true;
        reader.subscription.subscriber.whenWritable(() -> subscribers.queue.runLater(() -> {
            reader.waiting = false;
            scheduleStep();
        }));
        return false;
    }

    private List<EventLog.LoggedEvent> upToLive(List<EventLog.LoggedEvent> events) {
        Position live = subscribers.live();
        int end = 0;
        while (end < events.size()
                && live != null
                && events.get(end).position().epoch() == live.epoch()
                && events.get(end).position().offset() <= live.offset()) {
            end++;
        }
        return events.subList(0, end);
    }

    /** Delivers events of one audience; removes readers that cannot take all from the list. */
    private static void deliverPart(EncodedRun.Slice slice, int from, int to, List<Reader> at) {
        Audience audience = slice.audience(from);
        Position last = slice.position(to - 1);
        try (EncodedRun run = slice.run(from, to)) {
            for (Iterator<Reader> all = at.iterator(); all.hasNext(); ) {
                Reader reader = all.next();
                Subscriber subscriber = reader.subscription.subscriber;
                if (reader.subscription.unsubscribed) {
                    all.remove();
                } else if (!reader.isRecipient(audience, last)) {
                    reader.position = last;
                } else {
                    int delivered = subscriber.deliverWhileWritable(run);
                    PubsubMetrics.DELIVERED.add(delivered);
                    if (delivered > 0) {
                        reader.position = slice.position(from + delivered - 1);
                    }
                    if (delivered < to - from) {
                        all.remove();
                    }
                }
            }
        }
    }

    /** Continues with readers that were ahead of the live events, after these have advanced. */
    void onLive() {
        if (!readers.isEmpty()) {
            scheduleStep();
        }
    }
}
