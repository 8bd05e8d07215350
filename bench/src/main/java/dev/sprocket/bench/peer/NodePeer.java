package dev.sprocket.bench.peer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.ClusterNode;
import dev.sprocket.cluster.redis.RedisEngine;
import dev.sprocket.cluster.spi.Engine;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscribed;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * One node of a cluster in its own process, which answers commands on standard input.
 *
 * <p>Events contain the time of their publication; the clock is that of all processes of a machine.
 */
@ThreadSafe
public final class NodePeer {
    private static final String TOPIC = "com.example.bench.";
    private static final String PADDING = "x".repeat(100);
    private static final int TIMEOUT_SECONDS = 120;

    /** Arguments of the process. */
    private static final class Arguments {
        @Option(names = "--name")
        private String name = "node";

        /** URI of Redis; null for a single server without an engine. */
        @Option(names = "--redis")
        private @Nullable String redis;

        /** Port of WAMP; 0 for none. */
        @Option(names = "--port")
        private int port;

        /** Number of events that each topic keeps; 0 for none. */
        @Option(names = "--history")
        private int history;
    }

    private final @Nullable Engine engine;
    private final @Nullable ClusterNode node;
    private final Topics topics;
    private final AtomicLong received = new AtomicLong();
    private final Histogram latency = new ConcurrentHistogram(3);
    private final Subscriber subscriber = Subscriber.of("subscriber", Runnable::run, (topic, event) -> {
        received.incrementAndGet();
        latency.recordValue(Math.max(0, System.nanoTime() - sent(event)));
    });

    private NodePeer(Arguments arguments) throws InterruptedException {
        TopicSettings settings = arguments.history == 0
                ? TopicSettings.DEFAULT
                : TopicSettings.DEFAULT.history(arguments.history, MeasuredLog.TTL);
        if (arguments.redis == null) {
            engine = null;
            node = null;
            topics = new Topics(id -> settings);
            return;
        }
        engine = RedisEngine.builder(arguments.redis).build();
        node = ClusterNode.builder(engine).name(arguments.name).start();
        topics = new Topics(id -> settings, node.log());
        for (int i = 0; node.state() != Engine.State.UP; i++) {
            if (i == TIMEOUT_SECONDS * 100) {
                throw new IllegalStateException("Redis does not answer");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Starts a node, and answers until standard input ends. */
    public static void main(String[] args) throws Exception {
        Arguments arguments = new Arguments();
        new CommandLine(arguments).parseArgs(args);
        NodePeer peer = new NodePeer(arguments);
        if (arguments.port > 0) {
            IoServer.builder(new HttpServer(new WsServer(new WampServer(new SprocketPeer.OpenTopics(), peer.topics))))
                    .bind("127.0.0.1", arguments.port)
                    .loops(EventLoops.single())
                    .build()
                    .start();
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("= ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println("= " + peer.answer(line.split(" ", -1)));
        }
        Runtime.getRuntime().halt(0);
    }

    private String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "subscribe" -> subscribe(Integer.parseInt(words[1]));
            case "publish" ->
                publish(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            case "each" -> publishToEach(Integer.parseInt(words[1]));
            case "relay" -> relay(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "received" -> "" + received.get();
            case "state" -> node == null ? "none" : node.state().toString();
            case "latency" -> latency();
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private static Event event() {
        return Event.raw(("\"@" + System.nanoTime() + ";" + PADDING + '"').getBytes(StandardCharsets.US_ASCII));
    }

    private static long sent(Event event) {
        var content = event.content();
        long nanos = 0;
        for (int at = content.readerIndex() + 2; content.getByte(at) != ';'; at++) {
            nanos = 10 * nanos + content.getByte(at) - '0';
        }
        return nanos;
    }

    private String subscribe(int count) throws Exception {
        List<CompletableFuture<Subscribed>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(topics.topic(TOPIC + i)
                    .subscribe(subscriber, (Position) null)
                    .toCompletableFuture());
        }
        for (CompletableFuture<Subscribed> each : all) {
            each.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
        return "ok";
    }

    /** Publishes to the first topic, some at once; answers processor time and time, in nanoseconds. */
    private String publish(int count, int perSecond, int atOnce) {
        Topic topic = topics.topic(TOPIC + 0);
        long step = 1_000_000_000L * atOnce / perSecond;
        long cpu = cpu();
        long begun = System.nanoTime();
        long due = begun;
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        AtomicLong failed = new AtomicLong();
        for (int i = 0; i < count; due += step) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            for (int j = 0; j < atOnce && i < count; j++, i++) {
                last = topic.publish(event())
                        .whenComplete((done, failure) -> failed.addAndGet(failure == null ? 0 : 1))
                        .toCompletableFuture();
            }
        }
        last.join();
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " publishes failed");
        }
        return cpu() - cpu + " " + (System.nanoTime() - begun);
    }

    /** Publishes once to each of some topics, at 20,000 a second; answers how many failed. */
    private String publishToEach(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            topics.topic(TOPIC + i).broadcast(event());
            if (i % 1000 == 999) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        return "" + (node == null ? 0 : node.statistics().relaysFailed());
    }

    /** Relays envelopes that nobody receives, with some in flight; answers processor time and time. */
    private String relay(int count, int inFlight) throws InterruptedException {
        Semaphore free = new Semaphore(inFlight);
        AtomicLong failed = new AtomicLong();
        byte[] envelope = new byte[125];
        Engine target = engine;
        if (target == null) {
            throw new IllegalStateException("no engine");
        }
        long cpu = cpu();
        long begun = System.nanoTime();
        for (int i = 0; i < count; i++) {
            free.acquire();
            var unused = target.relay(TOPIC + "silent", envelope).whenComplete((done, failure) -> {
                failed.addAndGet(failure == null ? 0 : 1);
                free.release();
            });
        }
        free.acquire(inFlight);
        if (failed.get() > 0) {
            throw new IllegalStateException(failed + " publishes failed");
        }
        return cpu() - cpu + " " + (System.nanoTime() - begun);
    }

    /** Answers the median, the 99th percentile and the maximum in nanoseconds, and begins again. */
    private String latency() {
        String answer =
                latency.getValueAtPercentile(50) + " " + latency.getValueAtPercentile(99) + " " + latency.getMaxValue();
        latency.reset();
        return answer;
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
