package dev.sprocket.bench;

import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * What happened while a load was watched.
 *
 * @param count how far its counter went
 * @param total how far it had gone by the end, warm-up included; never 0
 * @param serverCpu of one core
 * @param loadCpu of one core, of this process
 */
record Window(long count, long total, double seconds, double serverCpu, double loadCpu) {
    /** The longest wait for a first result; a limit for a hang, not a measurement. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Warms up, then watches a counter of the load for a while. */
    static Window watch(Load load, Target target, Duration warmUp, Duration time, Callable<Long> counter)
            throws InterruptedException {
        if (!load.await(PATIENCE, () -> counter.call() > 0)) {
            throw new IllegalStateException("nothing has come back in " + PATIENCE.toSeconds() + " s");
        }
        Thread.sleep(warmUp.toMillis());
        Proc server = new Proc(target.pid());
        Proc own = new Proc(ProcessHandle.current().pid());
        double serverBefore = server.cpuSeconds();
        double ownBefore = own.cpuSeconds();
        long before = load.ask(counter);
        long begun = System.nanoTime();
        Thread.sleep(time.toMillis());
        long after = load.ask(counter);
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Window(
                after - before,
                after,
                seconds,
                (server.cpuSeconds() - serverBefore) / seconds,
                (own.cpuSeconds() - ownBefore) / seconds);
    }

    double perSecond() {
        return count / seconds;
    }
}
