package dev.sprocket.pubsub.internal.push;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.internal.access.DecisionQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * Pushes of connections, which take effect in their order, also if a decision follows later.
 *
 * <p>While pushes of a connection wait, nothing more is read from it. A push is not lost if its connection closes
 * meanwhile. Without an event loop, the thread of the connection waits.
 */
public final class PushQueue {
    private static final PeerLog LOG = PeerLog.of(PushHandler.class);
    /** Memory limit of the waiting pushes of a connection, in bytes. */
    private static final long MAX_BYTES = 16 << 20;

    /** Memory limit of all waiting pushes, in bytes. */
    private static final long MAX_TOTAL_BYTES = 64 << 20;

    /** Time for a decision, where a thread waits for it. */
    private static final long TIMEOUT_SECONDS = 10;

    private static final AttributeKey<PushQueue> KEY = AttributeKey.of("waiting pushes", "was a decision late?");
    private static final AtomicLong TOTAL_BYTES = new AtomicLong();

    private final Connection from;
    private final PipelineContext pipeline;
    private final DecisionQueue queue;
    private int count;
    private long bytes;

    private PushQueue(Connection from, PipelineContext pipeline, Push first) {
        this.from = from;
        this.pipeline = pipeline;
        this.queue = new DecisionQueue(from, first::version);
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
            done.accept(push, failed(from, push, failure));
            return;
        }
        if (!(decision instanceof AccessDecision.Later later)) {
            done.accept(push, push.apply(decision));
            return;
        }
        PipelineContext pipeline = PipelineContext.find(from).orElse(null);
        if (pipeline == null) {
            done.accept(push, push.apply(await(from, later)));
            return;
        }
        PushQueue queue = waiting == null ? new PushQueue(from, pipeline, push) : waiting;
        KEY.set(from, queue);
        queue.queue.add(queue.reserve(push, done), later, version);
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

    /** Reserves the memory of a push and pauses reading. Beyond a limit, only the rejection of the push waits. */
    private Waiting reserve(Push push, BiConsumer<Push, PushResult> done) {
        Push kept = push;
        if (bytes + push.size() > MAX_BYTES) {
            kept = push.refuse("more than " + MAX_BYTES + " bytes of waiting pushes of this connection");
        } else if (TOTAL_BYTES.get() + push.size() > MAX_TOTAL_BYTES) {
            kept = push.refuse("more than " + MAX_TOTAL_BYTES + " bytes of waiting pushes");
        }
        bytes += kept.size();
        TOTAL_BYTES.addAndGet(kept.size());
        if (count++ == 0) {
            pipeline.pauseReads();
        }
        return new Waiting(kept, done);
    }

    /** Push that waits for its turn. */
    private final class Waiting implements DecisionQueue.Request {
        private final Push push;
        private final BiConsumer<Push, PushResult> done;

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
            PushResult result;
            try {
                result = push.apply(decision);
            } catch (RuntimeException failure) {
                result = failed(from, push, failure);
            }
            finish(result);
        }

        @Override
        public void fail(Throwable failure) {
            finish(failed(from, push, failure));
        }

        /** Never called, since the queue is not closed. */
        @Override
        public void discard() {
            release();
        }

        private void finish(PushResult result) {
            try {
                done.accept(push, result);
            } finally {
                release();
            }
        }

        private void release() {
            bytes -= push.size();
            TOTAL_BYTES.addAndGet(-push.size());
            if (--count == 0) {
                pipeline.resumeReads();
            }
        }
    }
}
