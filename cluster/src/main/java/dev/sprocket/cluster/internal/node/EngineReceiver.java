package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.internal.health.NodeHealth;
import dev.sprocket.cluster.internal.log.EnvelopeLog;
import dev.sprocket.cluster.internal.metrics.ClusterMetrics;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.cluster.spi.EnvelopeException;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.EventLog.LoggedEvent;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receiver of the engine, with the topics to which this node is subscribed.
 *
 * <p>State is confined to the executor, unless a method says otherwise. Events that wait for the executor are limited;
 * beyond the limit they are dropped, and continuity is lost.
 */
@ThreadSafe
final class EngineReceiver implements Engine.Listener, FollowedTopic.Node {
    private static final Logger LOG = LoggerFactory.getLogger(EngineReceiver.class);
    /** For lines that are repeated for each topic or envelope. */
    private static final PeerLog PEERS = PeerLog.of(EngineReceiver.class);

    /** Limit of the events that wait for the executor, in bytes. */
    private static final long MAX_WAITING = 64 << 20;
    /** Memory that counts for each event that waits, in addition to its size. */
    private static final int WAITING_OVERHEAD = 128;
    /** Largest number of topics of one comparison. */
    private static final int MAX_CHECKED = 1000;

    private final Engine engine;
    private final Envelopes envelopes;
    private final Frames frames;
    private final PendingAppends pending;
    private final Counters counters;
    private final Executor executor;
    private final long patienceNanos;
    private final Subscriptions subscriptions;
    private final NodeHealth health = new NodeHealth(System::nanoTime);
    /** Followed topics; changed by the executor, read by all. */
    private final FollowedTopics followed = new FollowedTopics();

    private final Rings rings;

    /** Topics whose log ended with another event than this node knew, with that position. */
    private final Map<String, Position> suspects = new HashMap<>();

    private volatile Consumer<@Nullable String> missed = topic -> {};
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicBoolean overflowed = new AtomicBoolean();
    private volatile EventLog.@Nullable Receiver receiver;

    EngineReceiver(
            Engine engine,
            Envelopes envelopes,
            Frames frames,
            PendingAppends pending,
            Counters counters,
            Executor executor,
            long maxRingBytes,
            Duration patience) {
        this.engine = engine;
        this.envelopes = envelopes;
        this.frames = frames;
        this.pending = pending;
        this.counters = counters;
        this.executor = executor;
        this.rings = new Rings(followed, maxRingBytes);
        this.patienceNanos = patience.toNanos();
        this.subscriptions = new Subscriptions(engine, executor);
    }

    void start(EventLog.Receiver other) {
        receiver = other;
    }

    Rings rings() {
        return rings;
    }

    @Override
    public Engine engine() {
        return engine;
    }

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    NodeHealth health() {
        return health;
    }

    int subscribed() {
        return subscriptions.size();
    }

    // --- from the engine

    @Override
    public void onEvent(String topic, byte[] envelope) {
        receive(envelope.length, () -> handle(topic, envelope));
    }

    /** Executes a task unless too many bytes wait. */
    private void receive(int length, Runnable task) {
        long size = (long) WAITING_OVERHEAD + length;
        if (waiting.addAndGet(size) > MAX_WAITING) {
            waiting.addAndGet(-size);
            counters.dropped.increment();
            if (overflowed.compareAndSet(false, true)) {
                accept(() -> {
                    overflowed.set(false);
                    onContinuityLost(null, Engine.Cause.DROPPED);
                });
            }
            return;
        }
        accept(() -> {
            waiting.addAndGet(-size);
            task.run();
        });
    }

    /** Executes a task of the engine, which may still speak while the node closes. */
    private void accept(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("passed over, the node is closed");
        }
    }

    private void handle(String topic, byte[] envelope) {
        FollowedTopic state = followed.get(topic);
        if (state != null && Envelope.hasPosition(envelope)) {
            state.onEvent(envelope);
            return;
        }
        EventLog.Receiver delivering = receiver;
        if (delivering == null) {
            return;
        }
        // an event with a position is of a node whose settings give the topic a log
        try {
            Envelope read = Envelopes.read(topic, envelope);
            if (!envelopes.isOwn(read)) {
                counters.received.increment();
                var unused = delivering
                        .onRelayed(topic, Envelopes.event(read), read.audience(), read.publication())
                        .deliver();
            }
        } catch (EnvelopeException e) {
            onUnreadable(topic, e);
            if (state != null) {
                state.readMissing();
            }
        }
    }

    /** Counts the subscribers of topics on this node. Thread-safe. */
    Map<String, Integer> count(MatchPolicy match, String topic, int max) {
        EventLog.Receiver counting = receiver;
        return counting == null ? Map.of() : counting.onCount(match, topic, max);
    }

    @Override
    public void onFrame(byte[] frame) {
        if (frame.length > 0 && frame[0] == Engine.EVENT_FRAME) {
            receive(frame.length, () -> handleMatched(Arrays.copyOfRange(frame, 1, frame.length)));
        } else {
            receive(frame.length, () -> frames.dispatch(frame));
        }
    }

    /** Delivers an event to the subscribers of patterns. */
    private void handleMatched(byte[] envelope) {
        EventLog.Receiver delivering = receiver;
        if (delivering == null) {
            return;
        }
        Envelope read = null;
        try {
            read = Envelope.read(envelope);
            boolean isOwn = envelopes.isOwn(read);
            if (read.position() == null) {
                if (!isOwn) { // this node has delivered its own when they were published
                    counters.matched.increment();
                    var unused = delivering
                            .onMatched(read.topic(), Envelopes.event(read), read.audience(), read.publication(), null)
                            .deliver();
                }
                return;
            }
            counters.matched.increment();
            LoggedEvent logged = Envelopes.logged(read.topic(), envelope);
            PendingAppends.Pending own = isOwn ? pending.get(read.publication()) : null;
            LoggedEvent event = own == null ? logged : asPublished(logged, own);
            int subscribers = delivering
                    .onMatched(read.topic(), event.event(), event.audience(), event.publication(), event)
                    .deliver();
            if (own != null) {
                own.patternSubscribers = subscribers;
                completeIfEnded(event.publication(), own);
            }
        } catch (EnvelopeException e) {
            onUnreadable("", e);
            if (read == null || read.position() != null) { // otherwise the topic has no history
                missed.accept(read == null ? null : read.topic());
            }
        }
    }

    @Override
    public void onState(Engine.State state, String cause) {
        health.onState(state, cause);
        EventLog.Receiver told = receiver;
        if (told != null) {
            told.onAvailable(state != Engine.State.AWAY);
        }
        accept(() -> {
            if (state == Engine.State.UP) {
                retry();
            }
        });
    }

    @Override
    public void onContinuityLost(@Nullable Set<String> topics, Engine.Cause cause) {
        counters.onContinuityLost(cause);
        LOG.warn(
                "continuity lost, missed events are read from the log: topics={} cause={}",
                topics == null ? "all" : topics.size(),
                cause);
        accept(() -> check(topics == null ? followed.names() : List.copyOf(topics)));
        if (topics == null) {
            accept(() -> missed.accept(null));
        }
    }

    /**
     * Sets what is done when events for patterns are missed.
     *
     * @param action receives the topic of the events; null for all topics
     */
    void onMissed(Consumer<@Nullable String> action) {
        missed = action;
    }

    /** Tells the subscribers of a pattern of a gap. */
    void tellGap(MatchPolicy match, String pattern) {
        EventLog.Receiver delivering = receiver;
        if (delivering != null) {
            var unused = delivering.onGap(match, pattern).deliver();
        }
    }

    /**
     * Compares the newest events of all followed topics with the log. Thread-safe.
     *
     * <p>The next {@linkplain #sweep sweep} reads what has not come until then: it may be on its way.
     */
    void checkAll() {
        executor.execute(() -> compare(
                followed.names(),
                (known, differing) -> known.forEach((state, position) -> {
                    if (differing.contains(state.topic)) {
                        suspects.put(state.topic, position);
                    }
                })));
    }

    /** Compares topics with the log, and holds their events meanwhile. */
    private void check(List<String> topics) {
        topics.forEach(topic -> {
            FollowedTopic state = followed.get(topic);
            if (state != null) {
                state.hold();
            }
        });
        compare(topics, (known, differing) -> known.keySet()
                .forEach(state -> state.release(differing.contains(state.topic))));
    }

    /**
     * Compares newest events with the log, in batches.
     *
     * @param then receives the positions that were compared, and the topics whose log ends elsewhere; all, if the
     *     engine did not answer
     */
    private void compare(List<String> topics, BiConsumer<Map<FollowedTopic, Position>, Set<String>> then) {
        for (int from = 0; from < topics.size(); from += MAX_CHECKED) {
            Map<FollowedTopic, Position> known = new HashMap<>();
            Map<String, Position> newest = new HashMap<>();
            for (String topic : topics.subList(from, Math.min(topics.size(), from + MAX_CHECKED))) {
                FollowedTopic state = followed.get(topic);
                Position last = state == null ? null : state.last();
                if (state != null && last != null) {
                    known.put(state, last);
                    newest.put(topic, last);
                }
            }
            if (!newest.isEmpty()) {
                engine.check(newest)
                        .whenComplete((differing, failure) -> executor.execute(
                                () -> then.accept(known, failure == null ? differing : newest.keySet())));
            }
        }
    }

    /** Checks topics that still end where the log did not. */
    private void checkSuspects() {
        List<String> behind = suspects.entrySet().stream()
                .filter(suspect -> {
                    FollowedTopic state = followed.get(suspect.getKey());
                    return state != null && suspect.getValue().equals(state.last());
                })
                .map(Map.Entry::getKey)
                .toList();
        suspects.clear();
        check(behind);
    }

    /** Begins and reads what could not be while the engine was away. */
    private void retry() {
        for (FollowedTopic state : followed.values()) {
            if (state.last() == null && !state.isBeginning()) {
                begin(state);
            } else if (state.isUnproven()) {
                state.readMissing();
            }
        }
    }

    @Override
    public void onUnreadable(String topic, EnvelopeException cause) {
        counters.unreadable.increment();
        counters.onContinuityLost(Engine.Cause.UNREADABLE);
        PEERS.warn(
                "envelopes",
                "envelope not readable: topic={} cause=\"{}\" (do all nodes run compatible versions?)",
                topic,
                cause.getMessage());
    }

    // --- topics

    void follow(String topic, CompletableFuture<Position> future) {
        FollowedTopic existing = followed.get(topic);
        FollowedTopic state = existing == null ? new FollowedTopic(topic, this) : existing;
        state.followers++;
        if (existing == null) {
            followed.add(state);
            state.await(future);
            state.beginning(true);
            begin(state, subscriptions.acquire(topic).toCompletableFuture());
            return;
        }
        Position last = state.last();
        if (last != null) {
            future.complete(last);
        } else {
            state.await(future);
        }
    }

    private void begin(FollowedTopic state) {
        state.beginning(true);
        begin(state, subscriptions.confirm(state.topic).toCompletableFuture());
    }

    /** Finds the newest event once the engine has confirmed the subscription. */
    private void begin(FollowedTopic state, CompletableFuture<Void> confirmed) {
        var unused = confirmed
                .thenCompose(done -> engine.find(state.topic, Position.EARLIEST, 1, 1))
                .whenComplete((place, failure) -> executor.execute(() -> {
                    if (state.followers == 0) {
                        return;
                    }
                    if (failure == null) {
                        state.begin(place.top());
                        settle(state.topic);
                    } else {
                        state.beginning(false); // repeated when the engine returns, or by the next sweep
                    }
                }));
    }

    void unfollow(String topic) {
        FollowedTopic state = followed.get(topic);
        if (state != null && --state.followers == 0) {
            followed.remove(topic);
            rings.onRemoved(state);
            subscriptions.release(topic);
            state.takeWaiting(System.nanoTime()).forEach(future -> future.cancel(false));
            settle(topic);
        }
    }

    void listen(String topic, CompletableFuture<Void> future) {
        subscriptions.acquire(topic).whenComplete((done, failure) -> {
            if (failure == null) {
                future.complete(null);
            } else {
                future.completeExceptionally(ClusterLog.cause(failure));
            }
        });
    }

    void ignore(String topic) {
        subscriptions.release(topic);
    }

    // --- delivery

    @Override
    public void deliver(String topic, LoggedEvent event, byte[] envelope) {
        rings.onAppended(topic, envelope.length + EnvelopeLog.OVERHEAD);
        counters.received.increment();
        PendingAppends.Pending own = pending.get(event.publication());
        if (own != null) {
            ClusterMetrics.RECEIPT.end(own.startedNanos);
        }
        int subscribers = deliver(topic, own == null ? event : asPublished(event, own));
        if (own != null) {
            own.subscribers = subscribers;
            completeIfEnded(event.publication(), own);
        }
    }

    /** Returns an event of this node with its original content, which protocols may have extended. */
    private static LoggedEvent asPublished(LoggedEvent event, PendingAppends.Pending own) {
        return new LoggedEvent(
                event.position(), event.previous(), own.event, event.audience(), event.publication(), event.time());
    }

    private int deliver(String topic, LoggedEvent event) {
        EventLog.Receiver delivering = receiver;
        return delivering == null ? 0 : delivering.onAppended(topic, event).deliver();
    }

    @Override
    public void tell(Gap gap) {
        counters.gaps.increment();
        PEERS.cause(gap.reason())
                .warn(
                        "gaps",
                        "gap told to the subscribers of a topic: topic={} from={} to={} reason={}",
                        gap.topic(),
                        gap.from(),
                        gap.to(),
                        gap.reason());
        EventLog.Receiver delivering = receiver;
        if (delivering != null) {
            var unused = delivering.onGap(gap).deliver();
        }
        settle(gap.topic());
    }

    @Override
    public void onReset(long bytes) {
        rings.onReset(bytes);
    }

    // --- own events

    /** Handles the answer of the engine to an event of this node. */
    void onAppended(long publication, PendingAppends.Pending own, Engine.Appended answer) {
        own.answer = answer;
        own.answeredNanos = System.nanoTime();
        if (followed.get(own.topic) == null) {
            deliverOwn(own, answer);
        }
        completeIfEnded(publication, own);
    }

    /** Delivers an event of this node that does not come back, for patterns and listeners. */
    private void deliverOwn(PendingAppends.Pending own, Engine.Appended answer) {
        Position position = answer.position();
        byte[] stamped = Envelope.stamp(
                own.envelope, System.currentTimeMillis(), position.epoch(), position.offset(), answer.previous());
        try {
            own.subscribers = deliver(own.topic, asPublished(Envelopes.logged(own.topic, stamped), own));
        } catch (EnvelopeException e) {
            throw new IllegalStateException("own envelope is not readable", e);
        }
    }

    private void completeIfEnded(long publication, PendingAppends.Pending own) {
        Engine.Appended answer = own.answer;
        if (answer != null && own.isDelivered()) {
            pending.remove(publication, own);
            own.result.complete(new Published(answer.position(), own.subscribers + own.patternSubscribers));
        }
    }

    /** Ends own events of a topic that do not come back. */
    private void settle(String topic) {
        FollowedTopic state = followed.get(topic);
        Position last = state == null ? null : state.last();
        for (Map.Entry<Long, PendingAppends.Pending> entry : pending.all()) {
            PendingAppends.Pending own = entry.getValue();
            Engine.Appended answer = own.answer;
            if (answer != null
                    && own.subscribers < 0
                    && own.topic.equals(topic)
                    && (state == null || (last != null && isUpTo(answer.position(), last)))) {
                deliverOwn(own, answer);
                completeIfEnded(entry.getKey(), own);
            }
        }
    }

    private static boolean isUpTo(Position position, Position last) {
        return position.epoch() != last.epoch() || position.offset() <= last.offset();
    }

    /** Ends what waits for too long. Thread-safe. */
    void sweep() {
        executor.execute(() -> {
            health.onRun();
            long now = System.nanoTime();
            for (Map.Entry<Long, PendingAppends.Pending> entry : pending.all()) {
                PendingAppends.Pending own = entry.getValue();
                if (own.answer != null && !own.isDelivered() && now - own.answeredNanos > patienceNanos) {
                    own.subscribers = Math.max(0, own.subscribers);
                    own.patternSubscribers = Math.max(0, own.patternSubscribers);
                    completeIfEnded(entry.getKey(), own);
                }
            }
            for (FollowedTopic state : followed.values()) {
                sweep(state, now);
            }
            checkSuspects();
        });
    }

    private void sweep(FollowedTopic state, long now) {
        List<CompletableFuture<Position>> waited = state.takeWaiting(now - patienceNanos);
        if (!waited.isEmpty()) {
            UnavailableException late = new UnavailableException("engine has not confirmed the subscription in time");
            waited.forEach(future -> future.completeExceptionally(late));
        }
        if (state.last() == null && !state.isBeginning() && engine.state() == Engine.State.UP) {
            begin(state);
        }
    }
}
