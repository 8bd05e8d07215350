package dev.sprocket.bench;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One who publishes, and many who are subscribed. Either so many events are under way at a time, and the next is published
 * when one has reached everybody; or they are published at a fixed rate, and the time from when each was due to its arrival
 * is recorded, so that a server that falls behind cannot hide it.
 *
 * <p>Threads: those of its {@link Load}.
 */
final class FanoutLoad extends Crowd {
    /** What is measured. */
    record Case(int subscribers, int payload, int topics, int inflight, double rate) {
        boolean atRate() {
            return rate > 0;
        }
    }

    /** What was seen; the times are in nanoseconds, and empty unless the rate was fixed. */
    record Outcome(Window window, Histogram latency) {}

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int STAMP = 21;
    private static final long EPOCH = System.nanoTime();

    private final Case measured;
    private final Dialect dialect;
    private final Publisher publisher;
    private final List<ByteBuf> events;
    private final Runnable endOfTurn = this::endOfTurn;
    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private long delivered;
    private long published;
    private boolean turning;
    private boolean going;
    private long due;
    private long recordFrom = Long.MAX_VALUE;

    private FanoutLoad(Load load, Target target, Case measured, List<ByteBuf> events) {
        super(load, target.dialect(), measured.subscribers());
        this.measured = measured;
        this.dialect = target.dialect();
        this.publisher = new Publisher(load, dialect);
        this.events = events;
        latency.setAutoResize(true);
    }

    /** Whoever publishes; it is not subscribed. */
    private static final class Publisher extends Crowd {
        Publisher(Load load, Dialect dialect) {
            super(load, dialect, 1);
        }

        @Override
        public void message(Client client, ByteBuf in, int start, int length) {}

        Client client() {
            return members.get(0);
        }
    }

    static Outcome run(Target target, Case measured, Duration warmUp, Duration time) throws InterruptedException {
        List<ByteBuf> events = new ArrayList<>();
        try (Load load = new Load(target.port())) {
            FanoutLoad fanout = new FanoutLoad(load, target, measured, events);
            fanout.publisher.enter();
            load.tell(fanout::write);
            fanout.enter();
            fanout.probe();
            long measureFrom = fanout.now() + warmUp.toNanos();
            // before the first event: one that is partly delivered by then would be counted in part
            load.tell(() -> fanout.recordFrom = measureFrom);
            load.tell(fanout::begin);
            Window window = Window.watch(load, target, warmUp, time, () -> fanout.delivered);
            Histogram seen = fanout.end();
            fanout.publisher.check();
            fanout.check();
            fanout.publisher.leave();
            fanout.leave();
            return new Outcome(window, seen);
        } finally {
            events.forEach(ByteBuf::release);
        }
    }

    @Override
    void entered(Client client) {
        for (int topic = 0; topic < measured.topics(); topic++) {
            client.write(dialect.subscribeTo(topic, client));
        }
        client.flush();
    }

    /** Not every protocol confirms a subscription; an event that reaches everybody, once each, does. */
    private void probe() throws InterruptedException {
        int expected = measured.subscribers() * measured.topics();
        for (int attempt = 1; attempt <= 20; attempt++) {
            load.tell(() -> {
                delivered = 0;
                for (int topic = 0; topic < measured.topics(); topic++) {
                    publish(topic, null);
                }
                publisher.client().flush();
            });
            boolean all = load.await(Duration.ofMillis(500L * attempt), () -> delivered >= expected);
            TimeUnit.MILLISECONDS.sleep(50);
            if (all && load.ask(() -> delivered == expected)) {
                return;
            }
            check();
        }
        throw new IllegalStateException(
                load.ask(() -> delivered) + " deliveries of a first event (expected: " + expected + ")");
    }

    /** Events that are the same each time are written once. */
    private void write() {
        for (int topic = 0; topic < measured.topics() && !dialect.counts(); topic++) {
            events.add(dialect.publishTo(topic, "x".repeat(measured.payload()), publisher.client()));
        }
    }

    private void publish(int topic, @Nullable String stamp) {
        Client client = publisher.client();
        if (stamp == null && !events.isEmpty()) {
            client.write(events.get(topic).retainedDuplicate());
        } else {
            String begin = stamp == null ? "" : stamp;
            client.write(dialect.publishTo(topic, begin + "x".repeat(measured.payload() - begin.length()), client));
        }
    }

    private void begin() {
        going = true;
        delivered = 0;
        published = 0;
        due = now();
        if (measured.atRate()) {
            publishDue();
        } else {
            refill();
        }
    }

    /** Stops publishing, and waits for what is under way. */
    private Histogram end() throws InterruptedException {
        if (measured.atRate() && !load.await(PATIENCE, () -> latency.getTotalCount() > 0)) {
            throw new IllegalStateException("no delivery was recorded");
        }
        load.tell(() -> going = false);
        load.await(PATIENCE, () -> delivered >= published * measured.subscribers());
        return load.ask(() -> {
            if (delivered != published * measured.subscribers()) {
                throw new IllegalStateException(
                        delivered + " deliveries (expected: " + published * measured.subscribers() + ")");
            }
            return latency;
        });
    }

    private void refill() {
        boolean any = false;
        while (going && published < delivered / measured.subscribers() + measured.inflight()) {
            publish((int) (published % measured.topics()), null);
            published++;
            any = true;
        }
        if (any) {
            publisher.client().flush();
        }
    }

    private void publishDue() {
        if (!going) {
            return;
        }
        long step = (long) (1e9 * measured.subscribers() / measured.rate());
        for (; due <= now(); due += step) {
            publish((int) (published % measured.topics()), String.format("@%019d;", due));
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
        if (length < measured.payload()) {
            return;
        }
        delivered++;
        if (recordFrom != Long.MAX_VALUE && measured.atRate()) {
            record(in, start, length);
        }
    }

    private void record(ByteBuf in, int start, int length) {
        int at = in.indexOf(start, start + length, (byte) '@') + 1;
        long sent = 0;
        for (int i = 0; i < 19; i++) {
            sent = sent * 10 + in.getByte(at + i) - '0';
        }
        if (sent >= recordFrom) {
            latency.recordValue(Math.max(0, now() - sent));
        }
    }

    @Override
    public void readComplete(Client client) {
        if (!turning && !measured.atRate()) {
            turning = true;
            load.loop().execute(endOfTurn);
        }
    }

    /** After everything that the loop had to read: events that may go now, go together. */
    private void endOfTurn() {
        turning = false;
        if (going) {
            refill();
        }
    }
}
