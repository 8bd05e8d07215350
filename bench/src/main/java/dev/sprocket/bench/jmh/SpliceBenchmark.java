package dev.sprocket.bench.jmh;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures the conversion of a PUBLISH into an EVENT (WAMP v1), including WebSocket.
 *
 * <p>One connection receives its own events.
 */
@OperationsPerInvocation(SpliceBenchmark.ITERATIONS)
public class SpliceBenchmark extends TimedOnLoop {
    static final int ITERATIONS = 500;

    private static final String ITEM = "{\"id\":123456,\"title\":\"a title of some length\",\"tags\":[\"one\",\"two\"],"
            + "\"price\":12.75,\"sold\":false},";

    /** Processing of the message. */
    public enum Strategy {
        /** Echoes the message: the cost of WebSocket alone. */
        ECHO,
        /** Splices the event like {@code WampServer}. */
        SPLICE,
        /** Parses the message to a tree and writes a tree. */
        TREE
    }

    /** The strategy under test. */
    @Param
    public Strategy strategy = Strategy.ECHO;

    /** Number of objects in the event, about 100 bytes each. */
    @Param({"1", "20"})
    public int items = 1;

    private ByteBuf publish = Unpooled.EMPTY_BUFFER;

    /** Opens a connection. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        String objects = ITEM.repeat(items);
        publish = Unpooled.unreleasableBuffer(ClientFrames.text(
                "[7,\"http://bench.example/t\",[" + objects.substring(0, objects.length() - 1) + "]]"));
        loop.open(1, this::build);
        loop.upgrade(strategy == Strategy.SPLICE ? "wamp" : "");
        long before = loop.written();
        message();
        if (loop.written() - before < (long) ITERATIONS * (publish.readableBytes() - 10)) {
            throw new IllegalStateException("missing events");
        }
    }

    private void build(Channel channel) {
        IoServer.attach(
                channel,
                new HttpServer(
                        switch (strategy) {
                            case ECHO -> new WsServer(new EchoServer());
                            case SPLICE -> new WsServer(new WampServer(new EchoPublisher()));
                            case TREE -> new WsServer(new TreeComponent());
                        }));
    }

    /** Measures one PUBLISH and its EVENT. */
    @Benchmark
    public void message() throws InterruptedException {
        MemoryChannel channel = loop.channels().get(0);
        loop.runIterations(ITERATIONS, () -> channel.receiveCopy(publish));
    }

    private static final class EchoPublisher implements WampComponent {
        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            conn.event(topic, event);
        }
    }

    private static final class TreeComponent implements MessageComponent<Connection, Message> {
        private static final Gson GSON = new Gson();

        @Override
        public void onMessage(Connection from, Message message) {
            JsonArray publish = JsonParser.parseString(message.text()).getAsJsonArray();
            JsonArray event = new JsonArray();
            event.add(8);
            event.add(publish.get(1));
            event.add(publish.get(2));
            from.send(GSON.toJson(event));
        }
    }
}
