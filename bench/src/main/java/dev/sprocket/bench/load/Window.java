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

    /** Warms up, then measures a counter of the load for the given time. */
    static Window watch(Load load, Target target, Duration warmUp, Duration time, Callable<Long> counter)
            throws InterruptedException {
        if (!load.await(TIMEOUT, () -> counter.call() > 0)) {
            throw new IllegalStateException("no response within " + TIMEOUT.toSeconds() + " s");
        }
        Thread.sleep(warmUp.toMillis());
        ProcessStats server = new ProcessStats(target.pid());
        ProcessStats own = new ProcessStats(ProcessHandle.current().pid());
        ProcessStats.Cpu serverBefore = server.cpu();
        ProcessStats.Cpu ownBefore = own.cpu();
        long before = load.callOnLoop(counter);
        long begun = System.nanoTime();
        Thread.sleep(time.toMillis());
        long after = load.callOnLoop(counter);
        double seconds = (System.nanoTime() - begun) / 1e9;
        ProcessStats.Cpu serverAfter = server.cpu();
        return new Window(
                after - before,
                after,
                seconds,
                (serverAfter.total() - serverBefore.total()) / seconds,
                (serverAfter.user() - serverBefore.user()) / seconds,
                (own.cpu().total() - ownBefore.total()) / seconds);
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
