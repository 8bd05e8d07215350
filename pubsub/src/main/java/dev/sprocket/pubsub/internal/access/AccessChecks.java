package dev.sprocket.pubsub.internal.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Checks the subscriptions and registrations of peers again when the policy changes.
 *
 * <p>Each event loop checks its own connections, a few at a time.
 */
@ThreadSafe
public final class AccessChecks {
    /** Number of checks per iteration of an event loop. */
    private static final int SLICE = 100;

    /** Check of one right of a connection. */
    @FunctionalInterface
    public interface Check {
        /**
         * Asks, and ends what is no longer allowed. Called on the event loop of the connection.
         *
         * @param done runs when it is decided
         */
        void run(Runnable done);
    }

    /** Source of rights that are in use. */
    @FunctionalInterface
    public interface Source {
        /** Passes each right with its connection to a function. */
        void forEach(BiConsumer<Connection, Check> right);
    }

    private final List<Source> sources = new CopyOnWriteArrayList<>();
    private final AtomicLong runs = new AtomicLong();

    private AccessChecks(Topics topics, AccessControl accessControl) {
        sources.add(right -> subscriptions(topics, right));
        accessControl.addListener(this::start);
    }

    /** Returns the checks of topics. */
    public static AccessChecks of(Topics topics) {
        AccessControl accessControl = AccessControl.of(topics);
        return topics.shared(AccessChecks.class, () -> new AccessChecks(topics, accessControl));
    }

    /** Adds rights other than the subscriptions of the topics. */
    public void addSource(Source source) {
        sources.add(source);
    }

    /** Runs checks of one connection, a few at a time. */
    public static void run(Connection conn, Collection<? extends Check> checks) {
        PipelineContext.find(conn)
                .ifPresent(pipeline -> new Slices(pipeline.loop(), new ArrayDeque<>(checks), () -> true).schedule());
    }

    /** Checks everything; ends the checks of an earlier policy. */
    private void start() {
        long run = runs.incrementAndGet();
        Map<EventLoop, ArrayDeque<Check>> byLoop = new HashMap<>();
        for (Source source : sources) {
            source.forEach((conn, check) -> PipelineContext.find(conn)
                    .ifPresent(pipeline -> byLoop.computeIfAbsent(pipeline.loop(), loop -> new ArrayDeque<>())
                            .add(check)));
        }
        byLoop.forEach((loop, checks) -> new Slices(loop, checks, () -> runs.get() == run).schedule());
    }

    private static void subscriptions(Topics topics, BiConsumer<Connection, Check> right) {
        topics.all().forEach(topic -> subscriptions(topic, right));
        topics.patterns().forEach(pattern -> subscriptions(pattern, right));
    }

    private static void subscriptions(Topic topic, BiConsumer<Connection, Check> right) {
        for (Subscriber subscriber : topic.subscribers()) {
            Connection conn = subscriber.connection().orElse(null);
            if (conn != null) {
                CheckedPeer.of(conn).ifPresent(peer -> right.accept(conn, done -> peer.recheck(topic, done)));
            }
        }
    }

    /** Condition under which checks continue. */
    private interface Condition {
        boolean holds();
    }

    /** Checks of one event loop. Confined to it. */
    private static final class Slices implements Runnable {
        private final EventLoop loop;
        private final ArrayDeque<Check> checks;
        private final Condition condition;
        /** Number of checks that wait for a decision. */
        private int waiting;

        private boolean paused;

        Slices(EventLoop loop, ArrayDeque<Check> checks, Condition condition) {
            this.loop = loop;
            this.checks = checks;
            this.condition = condition;
        }

        void schedule() {
            loop.execute(this);
        }

        @Override
        public void run() {
            for (int i = 0; i < SLICE && condition.holds(); i++) {
                if (waiting >= DecisionQueue.MAX_QUESTIONS) {
                    paused = true;
                    return;
                }
                Check next = checks.poll();
                if (next == null) {
                    return;
                }
                waiting++;
                next.run(this::done);
            }
            if (!checks.isEmpty() && condition.holds()) {
                schedule();
            }
        }

        private void done() {
            if (!loop.inEventLoop()) {
                loop.execute(this::done);
                return;
            }
            waiting--;
            if (paused) {
                paused = false;
                schedule();
            }
        }
    }
}
