package dev.sprocket.core.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Queue of lines, written by its own thread so that callers never block.
 *
 * <p>Lines beyond its limit are dropped and counted; the count is written as soon as the output accepts lines again.
 */
@ThreadSafe
public final class LineQueue {
    /** Output of the lines; called by the thread of the queue. */
    public interface Output {
        /** Called before the lines that are queued now. */
        default void begin() throws IOException {}

        /** Writes a line with its line break. */
        void write(byte[] line) throws IOException;

        /** Called after the lines of {@link #begin}. */
        default void end() throws IOException {}

        /** Returns the line that reports dropped lines. */
        byte[] lost(long count);

        /** Called when a line was not written. */
        void failed(IOException cause);
    }

    /** Memory per line, in addition to its bytes. */
    private static final int OVERHEAD = 32;

    private final Object lock = new Object();
    private final Output out;
    private final int limit;
    private List<byte[]> queue = new ArrayList<>();
    private long queuedBytes;
    private long written;
    private long lost;
    private boolean stopping;

    /**
     * Creates a queue and starts its thread, a daemon.
     *
     * @param limit bytes of the lines that may wait
     */
    public LineQueue(String thread, int limit, Output out) {
        this.out = out;
        this.limit = limit;
        Thread writer = new Thread(this::run, thread);
        writer.setDaemon(true);
        writer.start();
    }

    /** Queues a line, or drops and counts it. */
    public void add(byte[] line) {
        synchronized (lock) {
            if (queuedBytes + line.length + OVERHEAD > limit) {
                lost++;
            } else {
                queuedBytes += line.length + OVERHEAD;
                queue.add(line);
                lock.notifyAll();
            }
        }
    }

    private void run() {
        while (true) {
            List<byte[]> batch;
            long dropped;
            synchronized (lock) {
                while (queue.isEmpty() && lost == 0) {
                    if (stopping) {
                        return;
                    }
                    try {
                        lock.wait();
                    } catch (InterruptedException e) {
                        return;
                    }
                }
                batch = queue;
                queue = new ArrayList<>();
                dropped = lost;
                lost = 0;
                queuedBytes += dropped > 0 ? OVERHEAD : 0;
            }
            attempt(out::begin);
            batch.forEach(this::write);
            if (dropped > 0) {
                byte[] report = out.lost(dropped);
                synchronized (lock) {
                    queuedBytes += report.length;
                }
                write(report);
            }
            attempt(out::end);
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            out.failed(e);
        }
    }

    private void write(byte[] line) {
        attempt(() -> out.write(line));
        synchronized (lock) {
            queuedBytes -= line.length + OVERHEAD;
            written++;
            lock.notifyAll();
        }
    }

    /** Waits until the queue is empty, at most {@code timeout} without progress. */
    public void flush(Duration timeout) {
        synchronized (lock) {
            long before = -1;
            long deadline = 0;
            while (queuedBytes > 0 || lost > 0) {
                long now = System.nanoTime();
                if (written != before) {
                    before = written;
                    deadline = now + timeout.toNanos();
                }
                if (now - deadline >= 0) {
                    return;
                }
                try {
                    lock.wait(TimeUnit.NANOSECONDS.toMillis(deadline - now) + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Ends the thread when the queue is empty. */
    public void stop() {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
        }
    }
}
