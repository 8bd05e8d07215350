package dev.sprocket.websocket;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The compressors that an event loop keeps for its connections to borrow. They are native memory: freed when the loop
 * ends, and at once on a thread that is none.
 *
 * <p>Threads: each has its own.
 */
final class DeflaterPool {
    /** How many inflaters rest at most; one is in use for each compressed message that has arrived in part. */
    private static final int RESTING = 4;

    private static final AtomicInteger LIVE = new AtomicInteger();

    private static final FastThreadLocal<DeflaterPool> CURRENT = new FastThreadLocal<>() {
        @Override
        protected DeflaterPool initialValue() {
            return new DeflaterPool(true);
        }

        @Override
        protected void onRemoval(DeflaterPool zlib) {
            zlib.end();
        }
    };

    private final boolean keeps;
    private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>();
    private final @Nullable Deflater[] deflaters = new Deflater[Deflater.BEST_COMPRESSION + 1];

    private DeflaterPool(boolean keeps) {
        this.keeps = keeps;
    }

    static DeflaterPool current() {
        return Thread.currentThread() instanceof FastThreadLocalThread ? CURRENT.get() : new DeflaterPool(false);
    }

    /** How many have not been freed, in use or at rest. */
    static int live() {
        return LIVE.get();
    }

    Inflater inflater() {
        Inflater resting = inflaters.poll();
        if (resting != null) {
            return resting;
        }
        LIVE.incrementAndGet();
        return new Inflater(true);
    }

    void giveBack(Inflater inflater) {
        if (keeps && inflaters.size() < RESTING) {
            inflater.reset();
            inflaters.push(inflater);
        } else {
            end(inflater);
        }
    }

    Deflater deflater(int level) {
        Deflater resting = deflaters[level];
        deflaters[level] = null;
        if (resting != null) {
            return resting;
        }
        LIVE.incrementAndGet();
        return new Deflater(level, true);
    }

    void giveBack(Deflater deflater, int level) {
        if (keeps && deflaters[level] == null) {
            deflater.reset();
            deflaters[level] = deflater;
        } else {
            LIVE.decrementAndGet();
            deflater.end();
        }
    }

    private void end() {
        inflaters.forEach(DeflaterPool::end);
        inflaters.clear();
        for (int level = 0; level < deflaters.length; level++) {
            Deflater deflater = deflaters[level];
            if (deflater != null) {
                deflaters[level] = null;
                LIVE.decrementAndGet();
                deflater.end();
            }
        }
    }

    private static void end(Inflater inflater) {
        LIVE.decrementAndGet();
        inflater.end();
    }
}
