package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Client;
import dev.sprocket.bench.client.ClientGroup;
import dev.sprocket.bench.client.Load;
import dev.sprocket.bench.client.Target;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Load of many subscribers at a fixed rate, with one more that has stopped reading.
 *
 * <p>Before the measurement, enough events are published to fill the buffers of its socket. After the measurement it
 * reads again, and must receive every event once and in order.
 */
public final class StuckLoad {
    /**
     * Result of a measurement, in bytes.
     *
     * @param latency latency of the other subscribers in nanoseconds
     * @param residentBefore resident memory of the server when the reader was stuck
     * @param residentAfter resident memory at the end of the measurement
     * @param pending most bytes that waited for the reader in the server; NaN if unknown
     * @param log size of the log; NaN if unknown
     */
    public record Outcome(
            Histogram latency,
            Window window,
            double residentBefore,
            double residentAfter,
            double pending,
            double log) {}

    /** Bytes that fill a socket: 4 MiB in the sender, 128 KiB in the receiver. */
    private static final int FILL = 6 << 20;

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private StuckLoad() {}

    /**
     * Runs the load.
     *
     * @param stuck whether there is such a subscriber; otherwise the same events are published without it
     */
    public static Outcome run(Target target, FanoutLoad.Case measured, Span span, boolean stuck)
            throws InterruptedException {
        Companion companion = new Companion(target, measured.payload(), stuck);
        FanoutLoad.Outcome outcome = FanoutLoad.run(target, measured, span, companion);
        LogStatistics.Statistics last = companion.statistics;
        if (last == null) {
            throw new IllegalStateException("no statistics");
        }
        return new Outcome(
                outcome.latency(),
                outcome.window(),
                companion.residentBefore,
                companion.residentAfter,
                last.pending(),
                last.bytes());
    }

    private static final class Companion implements FanoutLoad.Companion {
        private final ProcessStats server;
        private final int events;
        private final boolean stuck;
        private @Nullable Reader reader;
        private @Nullable LogStatistics log;
        private LogStatistics.@Nullable Statistics statistics;
        private double residentBefore;
        private double residentAfter;

        Companion(Target target, int payload, boolean stuck) {
            this.server = new ProcessStats(target.pid());
            this.events = FILL / payload;
            this.stuck = stuck;
        }

        @Override
        public int begin(Load load) throws InterruptedException {
            log = new LogStatistics(load);
            log.connectAll();
            if (stuck) {
                reader = new Reader(load);
                reader.join();
            }
            return events;
        }

        @Override
        public void measured() throws InterruptedException {
            residentBefore = server.residentBytes();
        }

        @Override
        public void end(long published) throws InterruptedException {
            residentAfter = server.residentBytes();
            if (log != null) {
                statistics = log.call();
                log.disconnectAll();
            }
            if (reader != null && statistics != null) {
                if (statistics.pending() == 0) {
                    throw new IllegalStateException("nothing waits for the stuck reader");
                }
                reader.readAll(published);
            }
        }
    }

    /** Subscriber that does not read until it is told to. */
    private static final class Reader extends ClientGroup {
        private boolean subscribed;
        private long received;
        private long last = -1;
        private boolean disordered;

        Reader(Load load) {
            super(load, load.target().protocol(), 1);
        }

        void join() throws InterruptedException {
            connectAll();
            load.runOnLoop(() -> {
                Client client = clients.get(0);
                client.send(load.target().protocol().subscribeTo(0, client));
            });
            if (!load.await(TIMEOUT, () -> subscribed)) {
                throw new IllegalStateException("stuck reader not subscribed");
            }
            load.runOnLoop(() -> clients.get(0).reading(false));
        }

        void readAll(long published) throws InterruptedException {
            load.runOnLoop(() -> clients.get(0).reading(true));
            boolean all = load.await(TIMEOUT, () -> received >= published);
            check();
            long count = load.callOnLoop(() -> received);
            if (!all || count != published || load.callOnLoop(() -> disordered)) {
                throw new IllegalStateException("stuck reader received " + count + " events"
                        + (disordered ? ", not in order" : "") + " (expected: " + published + ")");
            }
            disconnectAll();
        }

        @Override
        public void message(Client client, ByteBuf in, int start, int length) {
            subscribed = true;
            if (in.indexOf(start, start + length, (byte) '@') >= 0) {
                long stamp = FanoutLoad.stamp(in, start, length);
                disordered |= stamp <= last;
                last = stamp;
                received++;
            }
        }
    }
}
