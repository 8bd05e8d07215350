package dev.sprocket.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Callers, and one callee that gives back what it is called with; all of it goes through the router, in JSON. Each caller has
 * so many calls under way, and makes the next when a result has come.
 *
 * <p>Threads: those of its {@link Load}.
 */
final class RpcLoad extends Crowd {
    /** What was seen; the times from a call to its result are in nanoseconds. */
    record Outcome(Window window, Histogram latency) {}

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String PROCEDURE = "com.example.bench.back";

    private final int inflight;
    private final String payload;
    private final Callee callee;
    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    /** When the calls were made whose results are due. */
    private final Map<Client, Queue<Long>> due = new IdentityHashMap<>();

    private long results;
    private boolean going;
    private long recordFrom = Long.MAX_VALUE;

    private RpcLoad(Load load, Target target, int callers, int inflight, int payload) {
        super(load, target.dialect(), callers);
        this.inflight = inflight;
        this.payload = "x".repeat(payload);
        this.callee = new Callee(load, target.dialect());
        latency.setAutoResize(true);
    }

    /** Gives back what it is called with: what stands in an INVOCATION behind its details. */
    private static final class Callee extends Crowd {
        private boolean registered;
        private boolean wrote;

        Callee(Load load, Dialect dialect) {
            super(load, dialect, 1);
        }

        @Override
        void entered(Client client) {
            client.send(ClientFrames.text("[64,1,{},\"" + PROCEDURE + "\"]"));
        }

        @Override
        public void message(Client client, ByteBuf in, int start, int length) {
            String text = in.toString(start, length, StandardCharsets.US_ASCII);
            if (text.startsWith("[65,")) {
                registered = true;
            } else if (text.startsWith("[68,")) {
                String request = text.substring(4, text.indexOf(',', 4));
                String arguments = text.substring(text.indexOf(",[") + 1);
                client.write(ClientFrames.text("[70," + request + ",{}," + arguments));
                wrote = true;
            }
        }

        @Override
        public void readComplete(Client client) {
            if (wrote) {
                wrote = false;
                client.flush();
            }
        }
    }

    static Outcome run(Target target, int callers, int inflight, int payload, Duration warmUp, Duration time)
            throws InterruptedException {
        try (Load load = new Load(target.port())) {
            RpcLoad rpc = new RpcLoad(load, target, callers, inflight, payload);
            rpc.callee.enter();
            if (!load.await(PATIENCE, () -> rpc.callee.registered)) {
                throw new IllegalStateException("the callee is not registered");
            }
            rpc.enter();
            long measureFrom = System.nanoTime() + warmUp.toNanos();
            load.tell(() -> rpc.recordFrom = measureFrom);
            load.tell(rpc::begin);
            Window window = Window.watch(load, target, warmUp, time, () -> rpc.results);
            if (!load.await(PATIENCE, () -> rpc.latency.getTotalCount() > 0)) {
                throw new IllegalStateException("no result was recorded");
            }
            load.tell(() -> rpc.going = false);
            if (!load.await(PATIENCE, () -> rpc.due.values().stream().allMatch(Queue::isEmpty))) {
                throw new IllegalStateException("calls without a result");
            }
            rpc.check();
            rpc.leave();
            rpc.callee.leave();
            return new Outcome(window, load.ask(() -> rpc.latency));
        }
    }

    private void begin() {
        going = true;
        for (Client client : members) {
            for (int i = 0; i < inflight; i++) {
                call(client);
            }
            client.flush();
        }
    }

    private Queue<Long> calls(Client client) {
        return due.computeIfAbsent(client, any -> new ArrayDeque<>());
    }

    private void call(Client client) {
        calls(client).add(System.nanoTime());
        client.write(
                ClientFrames.text("[48," + client.nextRequest() + ",{},\"" + PROCEDURE + "\",[\"" + payload + "\"]]"));
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {
        String head = in.toString(start, Math.min(4, length), StandardCharsets.US_ASCII);
        if (!head.equals("[50,")) {
            throw new IllegalStateException(
                    in.toString(start, length, StandardCharsets.UTF_8) + " (expected: a result)");
        }
        // results of one callee to one caller come in the order of the calls
        Long called = calls(client).poll();
        results++;
        client.count++;
        if (called != null && called >= recordFrom) {
            latency.recordValue(System.nanoTime() - called);
        }
    }

    @Override
    public void readComplete(Client client) {
        boolean any = client.count > 0 && going;
        for (; client.count > 0; client.count--) {
            if (going) {
                call(client);
            }
        }
        if (any) {
            client.flush();
        }
    }
}
