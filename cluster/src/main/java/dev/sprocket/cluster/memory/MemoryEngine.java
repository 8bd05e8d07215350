package dev.sprocket.cluster.memory;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.log.EnvelopeLog;
import dev.sprocket.cluster.spi.Directory;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.cluster.spi.EnvelopeException;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connection of one node to a {@link MemoryHub}.
 *
 * <p>Commands are carried out before the call returns, unless the hub is stopped. The listener is called without locks,
 * in order, by one thread at a time.
 */
@ThreadSafe
public final class MemoryEngine implements Engine {
    private final MemoryHub hub;
    /** Topics that are subscribed, also while disconnected; guarded by itself. */
    private final Set<String> wanted = new LinkedHashSet<>();
    /** Commands that a stopped hub has not carried out; guarded by itself. */
    private final Queue<Runnable> held = new ArrayDeque<>();
    /** Calls of the listener. */
    private final Queue<Consumer<Listener>> inward = new ConcurrentLinkedQueue<>();

    private final AtomicInteger deliveries = new AtomicInteger();
    private volatile State state = State.AWAY;
    private volatile boolean stalled;
    private volatile boolean deaf;
    private volatile boolean dropping;
    private volatile @Nullable NodeId self;
    private volatile @Nullable Listener listener;

    MemoryEngine(MemoryHub hub) {
        this.hub = hub;
    }

    @Override
    public void start(NodeId node, Listener receiver) {
        self = node;
        listener = receiver;
        hub.add(this);
        changeState(State.UP, "connected");
    }

    @Override
    public State state() {
        return state;
    }

    /** Disconnects this node until {@link #reconnect}: commands fail, also held ones, and nothing is heard. */
    public void disconnect() {
        hub.remove(this);
        changeState(State.AWAY, "disconnected");
        resume();
    }

    /** Connects this node again, subscribes its topics, and tells that continuity is lost. */
    public void reconnect() {
        hub.add(this);
        synchronized (wanted) {
            hub.subscribe(this, wanted);
        }
        changeState(State.UP, "reconnected");
        inward(receiver -> receiver.onContinuityLost(null, Cause.RECONNECTED));
    }

    /** Makes this node deaf without a word: it hears nothing until {@link #hear}. */
    public void deafen() {
        deaf = true;
        changeState(State.DEAF, "probe did not come back");
    }

    /** Ends {@link #deafen}, and tells that continuity is lost. */
    public void hear() {
        deaf = false;
        changeState(State.UP, "probe came back");
        inward(receiver -> receiver.onContinuityLost(null, Cause.DEAF));
    }

    /** Drops what this node would hear, or stops to, without telling it. */
    public void dropSilently(boolean dropped) {
        dropping = dropped;
    }

    void stall() {
        stalled = true;
    }

    void resume() {
        while (true) {
            Runnable next;
            synchronized (held) { // commands of others stay behind the held ones
                next = held.poll();
                stalled = next != null;
            }
            if (next == null) {
                break;
            }
            next.run();
        }
        drain();
    }

    private void changeState(State other, String cause) {
        if (state != other) {
            state = other;
            inward(receiver -> receiver.onState(other, cause));
        }
    }

    boolean isNode(String name) {
        NodeId node = self;
        return node != null && node.name().equals(name);
    }

    /** Queues an envelope for the listener; the caller holds the hub's lock and drains later. */
    void deliver(String topic, byte[] envelope) {
        if (!deaf && !dropping) {
            inward.add(receiver -> receiver.onEvent(topic, envelope.clone()));
            hub.drainLater(this);
        }
    }

    void deliverFrame(byte[] frame) {
        if (!deaf && !dropping) {
            inward.add(receiver -> receiver.onFrame(frame.clone()));
            hub.drainLater(this);
        }
    }

    private void inward(Consumer<Listener> call) {
        inward.add(call);
        drain();
    }

    /** Calls the listener; the caller holds no lock. */
    void drain() {
        Listener receiver = listener;
        if (receiver == null || stalled || deliveries.getAndIncrement() != 0) {
            return;
        }
        int processed = 1;
        do {
            for (Consumer<Listener> next = inward.poll(); next != null; next = inward.poll()) {
                next.accept(receiver);
            }
            processed = deliveries.addAndGet(-processed);
        } while (processed != 0);
    }

    /** Carries out a command, at once or when the hub resumes. */
    private <T extends @Nullable Object> CompletionStage<T> execute(Supplier<T> command) {
        if (state == State.AWAY) {
            return CompletableFuture.failedFuture(new UnavailableException("memory engine: away"));
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable task = () -> {
            if (state == State.AWAY) {
                result.completeExceptionally(new UnavailableException("memory engine: disconnected"));
                return;
            }
            T done = command.get();
            hub.drainAll();
            result.complete(done);
        };
        synchronized (held) {
            if (stalled) {
                held.add(task);
                return result;
            }
        }
        task.run();
        return result;
    }

    private CompletionStage<Void> run(Runnable command) {
        return execute(() -> {
                    command.run();
                    return true;
                })
                .thenAccept(done -> {});
    }

    private <T extends @Nullable Object> CompletionStage<T> query(String topic, Function<EnvelopeLog, T> query) {
        return execute(() -> {
            synchronized (hub) {
                return query.apply(hub.log(topic));
            }
        });
    }

    @Override
    public CompletionStage<Void> subscribe(Collection<String> topics) {
        synchronized (wanted) {
            wanted.addAll(topics);
        }
        return run(() -> hub.subscribe(this, topics));
    }

    @Override
    public CompletionStage<Void> unsubscribe(Collection<String> topics) {
        synchronized (wanted) {
            wanted.removeAll(topics);
        }
        return run(() -> hub.unsubscribe(this, topics));
    }

    @Override
    public CompletionStage<Void> relay(String topic, byte[] envelope) {
        return run(() -> hub.relay(topic, envelope));
    }

    @Override
    public CompletionStage<Appended> append(
            String topic, byte[] envelope, TopicSettings.History limits, @Nullable Collection<String> mailboxes) {
        return execute(() -> hub.append(topic, envelope, limits, mailboxes));
    }

    @Override
    public CompletionStage<EventLog.Place> find(String topic, Position after, int maxEvents, long maxBytes) {
        return query(topic, log -> log.find(after, maxEvents, maxBytes));
    }

    @Override
    public CompletionStage<Excerpt> read(String topic, Position after, int maxEvents, int maxBytes) {
        return query(topic, log -> log.read(after, maxEvents, maxBytes));
    }

    @Override
    public CompletionStage<byte @Nullable []> find(String topic, long publication) {
        return query(topic, log -> log.find(publication));
    }

    @Override
    public CompletionStage<Set<String>> check(Map<String, Position> newest) {
        return execute(() -> hub.check(newest));
    }

    @Override
    public CompletionStage<Void> clear(String topic) {
        return run(() -> hub.clear(topic));
    }

    @Override
    public CompletionStage<EventLog.Statistics> statistics(String topic) {
        return query(topic, log -> log.statistics(hub.now()));
    }

    @Override
    public CompletionStage<Boolean> retain(
            String topic, byte[] envelope, boolean restricted, EventLog.RetainLimits limits) {
        return execute(() -> hub.useRetained(kept -> kept.retain(topic, envelope, restricted, limits, hub.now())));
    }

    @Override
    public CompletionStage<List<byte[]>> retained(MatchPolicy match, String pattern, int max) {
        return execute(() -> hub.useRetained(kept -> kept.find(match, pattern, max, hub.now())));
    }

    @Override
    public CompletionStage<Boolean> clearRetained(String topic) {
        return execute(() -> hub.useRetained(kept -> kept.clear(topic, hub.now())));
    }

    @Override
    public CompletionStage<Void> send(String node, byte[] frame) {
        return run(() -> hub.send(node, frame));
    }

    @Override
    public CompletionStage<Void> sendAll(byte[] frame) {
        return run(() -> hub.send(null, frame));
    }

    @Override
    public Directory directory() {
        return new Members();
    }

    /** Directory of the hub, by way of this connection. */
    private final class Members implements Directory {
        @Override
        public CompletionStage<View> beat(NodeId node, String text, Duration lease) {
            return execute(() -> hub.change(members -> members.beat(node, text, lease.toMillis())));
        }

        @Override
        public CompletionStage<Entries> read(NodeId node) {
            return execute(() -> hub.change(members -> members.read(node)));
        }

        @Override
        public CompletionStage<Outcome> change(NodeId node, Change change, Limits own, Limits sum, byte[] frame) {
            return execute(() -> hub.change(members -> members.change(node, change, own, sum, frame)));
        }

        @Override
        public CompletionStage<@Nullable Entries> takeOver(NodeId node, NodeId gone) {
            return execute(() -> hub.change(members -> members.takeOver(node, gone)));
        }

        @Override
        public CompletionStage<Void> forget(NodeId node, NodeId gone, byte[] frame) {
            return run(() -> hub.change(members -> members.forget(node, gone, frame)));
        }

        @Override
        public CompletionStage<Void> leave(NodeId node, byte[] frame) {
            return run(() -> hub.change(members -> members.leave(node, frame)));
        }
    }

    @Override
    public void close() {
        hub.remove(this);
        state = State.AWAY;
        listener = null;
    }

    static Envelope read(byte[] envelope) {
        try {
            return Envelope.read(envelope);
        } catch (EnvelopeException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Position position(Envelope inLog) {
        Position position = inLog.position();
        if (position == null) {
            throw new IllegalStateException("event without a position: " + inLog);
        }
        return position;
    }
}
