package dev.sprocket.pubsub.internal.push;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.internal.access.DecisionQueue;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pushes of connections, which take effect in their order.
 *
 * <p>The decision about a push, or its result, may follow later.
 *
 * <p>While pushes of a connection wait, nothing more is read from it. A push is not lost if its connection closes
 * meanwhile. Without an event loop, the thread of the connection waits.
 */
public final class PushQueue {
    private static final PeerLog LOG = PeerLog.of(PushHandler.class);
    /** Memory limit of all waiting pushes, in bytes. */
    private static final long MAX_TOTAL_BYTES = 64 << 20;

    /** Time for a decision or a result, where a thread waits for it. */
    private static final long TIMEOUT_SECONDS = 10;

    private static final AttributeKey<PushQueue> KEY = AttributeKey.of("waiting pushes", "was a decision late?");
    private static final AtomicLong TOTAL_BYTES = new AtomicLong();

    private final Connection from;
    private final PipelineContext pipeline;
    private final DecisionQueue queue;
    /** Pushes that are decided, and wait for the result of an earlier one. */
    private final ArrayDeque<Waiting> decided = new ArrayDeque<>(0);

    /** True while a push was delivered whose result follows later. */
    private boolean delivering;

    /** Memory limit of the waiting pushes, in bytes. */
    private final long maxBytes;

    private int count;
    private long bytes;

    private PushQueue(Connection from, PipelineContext pipeline, Push first) {
        this.from = from;
        this.pipeline = pipeline;
        this.queue = new DecisionQueue(from, first::version);
        this.maxBytes = PushHold.maxBytes(from);
    }

    /** Returns the number of bytes of all waiting pushes. */
    public static long totalBytes() {
        return TOTAL_BYTES.get();
    }

    /**
     * Lets a push take effect, now or after those that wait.
     *
     * @param done receives the push and its result, on the thread of the connection's callbacks
     */
    public static void submit(Connection from, Push push, BiConsumer<Push, PushResult> done) {
        PushQueue waiting = KEY.find(from).orElse(null);
        if (waiting != null && !waiting.queue.isEmpty()) {
            waiting.queue.add(waiting.reserve(push, done));
            return;
        }
        long version = push.version();
        AccessDecision decision;
        try {
            decision = push.ask();
        } catch (Exception failure) {
            PushResult result = failed(from, push, failure);
            if (waiting != null && waiting.delivering) {
                waiting.reserve(push, done).deliverAfterOthers(() -> CompletableFuture.completedFuture(result));
            } else {
                done.accept(push, result);
            }
            return;
        }
        PipelineContext pipeline = PipelineContext.find(from).orElse(null);
        if (decision instanceof AccessDecision.Later later && pipeline != null) {
            PushQueue queue = queue(from, pipeline, push);
            queue.queue.add(queue.reserve(push, done), later, version);
        } else if (waiting != null && waiting.delivering) {
            waiting.reserve(push, done).apply(decision);
        } else {
            CompletableFuture<PushResult> result =
                    push.apply(decision instanceof AccessDecision.Later later ? await(from, later) : decision);
            if (result.isDone() || pipeline == null) {
                PushResult made = await(from, push, result);
                if (pipeline == null) {
                    PushHold.end(from);
                }
                done.accept(push, made);
            } else {
                PushQueue queue = queue(from, pipeline, push);
                queue.enqueue(push, done).await(result);
            }
        }
    }

    private static PushQueue queue(Connection from, PipelineContext pipeline, Push push) {
        PushQueue existing = KEY.find(from).orElse(null);
        if (existing != null) {
            return existing;
        }
        PushQueue created = new PushQueue(from, pipeline, push);
        KEY.set(from, created);
        return created;
    }

    private static PushResult failed(Connection from, Push push, Throwable failure) {
        LOG.warn(from, "push failed: peer={}", from, failure);
        return push.fail();
    }

    private static AccessDecision await(Connection from, AccessDecision.Later later) {
        try {
            return later.decision().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            LOG.warn(from, "push rejected, no decision about its access: peer={}", from, failure);
            return AccessDecision.deny("no decision within " + TIMEOUT_SECONDS + " s");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return AccessDecision.deny("the bridge stops");
        }
    }

    private static PushResult await(Connection from, Push push, CompletableFuture<PushResult> result) {
        try {
            return result.get(TIMEOUT_SECONDS + PushHold.seconds(from), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failure) {
            return failed(from, push, failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return failed(from, push, stopped);
        }
    }

    /** Delivers the decided pushes, one after another. */
    private void deliverNext() {
        while (!delivering) {
            Waiting next = decided.poll();
            if (next == null) {
                return;
            }
            next.deliver();
        }
    }

    /** Reserves the memory of a push and pauses reading. Beyond a limit, only the rejection of the push waits. */
    private Waiting reserve(Push push, BiConsumer<Push, PushResult> done) {
        Push kept = push;
        if (bytes + push.size() > maxBytes) {
            kept = push.refuse("more than " + maxBytes + " bytes of waiting pushes of this connection");
        } else if (TOTAL_BYTES.get() + push.size() > MAX_TOTAL_BYTES) {
            kept = push.refuse("more than " + MAX_TOTAL_BYTES + " bytes of waiting pushes");
        }
        return enqueue(kept, done);
    }

    /** Lets a push wait, whatever its size. */
    private Waiting enqueue(Push push, BiConsumer<Push, PushResult> done) {
        bytes += push.size();
        TOTAL_BYTES.addAndGet(push.size());
        if (count++ == 0) {
            pipeline.pauseReads();
        }
        return new Waiting(push, done);
    }

    /** Push that waits for its turn. */
    private final class Waiting implements DecisionQueue.Request {
        private final Push push;
        private final BiConsumer<Push, PushResult> done;
        private Supplier<CompletableFuture<PushResult>> delivery = CompletableFuture::new;

        Waiting(Push push, BiConsumer<Push, PushResult> done) {
            this.push = push;
            this.done = done;
        }

        @Override
        public AccessDecision ask() throws Exception {
            return push.ask();
        }

        @Override
        public void apply(AccessDecision decision) {
            deliverAfterOthers(() -> push.apply(decision));
        }

        @Override
        public void fail(Throwable failure) {
            PushResult result = failed(from, push, failure);
            deliverAfterOthers(() -> CompletableFuture.completedFuture(result));
        }

        private void deliverAfterOthers(Supplier<CompletableFuture<PushResult>> made) {
            delivery = made;
            decided.add(this);
            deliverNext();
        }

        private void deliver() {
            CompletableFuture<PushResult> result;
            try {
                result = delivery.get();
            } catch (RuntimeException failure) {
                result = CompletableFuture.failedFuture(failure);
            }
            await(result);
        }

        private void await(CompletableFuture<PushResult> result) {
            if (result.isDone()) {
                result.whenComplete(this::finish);
                return;
            }
            delivering = true;
            result.whenComplete((made, failure) -> CallbackExecutor.run(from, () -> {
                delivering = false;
                try {
                    finish(made, failure);
                } finally {
                    deliverNext();
                }
            }));
        }

        /** Never called, since the queue is not closed. */
        @Override
        public void discard() {
            release();
        }

        private void finish(@Nullable PushResult made, @Nullable Throwable failure) {
            try {
                done.accept(push, made == null ? failed(from, push, Objects.requireNonNull(failure)) : made);
            } finally {
                release();
            }
        }

        private void release() {
            bytes -= push.size();
            TOTAL_BYTES.addAndGet(-push.size());
            if (--count == 0) {
                PushHold.end(from);
                pipeline.resumeReads();
            }
        }
    }
}
