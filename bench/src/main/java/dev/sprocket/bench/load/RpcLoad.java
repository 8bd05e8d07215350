package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Client;
import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.bench.client.ClientGroup;
import dev.sprocket.bench.client.ClientProtocol;
import dev.sprocket.bench.client.Load;
import dev.sprocket.bench.client.Target;
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
 * Load of callers and one callee that returns its arguments, in JSON through the router.
 *
 * <p>Each caller has a fixed number of calls in flight, and makes the next call when a result arrives.
 *
 * <p>Confined to the event loop of its {@link Load}.
 */
public final class RpcLoad extends ClientGroup {
    /** Result of a measurement. The latency from call to result is in nanoseconds. */
    public record Outcome(Window window, Histogram latency) {}

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String PROCEDURE = "com.example.bench.back";

    private final int inflight;
    private final String payload;
    private final Callee callee;
    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    /** Start times of the pending calls per caller. */
    private final Map<Client, Queue<Long>> due = new IdentityHashMap<>();

    private long results;
    private boolean running;
    private long recordFrom = Long.MAX_VALUE;

    private RpcLoad(Load load, Target target, int callers, int inflight, int payload) {
        super(load, target.protocol(), callers);
        this.inflight = inflight;
        this.payload = "x".repeat(payload);
        this.callee = new Callee(load, target.protocol());
        latency.setAutoResize(true);
    }

    /** Returns the arguments of each INVOCATION, which follow its details. */
    private static final class Callee extends ClientGroup {
        private boolean registered;
        private boolean flushNeeded;

        Callee(Load load, ClientProtocol protocol) {
            super(load, protocol, 1);
        }

        @Override
        public void connected(Client client) {
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
                flushNeeded = true;
            }
        }

        @Override
        public void readComplete(Client client) {
            if (flushNeeded) {
                flushNeeded = false;
                client.flush();
            }
        }
    }

    public static Outcome run(Target target, int callers, int inflight, int payload, Span span)
            throws InterruptedException {
        try (Load load = new Load(target)) {
            RpcLoad rpc = new RpcLoad(load, target, callers, inflight, payload);
            rpc.callee.connectAll();
            if (!load.await(TIMEOUT, () -> rpc.callee.registered)) {
                throw new IllegalStateException("callee not registered");
            }
            rpc.connectAll();
            long measureFrom = System.nanoTime() + span.warmUp().toNanos();
            load.runOnLoop(() -> rpc.recordFrom = measureFrom);
            load.runOnLoop(rpc::begin);
            Window window = Window.watch(load, target, span, () -> rpc.results);
            if (!load.await(TIMEOUT, () -> rpc.latency.getTotalCount() > 0)) {
                throw new IllegalStateException("no result recorded");
            }
            load.runOnLoop(() -> rpc.running = false);
            if (!load.await(TIMEOUT, () -> rpc.due.values().stream().allMatch(Queue::isEmpty))) {
                throw new IllegalStateException("calls without a result");
            }
            rpc.check();
            rpc.disconnectAll();
            rpc.callee.disconnectAll();
            return new Outcome(window, load.callOnLoop(() -> rpc.latency));
        }
    }

    private void begin() {
        running = true;
        for (Client client : clients) {
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
        // results of one callee to one caller arrive in call order
        Long called = calls(client).poll();
        results++;
        client.count++;
        if (called != null && called >= recordFrom) {
            latency.recordValue(System.nanoTime() - called);
        }
    }

    @Override
    public void readComplete(Client client) {
        boolean any = client.count > 0 && running;
        for (; client.count > 0; client.count--) {
            if (running) {
                call(client);
            }
        }
        if (any) {
            client.flush();
        }
    }
}
