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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Load of WAMP v2 clients that return to the same position at once.
 *
 * <p>They subscribe again and again, and are connected and joined all the time. A recovery lasts from the first
 * SUBSCRIBE to the last event. Confined to the event loop of its {@link Load}.
 */
public final class RecoveryLoad extends ClientGroup {
    /**
     * Result of a measurement.
     *
     * @param reads reads of the log per recovery; NaN if unknown
     * @param pending most bytes that waited for one client in the server, after a flush; NaN if unknown
     */
    public record Outcome(Window live, Window recovered, double reads, double pending) {}

    /**
     * Parameters of a measurement.
     *
     * @param positions number of different positions; those behind the first miss one event less each
     */
    public record Case(int clients, int positions, int events, int payload) {
        /** Returns the number of events that the clients miss together. */
        long missed() {
            long sum = 0;
            for (int client = 0; client < clients; client++) {
                sum += events - client % positions;
            }
            return sum;
        }
    }

    /** Events in flight of the live fan-out to which recoveries are compared. */
    public static final int LIVE_INFLIGHT = 32;

    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final ClientProtocol protocol;
    private final Case measured;
    private final Publisher publisher;
    private final LogStatistics log;
    private CompletableFuture<Long> complete = new CompletableFuture<>();
    private long delivered;
    private final long expected;
    private int left;
    /** True in the first recovery, whose order is checked. */
    private boolean checksOrder;

    private RecoveryLoad(Load load, Case measured) {
        super(load, load.target().protocol(), measured.clients());
        this.protocol = load.target().protocol();
        this.measured = measured;
        this.expected = measured.missed();
        this.publisher = new Publisher(load);
        this.log = new LogStatistics(load);
    }

    /** Publishes events, and receives them with their positions. */
    private static final class Publisher extends ClientGroup {
        private static final Pattern POSITION = Pattern.compile("\"_position\":\"([^\"]+)\"");

        private final List<String> positions = new ArrayList<>();
        private String subscription = "";

        Publisher(Load load) {
            super(load, load.target().protocol(), 1);
        }

        @Override
        public void connected(Client client) {
            client.send(load.target().protocol().subscribeTo(0, client));
        }

        void publish(int count, int payload) throws InterruptedException {
            load.await(TIMEOUT, () -> !subscription.isEmpty());
            load.runOnLoop(() -> {
                Client client = clients.get(0);
                for (int i = 0; i < count; i++) {
                    String stamp = FanoutLoad.stamp(i);
                    client.write(load.target()
                            .protocol()
                            .publishToAll(stamp + "x".repeat(payload - stamp.length()), client));
                }
                client.flush();
            });
            if (!load.await(Duration.ofSeconds(10), () -> positions.size() == count)) {
                check();
                throw new IllegalStateException(
                        load.callOnLoop(positions::size) + " events with a position (expected: " + count + ")");
            }
        }

        @Override
        public void message(Client client, ByteBuf in, int start, int length) {
            String text = in.toString(start, length, StandardCharsets.UTF_8);
            Matcher position = POSITION.matcher(text);
            if (text.startsWith("[33,")) {
                subscription = text.substring(text.lastIndexOf(',') + 1, text.length() - 1);
            } else if (position.find()) {
                positions.add(position.group(1));
            }
        }
    }

    /** Measures a live fan-out, and then recoveries. */
    public static Outcome run(Target target, Case measured, Span span) throws InterruptedException {
        FanoutLoad.Case live = new FanoutLoad.Case(measured.clients(), measured.payload(), 1, LIVE_INFLIGHT, 0);
        Window fanout = FanoutLoad.run(target, live, span).window();
        try (Load load = new Load(target)) {
            RecoveryLoad recovery = new RecoveryLoad(load, measured);
            recovery.log.connectAll();
            recovery.publisher.connectAll();
            recovery.publisher.publish(measured.events() + 1, measured.payload());
            recovery.connectAll();
            return recovery.measure(target, fanout, span);
        }
    }

    private Outcome measure(Target target, Window live, Span span) throws InterruptedException {
        load.runOnLoop(() -> checksOrder = true);
        long measureFrom = System.nanoTime() + span.warmUp().toNanos();
        Meter warmUp = new Meter(target);
        recover(warmUp);
        load.runOnLoop(() -> checksOrder = false);
        while (System.nanoTime() < measureFrom) {
            recover(warmUp);
        }
        var unused = log.call();
        Meter meter = new Meter(target);
        int recoveries = 0;
        while (!span.isOver(meter.count(), meter.nanos())) {
            recover(meter);
            recoveries++;
        }
        LogStatistics.Statistics statistics = log.call();
        check();
        publisher.check();
        disconnectAll();
        publisher.disconnectAll();
        log.disconnectAll();
        long total = warmUp.count() + meter.count();
        return new Outcome(live, meter.window(total), statistics.reads() / recoveries, statistics.pending());
    }

    /** Subscribes all clients, waits for their events, and unsubscribes them. */
    private void recover(Meter meter) throws InterruptedException {
        CompletableFuture<Long> received = new CompletableFuture<>();
        load.runOnLoop(() -> {
            delivered = 0;
            left = 0;
            complete = received;
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).count = i % measured.positions();
            }
        });
        meter.begin();
        load.runOnLoop(() -> clients.forEach(
                client -> client.send(protocol.subscribeAfter(publisher.positions.get(client.count), client))));
        try {
            meter.end(expected, received.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            check();
            throw new IllegalStateException(
                    load.callOnLoop(() -> delivered) + " recovered events (expected: " + expected + ")", e);
        }
        load.runOnLoop(() -> clients.forEach(client ->
                client.send(ClientFrames.text("[34," + client.nextRequest() + "," + publisher.subscription + "]"))));
        if (!load.await(TIMEOUT, () -> left == clients.size()) || load.callOnLoop(() -> delivered) != expected) {
            throw new IllegalStateException(
                    load.callOnLoop(() -> left) + " unsubscribed, " + load.callOnLoop(() -> delivered)
                            + " events (expected: " + clients.size() + ", " + expected + ")");
        }
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {
        if (length < measured.payload()) {
            if (in.getByte(start + 2) == '5') { // UNSUBSCRIBED
                left++;
                if (client.count != measured.events()) {
                    throw new IllegalStateException(
                            "last event " + client.count + " (expected: " + measured.events() + ")");
                }
            }
            return;
        }
        client.count++;
        if (checksOrder && FanoutLoad.stamp(in, start, length) != client.count) {
            throw new IllegalStateException(
                    "event " + FanoutLoad.stamp(in, start, length) + " (expected: " + client.count + ")");
        }
        if (++delivered == expected) {
            complete.complete(System.nanoTime());
        }
    }
}
