package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Client;
import dev.sprocket.bench.client.ClientGroup;
import dev.sprocket.bench.client.ClientProtocol;
import dev.sprocket.bench.client.Load;
import dev.sprocket.bench.client.Target;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Load of one publisher and many subscribers.
 *
 * <p>Without a rate, a fixed number of events is in flight: the next is published when one has reached all subscribers.
 * With a rate, events are published at fixed intervals, and the latency is measured from the due time of each event, so
 * a slow server cannot hide its delay (no coordinated omission).
 *
 * <p>Confined to the event loop of its {@link Load}.
 */
public final class FanoutLoad extends ClientGroup {
    /** Parameters of a measurement. A rate of 0 means a fixed number of events in flight. */
    public record Case(int subscribers, int payload, int topics, int inflight, double rate) {
        public boolean atRate() {
            return rate > 0;
        }
    }

    /** Another subscriber of the same events. Called from outside of the loop. */
    interface Companion {
        Companion NONE = new Companion() {
            @Override
            public int begin(Load load) {
                return 0;
            }

            @Override
            public void measured() {}

            @Override
            public void end(long published) {}
        };

        /** Joins, and returns the number of events to publish before the measurement. */
        int begin(Load load) throws InterruptedException;

        /** Called when these events have arrived. */
        void measured() throws InterruptedException;

        /** Called when the other subscribers have received all events. */
        void end(long published) throws InterruptedException;
    }

    /** Result of a measurement. The latency is in nanoseconds, and empty without a fixed rate. */
    public record Outcome(Window window, Histogram latency) {}

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final int BATCH = 32;
    private static final long EPOCH = System.nanoTime();

    private final Case measured;
    private final ClientProtocol protocol;
    private final boolean deflate;
    private final Publisher publisher;
    private final List<ByteBuf> events;
    private final Runnable refillTask = this::refillAfterReads;
    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private long delivered;
    private long published;
    private boolean refillScheduled;
    private boolean running;
    private long due;
    private long recordFrom = Long.MAX_VALUE;

    private FanoutLoad(Load load, Target target, Case measured, List<ByteBuf> events) {
        super(load, target.protocol(), measured.subscribers());
        this.measured = measured;
        this.protocol = target.protocol();
        this.deflate = target.deflate();
        this.publisher = new Publisher(load, protocol);
        this.events = events;
        latency.setAutoResize(true);
    }

    /** The publisher, which is not subscribed. */
    private static final class Publisher extends ClientGroup {
        Publisher(Load load, ClientProtocol protocol) {
            super(load, protocol, 1);
        }

        @Override
        public void message(Client client, ByteBuf in, int start, int length) {}

        Client client() {
            return clients.get(0);
        }
    }

    public static Outcome run(Target target, Case measured, Span span) throws InterruptedException {
        return run(target, measured, span, Companion.NONE);
    }

    static Outcome run(Target target, Case measured, Span span, Companion companion) throws InterruptedException {
        List<ByteBuf> events = new ArrayList<>();
        try (Load load = new Load(target)) {
            FanoutLoad fanout = new FanoutLoad(load, target, measured, events);
            fanout.publisher.connectAll();
            load.runOnLoop(fanout::write);
            fanout.connectAll();
            fanout.probe();
            int before = companion.begin(load);
            fanout.publishInBatches(before);
            companion.measured();
            long measureFrom = fanout.now() + span.warmUp().toNanos();
            // set before the first event: a partly delivered event would be counted in part
            load.runOnLoop(() -> fanout.recordFrom = measureFrom);
            load.runOnLoop(fanout::begin);
            Window window = Window.watch(load, target, span, () -> fanout.delivered);
            Histogram seen = fanout.end();
            companion.end(before + load.callOnLoop(() -> fanout.published));
            fanout.publisher.check();
            fanout.check();
            fanout.publisher.disconnectAll();
            fanout.disconnectAll();
            return new Outcome(window, seen);
        } finally {
            events.forEach(ByteBuf::release);
        }
    }

    @Override
    public void connected(Client client) {
        for (int topic = 0; topic < measured.topics(); topic++) {
            client.write(protocol.subscribeTo(topic, client));
        }
        client.flush();
    }

    /** Verifies all subscriptions with an event, because not every protocol acknowledges them. */
    private void probe() throws InterruptedException {
        int expected = measured.subscribers() * measured.topics();
        for (int attempt = 1; attempt <= 20; attempt++) {
            load.runOnLoop(() -> {
                delivered = 0;
                for (int topic = 0; topic < measured.topics(); topic++) {
                    publish(topic, null);
                }
                publisher.client().flush();
            });
            boolean all = load.await(Duration.ofMillis(500L * attempt), () -> delivered >= expected);
            TimeUnit.MILLISECONDS.sleep(50);
            if (all && load.callOnLoop(() -> delivered == expected)) {
                return;
            }
            check();
        }
        throw new IllegalStateException(
                load.callOnLoop(() -> delivered) + " deliveries of the first event (expected: " + expected + ")");
    }

    /** Encodes events in advance if they are identical each time. */
    private void write() {
        for (int topic = 0; topic < measured.topics() && !protocol.hasRequestIds(); topic++) {
            events.add(protocol.publishTo(topic, text(measured.payload()), publisher.client()));
        }
    }

    /** Returns the data of an event, which consists of words if it is compressed. */
    private String text(int length) {
        if (!deflate) {
            return "x".repeat(length);
        }
        Random random = new Random(length);
        StringBuilder words = new StringBuilder();
        while (words.length() < length) {
            words.append(Integer.toString(random.nextInt(2000) + 40, 36)).append(' ');
        }
        return words.substring(0, length);
    }

    private void publish(int topic, @Nullable String stamp) {
        Client client = publisher.client();
        if (stamp == null && !events.isEmpty()) {
            client.write(events.get(topic).retainedDuplicate());
        } else {
            String begin = stamp == null ? "" : stamp;
            client.write(protocol.publishTo(topic, begin + text(measured.payload() - begin.length()), client));
        }
    }

    /** Publishes events without a rate, each batch when the previous one has arrived. */
    private void publishInBatches(int count) throws InterruptedException {
        load.runOnLoop(() -> delivered = 0);
        for (int sent = 0; sent < count; ) {
            int next = Math.min(count, sent + BATCH);
            int from = sent;
            load.runOnLoop(() -> {
                for (int i = from; i < next; i++) {
                    publish(0, stamp(i));
                }
                publisher.client().flush();
            });
            long expected = (long) next * measured.subscribers();
            if (!load.await(TIMEOUT, () -> delivered >= expected)) {
                throw new IllegalStateException("events before the measurement have not arrived");
            }
            sent = next;
        }
    }

    /** Returns a number at the beginning of an event. */
    static String stamp(long number) {
        return String.format("@%019d;", number);
    }

    /** Reads the {@link #stamp} of an event. */
    static long stamp(ByteBuf in, int start, int length) {
        int at = in.indexOf(start, start + length, (byte) '@') + 1;
        long number = 0;
        for (int i = 0; i < 19; i++) {
            number = number * 10 + in.getByte(at + i) - '0';
        }
        return number;
    }

    private void begin() {
        running = true;
        delivered = 0;
        published = 0;
        due = now();
        if (measured.atRate()) {
            publishDue();
        } else {
            refill();
        }
    }

    /** Stops publishing and waits for the events in flight. */
    private Histogram end() throws InterruptedException {
        if (measured.atRate() && !load.await(TIMEOUT, () -> latency.getTotalCount() > 0)) {
            throw new IllegalStateException("no delivery recorded");
        }
        load.runOnLoop(() -> running = false);
        load.await(TIMEOUT, () -> delivered >= published * measured.subscribers());
        return load.callOnLoop(() -> {
            if (delivered != published * measured.subscribers()) {
                throw new IllegalStateException(
                        delivered + " deliveries (expected: " + published * measured.subscribers() + ")");
            }
            return latency;
        });
    }

    private void refill() {
        boolean any = false;
        while (running && published < delivered / measured.subscribers() + measured.inflight()) {
            publish((int) (published % measured.topics()), null);
            published++;
            any = true;
        }
        if (any) {
            publisher.client().flush();
        }
    }

    private void publishDue() {
        if (!running) {
            return;
        }
        long step = (long) (1e9 * measured.subscribers() / measured.rate());
        for (; due <= now(); due += step) {
            publish((int) (published % measured.topics()), stamp(due));
            published++;
        }
        publisher.client().flush();
        load.loop().schedule(this::publishDue, Math.max(0, due - now()), TimeUnit.NANOSECONDS);
    }

    private long now() {
        return System.nanoTime() - EPOCH;
    }

    @Override
    public void message(Client client, ByteBuf in, int start, int length) {
        if (length < measured.payload() && !deflate) {
            return;
        }
        delivered++;
        if (recordFrom != Long.MAX_VALUE && measured.atRate()) {
            record(in, start, length);
        }
    }

    private void record(ByteBuf in, int start, int length) {
        long sent = stamp(in, start, length);
        if (sent >= recordFrom) {
            latency.recordValue(Math.max(0, now() - sent));
        }
    }

    @Override
    public void readComplete(Client client) {
        if (!refillScheduled && !measured.atRate()) {
            refillScheduled = true;
            load.loop().execute(refillTask);
        }
    }

    /** Publishes the next events after all reads of a loop iteration, in one write. */
    private void refillAfterReads() {
        refillScheduled = false;
        if (running) {
            refill();
        }
    }
}
