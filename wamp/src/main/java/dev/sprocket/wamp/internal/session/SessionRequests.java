package dev.sprocket.wamp.internal.session;

import dev.sprocket.core.Connection;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.internal.access.DecisionQueue;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.WampConnection;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Requests of a session, in the order of its messages.
 *
 * <p>A request takes effect immediately, unless its decision or that of an earlier request follows later. Waiting
 * requests are limited by the memory of client and realm.
 *
 * <p>Confined to the thread of the session's callbacks, except for {@link #close}.
 */
public final class SessionRequests {
    private final WampSession session;
    private final Connection below;
    private final ComponentInvoker<WampConnection> invoker;
    private final RealmLimits limits;
    /** Null until the first decision is late. */
    private volatile @Nullable DecisionQueue waiting;

    /**
     * Creates the requests of a session.
     *
     * @param below connection of the transport, whose callbacks pass the client's messages
     */
    public SessionRequests(
            WampSession session, Connection below, ComponentInvoker<WampConnection> invoker, RealmLimits limits) {
        this.session = session;
        this.below = below;
        this.invoker = invoker;
        this.limits = limits;
    }

    /** Reports whether requests wait. */
    public boolean isWaiting() {
        DecisionQueue queue = waiting;
        return queue != null && !queue.isEmpty();
    }

    /** Lets a request take effect, now or after those that wait. */
    public void submit(SessionRequest request) {
        DecisionQueue queue = waiting;
        if (queue != null && !queue.isEmpty()) {
            WaitingRequest behind = reserve(request);
            if (behind != null) {
                queue.add(behind);
            }
            return;
        }
        invoker.run(conn -> request.guard(() -> {
            long version = session.accessControl().version();
            AccessDecision decision = request.ask();
            if (decision instanceof AccessDecision.Later later) {
                WaitingRequest first = reserve(request);
                if (first != null) {
                    queue().add(first, later, version);
                }
            } else {
                request.apply(decision);
            }
        }));
    }

    /**
     * Lets the following requests wait for a stage of one that has begun.
     *
     * <p>Then its last step runs. The step does not run if the session ends before.
     *
     * @param stage may fail
     * @param begun request whose failures answer those of the step
     * @param cancel runs instead of the step if the session ends before
     */
    public void hold(CompletionStage<?> stage, SessionRequest begun, SessionRequest.Step step, Runnable cancel) {
        AccessDecision.Later later = new AccessDecision.Later(stage.handle((done, failure) -> AccessDecision.ALLOW));
        queue().addFirst(new HeldRequest(begun, step, cancel), later);
    }

    private DecisionQueue queue() {
        DecisionQueue existing = waiting;
        if (existing == null) {
            existing = new DecisionQueue(below, session.accessControl()::version);
            waiting = existing;
        }
        return existing;
    }

    /** Reserves the memory of a waiting request; otherwise refuses it and returns null. */
    private @Nullable WaitingRequest reserve(SessionRequest request) {
        request.compact();
        long size = request.size();
        try {
            session.memoryUsage().reserve(MemoryUsage.Kind.REQUESTS, size, limits);
        } catch (CallException exceeded) {
            request.refuse(exceeded);
            return null;
        }
        return new WaitingRequest(request, size);
    }

    /** Discards the requests that wait. */
    public void close() {
        DecisionQueue queue = waiting;
        if (queue != null) {
            queue.close();
        }
    }

    /** Request that has begun, and waits for something else than a decision. */
    private final class HeldRequest implements DecisionQueue.Request {
        private final SessionRequest request;
        private final SessionRequest.Step step;
        private final Runnable cancel;

        HeldRequest(SessionRequest request, SessionRequest.Step step, Runnable cancel) {
            this.request = request;
            this.step = step;
            this.cancel = cancel;
        }

        @Override
        public AccessDecision ask() {
            return AccessDecision.ALLOW;
        }

        @Override
        public void apply(AccessDecision decision) {
            invoker.run(conn -> request.guard(step));
        }

        @Override
        public void fail(Throwable failure) {
            throw new AssertionError("a held request is always allowed", failure);
        }

        @Override
        public void discard() {
            cancel.run();
        }
    }

    private final class WaitingRequest implements DecisionQueue.Request {
        private final SessionRequest request;
        private final long size;

        WaitingRequest(SessionRequest request, long size) {
            this.request = request;
            this.size = size;
        }

        @Override
        public AccessDecision ask() throws Exception {
            return request.ask();
        }

        @Override
        public void apply(AccessDecision decision) {
            discard();
            invoker.run(conn -> request.guard(() -> request.apply(decision)));
        }

        @Override
        public void fail(Throwable failure) {
            discard();
            invoker.run(conn -> request.guard(() -> {
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (Exception) failure;
            }));
        }

        @Override
        public void discard() {
            session.memoryUsage().release(MemoryUsage.Kind.REQUESTS, size);
        }
    }
}
