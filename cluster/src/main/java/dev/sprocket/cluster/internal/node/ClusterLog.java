package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.directory.Surveys;
import dev.sprocket.cluster.internal.frame.Frames;
import dev.sprocket.cluster.internal.health.NodeHealth;
import dev.sprocket.cluster.internal.log.EnvelopeLog;
import dev.sprocket.cluster.internal.pattern.NodePatterns;
import dev.sprocket.cluster.internal.pattern.OwnPatterns;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.cluster.spi.EnvelopeException;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log that nodes share by an engine, with a ring on this node.
 *
 * <p>Publishing threads call the engine; everything that comes back is handled by the serial executor of the node.
 */
@ThreadSafe
@SuppressWarnings("NullAway") // JDK 17 hides type annotations in the class files of another module
public final class ClusterLog implements EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLog.class);

    private final Engine engine;
    private final Envelopes envelopes;
    private final Frames frames;
    private final Counters counters;
    private final PendingAppends pending;
    private final EngineReceiver received;
    private final NodeId self;
    private final NodePatterns patterns;
    private final OwnPatterns own;
    private volatile @Nullable SubscriberSurvey survey;
    private final SharedReads<ReadKey, Slice> reads;
    private final SharedReads<ReadKey, Place> finds;

    /**
     * Read of the log.
     *
     * @param maxEvents limit of events
     * @param maxBytes limit of bytes
     */
    private record ReadKey(String topic, Position after, int maxEvents, long maxBytes) {}

    /**
     * Creates a log.
     *
     * @param executor runs tasks one at a time and in order
     * @param maxRingBytes limit of the memory of the rings of all topics
     * @param maxPendingBytes limit of the events that wait for the engine
     * @param patience longest time to wait for the engine
     */
    public ClusterLog(
            Engine engine, NodeId self, Executor executor, long maxRingBytes, long maxPendingBytes, Duration patience) {
        this.engine = engine;
        this.self = self;
        this.patterns = new NodePatterns(self);
        this.envelopes = new Envelopes(self);
        this.frames = new Frames(self);
        this.counters = new Counters();
        this.own = new OwnPatterns(self, patterns, executor, counters.patternsInDoubt, System::nanoTime);
        this.pending = new PendingAppends(maxPendingBytes);
        this.received =
                new EngineReceiver(engine, envelopes, frames, pending, counters, executor, maxRingBytes, patience);
        own.tellGaps(received::tellGap);
        received.onMissed(own::onMissed);
        this.reads = new SharedReads<>(counters);
        this.finds = new SharedReads<>(counters);
    }

    /** Returns the receiver of what the engine delivers. */
    public Engine.Listener listener() {
        return received;
    }

    /** Returns the readiness of this node. */
    public NodeHealth health() {
        return received.health();
    }

    /** Returns the handlers of the frames that this node receives. */
    public Frames frames() {
        return frames;
    }

    /** Returns the counters of this node. */
    public Counters counters() {
        return counters;
    }

    /** Returns the number of topics to which this node is subscribed at the engine. */
    public int subscribed() {
        return received.subscribed();
    }

    /** Sets the limit of the memory of the latest events, from the next event on. */
    public void maxRingBytes(long bytes) {
        received.rings().maxBytes(bytes);
    }

    /** Returns the memory of the latest events of all followed topics, in bytes. */
    public long ringBytes() {
        return received.rings().bytes();
    }

    /** Returns the memory of the events that wait for the engine, in bytes. */
    public long pendingBytes() {
        return pending.bytes();
    }

    /** Returns the patterns of all nodes. */
    public NodePatterns patterns() {
        return patterns;
    }

    /** Returns the patterns of this node. */
    public OwnPatterns ownPatterns() {
        return own;
    }

    /** Ends what waits for too long; called about once a second. */
    public void sweep() {
        received.sweep();
        received.execute(own::sweep);
    }

    /** Compares the newest events of all followed topics with the engine, in batches. */
    public void checkAll() {
        received.checkAll();
    }

    @Override
    public void start(Receiver receiver) {
        received.start(receiver);
    }

    @Override
    public void configure(Function<String, TopicSettings.@Nullable History> histories) {
        received.rings().configure(histories);
    }

    @Override
    public CompletionStage<Published> append(
            String topic, Event event, Audience audience, TopicSettings.History history) {
        if (!isAvailable()) {
            counters.appendsFailed.increment();
            return CompletableFuture.failedFuture(new UnavailableException("engine is away"));
        }
        long publication = Envelopes.publication(event);
        NodePatterns.Nodes matching = patterns.of(topic);
        PendingAppends.Pending added;
        try {
            byte[] envelope = envelopes.write(topic, event, audience, publication);
            added = pending.add(publication, topic, event, envelope, matching.contains(self.name()));
        } catch (UnavailableException | IllegalArgumentException e) {
            counters.appendsFailed.increment();
            return CompletableFuture.failedFuture(e);
        }
        var unused = engine.append(topic, added.envelope, history, matching.all())
                .whenComplete((answer, failure) -> {
                    if (failure == null) {
                        counters.appended.increment();
                        try {
                            received.execute(() -> received.onAppended(publication, added, answer));
                            return;
                        } catch (RejectedExecutionException e) {
                            LOG.debug("event stored, but its node is closed: publication={}", publication);
                        }
                    }
                    counters.appendsFailed.increment();
                    pending.remove(publication, added);
                    added.result.completeExceptionally(
                            failure == null ? new UnavailableException("node is closed") : cause(failure));
                });
        return added.result;
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    @Override
    public CompletionStage<Position> follow(String topic) {
        CompletableFuture<Position> followed = new CompletableFuture<>();
        received.execute(() -> received.follow(topic, followed));
        return followed;
    }

    @Override
    public void unfollow(String topic) {
        received.execute(() -> received.unfollow(topic));
    }

    @Override
    public boolean isAvailable() {
        return engine.state() != Engine.State.AWAY;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public CompletionStage<Void> listen(String topic) {
        CompletableFuture<Void> listening = new CompletableFuture<>();
        received.execute(() -> received.listen(topic, listening));
        return listening;
    }

    @Override
    public void ignore(String topic) {
        received.execute(() -> received.ignore(topic));
    }

    @Override
    public CompletionStage<Void> listen(MatchPolicy match, String pattern) {
        return own.acquire(match, pattern);
    }

    @Override
    public void ignore(MatchPolicy match, String pattern) {
        own.release(match, pattern);
    }

    @Override
    public boolean isInDoubt(MatchPolicy match, String pattern) {
        return own.isInDoubt(match, pattern);
    }

    @Override
    public long publication(Event event) {
        return Envelopes.publication(event);
    }

    @Override
    public void relay(String topic, Event event, Audience audience, long publication) {
        counters.relayed.increment();
        if (engine.state() == Engine.State.AWAY) {
            counters.relaysFailed.increment();
            return;
        }
        byte[] envelope;
        try {
            envelope = envelopes.write(topic, event, audience, publication);
        } catch (IllegalArgumentException e) {
            counters.relaysFailed.increment();
            LOG.debug("event not sent to other nodes: cause=\"{}\"", e.getMessage());
            return;
        }
        var unused = engine.relay(topic, envelope).exceptionally(failure -> {
            counters.relaysFailed.increment();
            return null;
        });
        sendTo(patterns.of(topic).others(), envelope);
    }

    /** Sends an event to the nodes whose patterns match its topic; null for all nodes. */
    private void sendTo(@Nullable List<String> nodes, byte[] envelope) {
        if (nodes != null && nodes.isEmpty()) {
            return;
        }
        byte[] frame = new byte[1 + envelope.length];
        frame[0] = Engine.EVENT_FRAME;
        System.arraycopy(envelope, 0, frame, 1, envelope.length);
        if (nodes == null) {
            onSent(engine.sendAll(frame));
        } else {
            nodes.forEach(node -> onSent(engine.send(node, frame)));
        }
    }

    private void onSent(CompletionStage<Void> sent) {
        var unused = sent.whenComplete((done, failure) -> {
            if (failure == null) {
                counters.sentToPatterns.increment();
            } else {
                counters.relaysFailed.increment();
            }
        });
    }

    @Override
    public CompletionStage<Place> find(String topic, Position after, int maxEvents, long maxBytes) {
        EnvelopeLog ring = received.rings().find(topic);
        if (ring != null) {
            synchronized (ring) {
                if (ring.hasAllAfter(after)) {
                    counters.localReads.increment();
                    return CompletableFuture.completedFuture(ring.find(after, maxEvents, maxBytes));
                }
            }
        }
        return finds.read(
                new ReadKey(topic, after, maxEvents, maxBytes), () -> engine.find(topic, after, maxEvents, maxBytes));
    }

    @Override
    public CompletionStage<Slice> read(String topic, Position after, int maxEvents, int maxBytes) {
        EnvelopeLog ring = received.rings().find(topic);
        if (ring != null) {
            Engine.Excerpt excerpt = null;
            synchronized (ring) {
                if (ring.hasAllAfter(after)) {
                    excerpt = ring.read(after, maxEvents, maxBytes);
                }
            }
            if (excerpt != null) {
                counters.localReads.increment();
                return slice(topic, after, excerpt);
            }
        }
        return reads.read(
                new ReadKey(topic, after, maxEvents, maxBytes), () -> engine.read(topic, after, maxEvents, maxBytes)
                        .thenCompose(excerpt -> slice(topic, after, excerpt)));
    }

    @Override
    public CompletionStage<@Nullable LoggedEvent> find(String topic, long publication) {
        EnvelopeLog ring = received.rings().find(topic);
        byte[] local = null;
        if (ring != null) {
            synchronized (ring) {
                local = ring.find(publication);
            }
        }
        return local != null
                ? CompletableFuture.completedFuture(logged(topic, local))
                : engine.find(topic, publication).thenApply(found -> found == null ? null : logged(topic, found));
    }

    private @Nullable LoggedEvent logged(String topic, byte[] envelope) {
        try {
            return Envelopes.logged(topic, envelope);
        } catch (EnvelopeException e) {
            received.onUnreadable(topic, e);
            return null;
        }
    }

    /** {@inheritDoc} Finds topics that have followers on this node; there may always be more. */
    @Override
    public CompletionStage<Names> topics(MatchPolicy match, String pattern, int max) {
        return CompletableFuture.completedFuture(received.rings().topics(match, pattern, max));
    }

    /** Returns the readable events of an excerpt. From the first on that this node cannot read it is a gap. */
    private CompletionStage<Slice> slice(String topic, Position after, Engine.Excerpt excerpt) {
        Gap gap = excerpt.gap();
        List<LoggedEvent> events = new ArrayList<>(excerpt.envelopes().size());
        boolean readable = true;
        for (int i = 0; readable && i < excerpt.envelopes().size(); i++) {
            try {
                events.add(Envelopes.logged(topic, excerpt.envelopes().get(i)));
            } catch (EnvelopeException e) {
                received.onUnreadable(topic, e);
                readable = false;
            }
        }
        boolean hasEnd = gap == null || gap.to() != null;
        return hasEnd && (readable || !events.isEmpty())
                ? CompletableFuture.completedFuture(new Slice(events, gap))
                : engine.statistics(topic)
                        .thenApply(all -> new Slice(List.of(), new Gap(topic, after, all.top(), Gap.Reason.UNKNOWN)));
    }

    @Override
    public CompletionStage<Void> clear(String topic) {
        return engine.clear(topic)
                .thenRun(() -> received.execute(() -> received.rings().clear(topic)));
    }

    @Override
    public CompletionStage<Boolean> retain(
            String topic,
            Event event,
            Audience audience,
            long publication,
            @Nullable Position position,
            RetainLimits limits) {
        byte[] envelope = envelopes.write(topic, event, audience, publication);
        if (position != null) {
            envelope = Envelope.stamp(
                    envelope, System.currentTimeMillis(), position.epoch(), position.offset(), position.offset() - 1);
        }
        return engine.retain(topic, envelope, isRestricted(audience), limits);
    }

    private static boolean isRestricted(Audience audience) {
        for (Audience.By property : Audience.By.values()) {
            if (!audience.excluded(property).isEmpty() || audience.eligible(property) != null) {
                return true;
            }
        }
        return false;
    }

    @Override
    public CompletionStage<List<RetainedEvent>> retained(MatchPolicy match, String pattern, int max) {
        return engine.retained(match, pattern, max).thenApply(this::retained);
    }

    private List<RetainedEvent> retained(List<byte[]> found) {
        List<RetainedEvent> events = new ArrayList<>(found.size());
        for (byte[] envelope : found) {
            try {
                Envelope read = Envelope.read(envelope);
                events.add(new RetainedEvent(
                        read.topic(), Envelopes.event(read), read.audience(), read.publication(), read.position()));
            } catch (EnvelopeException e) {
                received.onUnreadable("", e);
            }
        }
        return events;
    }

    @Override
    public CompletionStage<Boolean> clearRetained(String topic) {
        return engine.clearRetained(topic);
    }

    @Override
    public CompletionStage<Subscribers> subscribers(MatchPolicy match, String topic, int max) {
        SubscriberSurvey asked = survey;
        return asked == null ? EventLog.super.subscribers(match, topic, max) : asked.ask(match, topic, max);
    }

    /** Asks the other nodes by surveys, and answers theirs. */
    public void connect(Surveys surveys) {
        survey = new SubscriberSurvey(surveys, received::count);
    }

    @Override
    public CompletionStage<Statistics> statistics(String topic) {
        return engine.statistics(topic);
    }
}
