package dev.sprocket.server.internal.command;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects garbage while the server is idle, so that the heap shrinks after a peak.
 *
 * <p>The serial collector returns memory to the system only in a full collection, and a server with few allocations
 * would never start one. G1 has {@code G1PeriodicGCInterval} for this purpose. The launcher sets the property
 * {@code sprocket.idle-collection} together with the serial collector; without it nothing is started.
 *
 * <p>Confined to its own thread.
 */
final class IdleCollector {
    /** State of the process, replaced in tests. */
    interface Vm {
        /** Returns the used heap, in bytes. */
        long used();

        /** Returns the processor time of the process, in nanoseconds. */
        long cpu();

        /** Collects garbage and returns the time that it took, in nanoseconds. */
        long collect();
    }

    static final Duration INTERVAL = Duration.ofSeconds(15);
    /** Longest time between two checks, reached after long collections and those that free little. */
    static final Duration MAX_INTERVAL = Duration.ofMinutes(8);
    /** A collection must free this size. */
    static final long WORTHWHILE = 4L << 20;
    /** Processor time in percent of a core up to which a process is idle. */
    static final int IDLE_PERCENT = 5;

    /** Factor from a collection to the time before the next one. */
    static final int PAUSE_SHARE = 500;

    private static final Logger LOG = LoggerFactory.getLogger(IdleCollector.class);

    private final Vm vm;
    private Duration interval = INTERVAL;
    private long live;
    private long cpu;

    IdleCollector(Vm vm) {
        this.vm = vm;
        cpu = vm.cpu();
    }

    /** Starts a daemon thread if the launcher asks for it. */
    static void start() {
        if (!"on".equals(System.getProperty("sprocket.idle-collection"))) {
            return;
        }
        Thread thread = new Thread(() -> new IdleCollector(new ThisVm()).run(), "sprocket-idle");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
                check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects if the process was idle since the last call and much garbage is likely. Returns the next interval. */
    @CanIgnoreReturnValue
    Duration check() {
        long before = cpu;
        cpu = vm.cpu();
        long used = vm.used();
        boolean idle = (cpu - before) * 100 <= interval.toNanos() * IDLE_PERCENT;
        if (!idle || used - live < WORTHWHILE) {
            interval = INTERVAL;
            return interval;
        }
        long pause = vm.collect();
        live = vm.used();
        cpu = vm.cpu();
        LOG.debug("heap collected while idle: before={} after={}", used, live);
        Duration next = used - live >= WORTHWHILE ? INTERVAL : interval.multipliedBy(2);
        Duration rest = Duration.ofNanos(pause * PAUSE_SHARE);
        next = next.compareTo(rest) < 0 ? rest : next;
        interval = next.compareTo(MAX_INTERVAL) > 0 ? MAX_INTERVAL : next;
        return interval;
    }

    private static final class ThisVm implements Vm {
        private final Runtime runtime = Runtime.getRuntime();

        @Override
        public long used() {
            return runtime.totalMemory() - runtime.freeMemory();
        }

        @Override
        public long cpu() {
            return ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .map(Duration::toNanos)
                    .orElse(0L);
        }

        @Override
        public long collect() {
            long start = System.nanoTime();
            // the purpose of this class
            runtime.gc();
            return System.nanoTime() - start;
        }
    }
}
