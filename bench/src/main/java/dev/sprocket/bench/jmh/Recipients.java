package dev.sprocket.bench.jmh;

import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.bench.client.ClientProtocol;
import dev.sprocket.bench.peer.SprocketPeer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;

/** WAMP v1 connections on one loop that are subscribed to a topic. */
final class Recipients {
    static final int COUNT = 1000;
    static final String TOPIC = "http://bench.example/t0";
    static final Event EVENT = Event.of("x".repeat(125));
    /** Size of the event as a WebSocket message, at least. */
    static final int FRAME = 150;

    private Recipients() {}

    static void open(MemoryLoop loop, Topics topics, Topic topic) throws InterruptedException {
        WampServer server = new WampServer(new SprocketPeer.OpenTopics(), topics);
        loop.open(COUNT, channel -> IoServer.attach(channel, new HttpServer(new WsServer(server))));
        loop.upgrade(ClientProtocol.WAMP.subprotocol());
        loop.send(ClientFrames.text(ClientProtocol.WAMP.subscribe().replace("{topic}", "0")));
        if (topic.size() != COUNT) {
            throw new IllegalStateException(topic.size() + " subscribers (expected: " + COUNT + ")");
        }
    }
}
