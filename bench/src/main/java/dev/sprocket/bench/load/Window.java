package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Load;
import dev.sprocket.bench.client.Target;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Measurement window of a load.
 *
 * @param count number of counted operations in the window
 * @param total number of operations including warm-up; never 0
 * @param serverCpu processor time of the server, as a fraction of one core
 * @param serverUser part of serverCpu outside of the kernel
 * @param loadCpu processor time of this process, as a fraction of one core
 */
public record Window(long count, long total, double seconds, double serverCpu, double serverUser, double loadCpu) {
    /** Limit for the first result, which only detects a hang. */
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /** Interval at which the counter is read until it reaches a number of operations. */
    private static final int POLL_MILLIS = 5;

    /** Warms up, then measures a counter of the load for a {@link Span}. */
    static Window watch(Load load, Target target, Span span, Callable<Long> counter) throws InterruptedException {
        if (!load.await(TIMEOUT, () -> counter.call() > 0)) {
            throw new IllegalStateException("no response within " + TIMEOUT.toSeconds() + " s");
        }
        Thread.sleep(span.warmUp().toMillis());
        Meter meter = new Meter(target);
        meter.begin();
        long before = load.callOnLoop(counter);
        long begun = System.nanoTime();
        long after;
        do {
            Thread.sleep(span.operations() > 0 ? POLL_MILLIS : span.time().toMillis());
            after = load.callOnLoop(counter);
            if (after == before && System.nanoTime() - begun > TIMEOUT.toNanos()) {
                throw new IllegalStateException("no operation within " + TIMEOUT.toSeconds() + " s");
            }
        } while (!span.isOver(after - before, System.nanoTime() - begun));
        meter.end(after - before);
        return meter.window(after);
    }

    /** Returns the processor time of the server for one operation, in microseconds. */
    public double serverMicros() {
        return serverCpu * seconds / count * 1e6;
    }

    /** Returns the part of {@link #serverMicros} outside of the kernel. */
    public double serverUserMicros() {
        return serverUser * seconds / count * 1e6;
    }

    public double perSecond() {
        return count / seconds;
    }
}
