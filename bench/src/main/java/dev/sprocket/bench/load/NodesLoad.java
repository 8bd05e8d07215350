package dev.sprocket.bench.load;

import dev.sprocket.bench.client.ClientProtocol;
import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.peer.NodeProcess;
import dev.sprocket.bench.peer.RedisProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Measurements of two nodes and one Redis, each in its own process. Not thread-safe. */
public final class NodesLoad {
    private static final int PER_SECOND = 10_000;
    private static final int IN_FLIGHT = 32;
    private static final int WARM_UPS = 10;
    private static final int WARM_UP_EVENTS = 50_000;

    private NodesLoad() {}

    /** Returns the processor time of processes until now, in microseconds. */
    private static double micros(long... pids) {
        double sum = 0;
        for (long pid : pids) {
            sum += new ProcessStats(pid).cpu().total() * 1e6;
        }
        return sum;
    }

    /**
     * Compares subscribers on two nodes with all of them on one.
     *
     * @return ratio, thousand deliveries a second of both, processor time for each delivery of both
     */
    public static List<Double> fanout(int subscribers, int history, Span span)
            throws IOException, InterruptedException {
        FanoutLoad.Case load = new FanoutLoad.Case(subscribers, 125, 1, IN_FLIGHT, 0);
        try (RedisProcess redis = RedisProcess.start();
                NodeProcess alone = NodeProcess.start("alone", null, history);
                NodeProcess a = NodeProcess.start("a", redis.uri(), history);
                NodeProcess b = NodeProcess.start("b", redis.uri(), history)) {
            Target one = Target.of(alone.port(), alone.pid(), ClientProtocol.WAMP);
            Target two = Target.of(a.port(), a.pid(), ClientProtocol.WAMP).withOtherPort(b.port());
            var unused1 = FanoutLoad.run(one, load, span);
            var unused2 = FanoutLoad.run(two, load, span);
            double before = micros(alone.pid());
            Window single = FanoutLoad.run(one, load, span).window();
            double singleMicros = (micros(alone.pid()) - before) / single.total();
            before = micros(a.pid(), b.pid(), redis.pid());
            Window both = FanoutLoad.run(two, load, span).window();
            double bothMicros = (micros(a.pid(), b.pid(), redis.pid()) - before) / both.total();
            return List.of(
                    both.perSecond() / single.perSecond(),
                    both.perSecond() / 1e3,
                    single.perSecond() / 1e3,
                    bothMicros,
                    singleMicros);
        }
    }

    /**
     * Measures the processor time of the engine for each event, at 10,000 events a second.
     *
     * @param history number of events that the topic keeps; 0 relays events
     * @param atOnce number of events that are published together
     * @return processor time in µs beyond a single server: of the publishing node, of the receiving node with the
     *     delivery to one subscriber; of Redis; of the single server
     */
    public static List<Double> cost(int history, int atOnce, int events) throws IOException, InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                NodeProcess alone = NodeProcess.start("alone", null, history);
                NodeProcess a = NodeProcess.start("a", redis.uri(), history);
                NodeProcess b = NodeProcess.start("b", redis.uri(), history)) {
            String publish = "publish " + events + " " + PER_SECOND + " " + atOnce;
            b.ask("subscribe 1");
            for (int i = 1; i <= WARM_UPS; i++) { // at twice the rate, so that the code is compiled
                String warmUp = "publish " + WARM_UP_EVENTS + " " + 2 * PER_SECOND + " " + atOnce;
                alone.ask(warmUp);
                a.ask(warmUp);
                awaitAll(b, (long) i * WARM_UP_EVENTS);
            }
            double single = alone.numbers(publish)[0] / 1e3 / events;
            double redisBefore = micros(redis.pid());
            double before = micros(b.pid());
            double publisher = a.numbers(publish)[0] / 1e3 / events;
            awaitAll(b, (long) WARM_UPS * WARM_UP_EVENTS + events);
            return List.of(
                    publisher - single,
                    (micros(b.pid()) - before) / events,
                    (micros(redis.pid()) - redisBefore) / events,
                    single);
        }
    }

    /**
     * Measures the time from publishing on one node to the subscriber of another one.
     *
     * @return median and 99th percentile in ms, of relayed events
     */
    public static List<Double> latency(int history, int perSecond, int events)
            throws IOException, InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                NodeProcess a = NodeProcess.start("a", redis.uri(), history);
                NodeProcess b = NodeProcess.start("b", redis.uri(), history)) {
            b.ask("subscribe 1");
            long[] latency = {};
            for (int round = 1; round <= 2; round++) {
                b.ask("latency");
                a.ask("publish " + events + " " + perSecond + " 1");
                awaitAll(b, (long) round * events);
                latency = b.numbers("latency");
            }
            return List.of(latency[0] / 1e6, latency[1] / 1e6, latency[2] / 1e6);
        }
    }

    private static void awaitAll(NodeProcess node, long events) throws IOException, InterruptedException {
        if (!node.awaitReceived(events)) {
            throw new IllegalStateException(node.ask("received") + " events received (expected: " + events + ")");
        }
    }

    /** Ends the connections, or the server, of a node. */
    private interface Fault {
        void happen(RedisProcess redis) throws IOException, InterruptedException;
    }

    /**
     * Measures the time until a node hears many topics again after Redis returns.
     *
     * @return seconds after a restart, and after {@code CLIENT KILL}; missing events afterwards
     */
    public static List<Double> comeback(int count) throws IOException, InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                NodeProcess a = NodeProcess.start("a", redis.uri(), 0);
                NodeProcess b = NodeProcess.start("b", redis.uri(), 0)) {
            b.ask("subscribe " + count);
            List<Double> result = new ArrayList<>();
            long missing = 0;
            for (Fault fault : List.<Fault>of(
                    RedisProcess::killAndRestart,
                    running -> running.command(List.of("CLIENT", "KILL", "TYPE", "pubsub")))) {
                fault.happen(redis);
                long returned = System.nanoTime();
                long wasAway = awaitState(b, false, returned + TimeUnit.SECONDS.toNanos(10));
                result.add((awaitState(b, true, wasAway + TimeUnit.SECONDS.toNanos(60)) - returned) / 1e9);
                awaitState(a, true, System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
                long before = b.numbers("received")[0];
                long failed = a.numbers("each " + count)[0];
                if (failed > 0) {
                    throw new IllegalStateException(failed + " publishes failed (expected: 0, on an idle machine)");
                }
                boolean all = b.awaitReceived(before + count);
                missing += all ? 0 : before + count - b.numbers("received")[0];
            }
            result.add((double) missing);
            return result;
        }
    }

    private static long awaitState(NodeProcess node, boolean up, long limit) throws IOException, InterruptedException {
        while (node.ask("state").equals("UP") != up && System.nanoTime() < limit) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return System.nanoTime();
    }

    /**
     * Measures small publishes without receivers.
     *
     * @return thousand publishes a second, processor time of the node and of Redis for each, in µs
     */
    public static List<Double> relays(int count, int inFlight) throws IOException, InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                NodeProcess a = NodeProcess.start("a", redis.uri(), 0)) {
            String relay = "relay " + count + " " + inFlight;
            a.ask(relay);
            double before = micros(redis.pid());
            long[] used = a.numbers(relay);
            return List.of(count / (used[1] / 1e6), used[0] / 1e3 / count, (micros(redis.pid()) - before) / count);
        }
    }
}
