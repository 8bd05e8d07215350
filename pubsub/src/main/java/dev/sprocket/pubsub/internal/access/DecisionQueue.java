package dev.sprocket.pubsub.internal.access;

import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.access.AccessDecision;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests of a connection that wait for decisions, in the order of its messages.
 *
 * <p>Up to 16 decisions are asked for at once. They take effect in the order of the requests. A connection creates a
 * queue when its first decision is late, and from then on adds each request while the queue is not empty.
 *
 * <p>Confined to the thread of the connection's callbacks, except for {@link #close}.
 */
public final class DecisionQueue {
    /** Maximum number of decisions that a connection asks for at once. */
    public static final int MAX_QUESTIONS = 16;

    /** Number of requests that take effect before other tasks of the event loop run. */
    private static final int BATCH = 64;

    /** Request that takes effect when it is decided and all earlier ones took effect. */
    public interface Request {
        /**
         * Asks for the decision, without logging a denial.
         *
         * <p>May be called again, since a denial that was made early may depend on earlier requests.
         */
        AccessDecision ask() throws Exception;

        /** Takes effect; called once. */
        void apply(AccessDecision decision);

        /** Called instead of {@link #apply} if {@link #ask} fails. */
        void fail(Throwable failure);

        /** Called instead of {@link #apply} if the connection ends before. */
        void discard();
    }

    private enum State {
        UNASKED,
        ASKED,
        DECIDED
    }

    private static final class Entry {
        final Request request;
        State state = State.UNASKED;
        /** Version of the policy that was asked. */
        long version;
        /** True if the decision was made while the request waited. */
        boolean late;

        @Nullable
        AccessDecision decision;

        @Nullable
        Throwable failure;

        Entry(Request request) {
            this.request = request;
        }
    }

    private final Connection conn;
    private final LongSupplier version;
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final ArrayDeque<Entry> unasked = new ArrayDeque<>(0);
    private int questions;
    private boolean draining;
    private volatile boolean closed;

    /**
     * Creates an empty queue.
     *
     * @param conn connection on whose callback thread requests take effect
     * @param version returns the version of the policy; decisions of an earlier version are asked for again
     */
    public DecisionQueue(Connection conn, LongSupplier version) {
        this.conn = conn;
        this.version = version;
    }

    /** Reports whether no request waits. */
    public boolean isEmpty() {
        return entries.isEmpty() && !draining;
    }

    /** Adds a request behind those that wait. */
    public void add(Request request) {
        Entry entry = new Entry(request);
        entries.add(entry);
        unasked.add(entry);
        askNext();
    }

    /**
     * Adds a request whose decision follows later.
     *
     * @param asked version of the policy, read before it was asked
     */
    public void add(Request request, AccessDecision.Later later, long asked) {
        Entry entry = new Entry(request);
        entry.version = asked;
        entries.add(entry);
        await(entry, later);
    }

    /**
     * Adds a request before those that wait.
     *
     * <p>For a request that has taken effect in part, and waits for something else than a decision.
     *
     * @param later completes with a decision that depends on no policy
     */
    public void addFirst(Request request, AccessDecision.Later later) {
        Entry entry = new Entry(request);
        entry.version = version.getAsLong();
        entries.addFirst(entry);
        await(entry, later);
    }

    /** Discards all requests; none takes effect any more. Called by any thread. */
    public void close() {
        closed = true;
        CallbackExecutor.run(conn, () -> {
            entries.forEach(entry -> entry.request.discard());
            entries.clear();
            unasked.clear();
        });
    }

    private void askNext() {
        while (questions < MAX_QUESTIONS && !closed) {
            Entry next = unasked.poll();
            if (next == null) {
                return;
            }
            ask(next);
        }
    }

    private void ask(Entry entry) {
        entry.version = version.getAsLong();
        entry.late = false;
        try {
            AccessDecision decision = entry.request.ask();
            if (decision instanceof AccessDecision.Later later) {
                await(entry, later);
            } else {
                entry.decision = decision;
                entry.state = State.DECIDED;
            }
        } catch (Throwable failure) {
            entry.failure = failure;
            entry.state = State.DECIDED;
        }
    }

    private void await(Entry entry, AccessDecision.Later later) {
        questions++;
        entry.state = State.ASKED;
        later.decision()
                .whenComplete((made, failure) -> CallbackExecutor.run(conn, () -> onDecision(entry, made, failure)));
    }

    private void onDecision(Entry entry, @Nullable AccessDecision made, @Nullable Throwable failure) {
        questions--;
        entry.late = true;
        entry.decision = made;
        entry.failure = failure;
        entry.state = State.DECIDED;
        drain();
    }

    private void drain() {
        if (draining || closed) {
            return;
        }
        draining = true;
        try {
            int count = 0;
            for (Entry head = entries.peek();
                    head != null && head.state == State.DECIDED && !closed;
                    head = entries.peek()) {
                if (count++ == BATCH) {
                    continueLater();
                    break;
                }
                if (mayBeOutdated(head)) {
                    ask(head);
                    if (head.state == State.ASKED) {
                        break;
                    }
                }
                entries.poll();
                finish(head);
            }
        } finally {
            draining = false;
        }
        askNext();
    }

    private void continueLater() {
        PipelineContext.find(conn)
                .ifPresentOrElse(
                        pipeline -> pipeline.loop().execute(() -> CallbackExecutor.run(conn, this::drain)),
                        () -> CallbackExecutor.run(conn, this::drain));
    }

    /** Reports whether earlier requests or a changed policy may lead to another decision. */
    private boolean mayBeOutdated(Entry entry) {
        boolean early = !entry.late && !(entry.decision instanceof AccessDecision.Allow);
        return early || entry.version != version.getAsLong();
    }

    private static void finish(Entry entry) {
        AccessDecision decision = entry.decision;
        if (decision == null) {
            entry.request.fail(
                    entry.failure == null ? new NullPointerException("decision (expected: not null)") : entry.failure);
        } else {
            entry.request.apply(decision);
        }
    }
}
