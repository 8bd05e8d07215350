package dev.sprocket.bench.jmh;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Measures the cost per recipient of a compressed event, with 200 recipients. */
public class DeflateBenchmark extends TimedOnLoop {
    static final int SUBSCRIBERS = 200;

    /** Way of sending the event. */
    public enum Way {
        /** Does not compress. */
        UNCOMPRESSED,
        /** Compresses the event once, by {@code Topic.broadcast}. */
        SHARED,
        /** Compresses the event for each recipient, by {@code send}. */
        PER_CONNECTION,
        /** Compresses the event for each recipient, with the context of earlier events. */
        TAKEOVER;

        boolean isBroadcast() {
            return this == UNCOMPRESSED || this == SHARED;
        }
    }

    /** The way under test. */
    @Param
    public Way way = Way.SHARED;

    private final Topic topic = new Topics().topic("bench");
    private final Event event = Event.of(text());
    private final List<WsConnection> connections = new ArrayList<>();

    /** Subscribes each connection to the topic. */
    @ConcurrentComponent
    private final class Subscribers implements MessageComponent<WsConnection, Message> {
        @Override
        public void onOpen(WsConnection conn) {
            connections.add(conn);
            topic.subscribe(Subscriber.of("" + connections.size(), conn, EventFormat.JSON));
        }

        @Override
        public void onMessage(WsConnection from, Message message) {}
    }

    private static String text() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < 2048) {
            text.append(Integer.toString(random.nextInt(2000) + 40, 36)).append(' ');
        }
        return text.toString();
    }

    /** Opens the connections. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        Deflate deflate = way == Way.TAKEOVER ? Deflate.DEFAULT.serverContextTakeover() : Deflate.DEFAULT;
        WsServer server = new WsServer(new Subscribers()).compress(deflate);
        loop.open(SUBSCRIBERS, channel -> IoServer.attach(channel, new HttpServer(server)));
        String offer = way == Way.UNCOMPRESSED
                ? ""
                : "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n";
        loop.send(Unpooled.copiedBuffer(
                "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + offer
                        + "\r\n",
                StandardCharsets.US_ASCII));
        long before = loop.written();
        event();
        if (connections.size() != SUBSCRIBERS || loop.written() == before) {
            throw new IllegalStateException("missing connections or events");
        }
    }

    /** Sends one event to all connections. */
    @Benchmark
    @OperationsPerInvocation(SUBSCRIBERS)
    public void event() throws InterruptedException {
        loop.runIterations(1, this::send);
    }

    private void send() {
        if (way.isBroadcast()) {
            topic.broadcast(event);
            return;
        }
        Message message = Message.text(event.json());
        for (WsConnection conn : connections) {
            conn.send(message);
        }
    }
}
