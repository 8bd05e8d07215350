package dev.sprocket.bench.jmh;

import dev.sprocket.bench.client.ClientProtocol;
import dev.sprocket.bench.peer.SprocketPeer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.metrics.SprocketMetrics;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures the cost of one event per recipient, with 1,000 recipients on one loop.
 *
 * <p>Use {@code -prof gc} to measure allocated bytes, too. For comparison, {@link Sender#NETTY} writes and flushes a
 * shared frame to each connection with Netty alone.
 */
public class BroadcastBenchmark extends TimedOnLoop {
    static final int SUBSCRIBERS = 1000;
    static final int ITERATIONS = 10;
    static final int EVENTS = 32;

    /** Sender of the events. */
    public enum Sender {
        /** Calls {@code writeAndFlush} on each channel. */
        NETTY(null),
        /** Calls {@code Topic.broadcast} with WAMP v1 subscribers. */
        SPROCKET(ClientProtocol.WAMP),
        /** Calls {@code Topic.broadcast} with WAMP v2 subscribers in JSON. */
        WAMP2(ClientProtocol.WAMP2),
        /** Calls {@code Topic.broadcast} with WAMP v2 subscribers in MessagePack. */
        WAMP2_MSGPACK(ClientProtocol.WAMP2_MSGPACK),
        /** Calls {@code Topic.broadcast} with WAMP v2 subscribers in CBOR. */
        WAMP2_CBOR(ClientProtocol.WAMP2_CBOR);

        private final @Nullable ClientProtocol protocol;

        Sender(@Nullable ClientProtocol protocol) {
            this.protocol = protocol;
        }
    }

    /** The sender under test. */
    @Param
    public Sender sender = Sender.NETTY;

    /** True to bind the counters to a registry, which times one publish in 64. */
    @Param("false")
    public boolean metrics;

    private final Topics topics = new Topics();
    private @Nullable Topic topic;
    private final Event event = Event.of("x".repeat(125));
    private final ByteBuf frame =
            PooledByteBufAllocator.DEFAULT.directBuffer(160).writeZero(158);

    /** Opens the connections and subscribes them. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        if (metrics) {
            new SprocketMetrics().bindTo(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        }
        WampServer server = new WampServer(new SprocketPeer.OpenTopics(), topics);
        loop.open(SUBSCRIBERS, channel -> {
            if (sender != Sender.NETTY) {
                IoServer.attach(channel, new HttpServer(new WsServer(server)));
            }
        });
        if (sender.protocol != null) {
            subscribe(sender.protocol);
        }
        long before = loop.written();
        oneEvent();
        if (loop.written() - before < (long) SUBSCRIBERS * ITERATIONS * 145) {
            throw new IllegalStateException("missing events for some recipients");
        }
    }

    private void subscribe(ClientProtocol protocol) throws InterruptedException {
        loop.upgrade(protocol.subprotocol());
        for (ClientProtocol.Step step : protocol.greeting()) {
            if (!step.response().isEmpty()) {
                loop.send(protocol.format().frame(step.response()));
            }
        }
        String subscribe = protocol.subscribe().replace("{topic}", "").replace("{id}", "1");
        loop.send(protocol.format().frame(subscribe));
        topic = topics.topic(protocol == ClientProtocol.WAMP ? "http://bench.example/t" : "com.example.bench.t");
    }

    /** Sends one event per loop iteration. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * ITERATIONS)
    public void oneEvent() throws InterruptedException {
        loop.runIterations(ITERATIONS, this::send);
    }

    /** Sends 32 events per loop iteration. The result is per event and recipient. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * ITERATIONS * EVENTS)
    public void manyEvents() throws InterruptedException {
        loop.runIterations(ITERATIONS, () -> {
            for (int i = 0; i < EVENTS; i++) {
                send();
            }
        });
    }

    private void send() {
        if (topic != null) {
            topic.broadcast(event);
            return;
        }
        for (MemoryChannel channel : loop.channels()) {
            channel.writeAndFlush(frame.retainedDuplicate(), channel.voidPromise());
        }
    }
}
