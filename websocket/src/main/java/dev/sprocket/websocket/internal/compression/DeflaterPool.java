package dev.sprocket.websocket.internal.compression;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Pool of compressors and decompressors of one event loop.
 *
 * <p>They hold native memory, which is freed when the event loop ends. On other threads nothing is pooled: released
 * objects are freed immediately. Confined to its thread.
 */
public final class DeflaterPool {
    /** Maximum number of idle inflaters; each incomplete compressed message uses one. */
    private static final int MAX_IDLE_INFLATERS = 4;

    private static final AtomicInteger LIVE = new AtomicInteger();

    private static final FastThreadLocal<DeflaterPool> CURRENT = new FastThreadLocal<>() {
        @Override
        protected DeflaterPool initialValue() {
            return new DeflaterPool(true);
        }

        @Override
        protected void onRemoval(DeflaterPool pool) {
            pool.end();
        }
    };

    private final boolean pooled;
    private final ArrayDeque<Inflater> inflaters = new ArrayDeque<>();
    private final @Nullable Deflater[] deflaters = new Deflater[Deflater.BEST_COMPRESSION + 1];

    private DeflaterPool(boolean pooled) {
        this.pooled = pooled;
    }

    static DeflaterPool current() {
        return Thread.currentThread() instanceof FastThreadLocalThread ? CURRENT.get() : new DeflaterPool(false);
    }

    /** Returns the number of compressors and decompressors that were not freed, in use or idle. */
    public static int live() {
        return LIVE.get();
    }

    Inflater inflater() {
        Inflater idle = inflaters.poll();
        if (idle != null) {
            return idle;
        }
        LIVE.incrementAndGet();
        return new Inflater(true);
    }

    void release(Inflater inflater) {
        if (pooled && inflaters.size() < MAX_IDLE_INFLATERS) {
            inflater.reset();
            inflaters.push(inflater);
        } else {
            end(inflater);
        }
    }

    Deflater deflater(int level) {
        Deflater idle = deflaters[level];
        deflaters[level] = null;
        if (idle != null) {
            return idle;
        }
        LIVE.incrementAndGet();
        return new Deflater(level, true);
    }

    void release(Deflater deflater, int level) {
        if (pooled && deflaters[level] == null) {
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
