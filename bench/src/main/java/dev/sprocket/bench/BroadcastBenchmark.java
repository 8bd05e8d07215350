package dev.sprocket.bench;

import dev.sprocket.core.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What one recipient of an event costs, of a thousand on one loop; with {@code -prof gc}, in bytes as well. Beside it, what
 * Netty alone needs to write and flush a shared frame to each.
 */
public class BroadcastBenchmark extends TimedTurns {
    static final int SUBSCRIBERS = 1000;
    static final int TURNS = 10;
    static final int RUN = 32;

    /** Who sends. */
    public enum Sender {
        /** {@code writeAndFlush} to one channel after the other. */
        NETTY(null),
        /** {@code Topic.broadcast} to WAMP v1 subscribers. */
        SPROCKET(Dialect.WAMP),
        /** The same to subscribers of WAMP v2, in JSON. */
        WAMP2(Dialect.WAMP2),
        /** In MessagePack. */
        WAMP2_MSGPACK(Dialect.WAMP2_MSGPACK),
        /** In CBOR. */
        WAMP2_CBOR(Dialect.WAMP2_CBOR);

        private final @Nullable Dialect dialect;

        Sender(@Nullable Dialect dialect) {
            this.dialect = dialect;
        }
    }

    /** The one that is measured. */
    @Param
    public Sender sender = Sender.NETTY;

    private final Topics topics = new Topics();
    private @Nullable Topic topic;
    private final Event event = Event.of("x".repeat(125));
    private final ByteBuf frame =
            PooledByteBufAllocator.DEFAULT.directBuffer(160).writeZero(158);

    /** Opens the connections and subscribes them. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        WampServer server = new WampServer(new SprocketPeer.OpenTopics(), topics);
        loop.open(SUBSCRIBERS, channel -> {
            if (sender != Sender.NETTY) {
                IoServer.attach(channel, new HttpServer(new WsServer(server)));
            }
        });
        if (sender.dialect != null) {
            subscribe(sender.dialect);
        }
        long before = loop.written();
        one();
        if (loop.written() - before < (long) SUBSCRIBERS * TURNS * 145) {
            throw new IllegalStateException("not everybody got every event");
        }
    }

    private void subscribe(Dialect dialect) throws InterruptedException {
        loop.upgrade(dialect.subprotocol());
        for (Dialect.Step step : dialect.greeting()) {
            if (!step.answer().isEmpty()) {
                loop.say(dialect.packing().frame(step.answer()));
            }
        }
        String subscribe = dialect.subscribe().replace("{topic}", "").replace("{id}", "1");
        loop.say(dialect.packing().frame(subscribe));
        topic = topics.topic(dialect == Dialect.WAMP ? "http://bench.example/t" : "com.example.bench.t");
    }

    /** One event in a turn. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * TURNS)
    public void one() throws InterruptedException {
        loop.turns(TURNS, this::send);
    }

    /** Thirty-two events in a turn; the figure is for each of them and each recipient. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS * TURNS * RUN)
    public void run() throws InterruptedException {
        loop.turns(TURNS, () -> {
            for (int i = 0; i < RUN; i++) {
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
