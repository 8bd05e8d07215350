package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.http.sse.EventStream;
import dev.sprocket.http.sse.SseConnection;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.WsServer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Topic events delivered over Server-Sent Events. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class EventStreamTopicsTest {
    private final Topics topics = new Topics();
    private final Topic news = topics.topic("news");

    private final class Reader implements MessageComponent<SseConnection, Message> {
        private Subscriber subscriber = Subscriber.of("none", Runnable::run, (topic, event) -> {});

        @Override
        public void onOpen(SseConnection conn) {
            subscriber = Subscriber.of(conn.toString(), conn, EventFormat.JSON);
            news.subscribe(subscriber);
        }

        @Override
        public void onMessage(SseConnection from, Message message) {}

        @Override
        public void onClose(SseConnection conn) {
            news.unsubscribe(subscriber);
        }
    }

    private MemorySocket listen() {
        MemorySocket socket = MemorySocket.to(new HttpServer(new EventStream(new Reader())));
        socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        socket.read();
        return socket;
    }

    @Test
    void topic_event_is_sent_as_an_SSE_event() {
        MemorySocket ann = listen();
        MemorySocket bob = listen();
        assertThat(news.broadcast(Event.json("{\"a\":1}"))).isEqualTo(2);
        news.broadcast(Event.json("2"));

        String expected = "0000000f\r\ndata: {\"a\":1}\n\n\r\n00000009\r\ndata: 2\n\n\r\n";
        assertThat(ann.readText()).isEqualTo(expected);
        assertThat(bob.readText()).isEqualTo(expected);

        ann.close();
        assertThat(news.broadcast(Event.json("3"))).isEqualTo(1);
        assertThat(bob.readText()).isEqualTo("00000009\r\ndata: 3\n\n\r\n");
        // the event loop of the closed connection has no subscriber for the event
        assertThat(ann.readText()).isEmpty();
        bob.close();
    }

    @Test
    void WebSocket_chat_message_is_received_over_SSE() {
        Broadcaster chat = new Broadcaster();
        Router router = new Router().upgrade("/chat", new WsServer(chat)).route("GET", "/chat", new EventStream(chat));
        MemorySocket page = MemorySocket.to(new HttpServer(router));
        page.write("GET /chat HTTP/1.1\r\nHost: h\r\n\r\n");
        page.read();
        WsPeer speaker = WsPeer.toStack(new HttpServer(router), "/chat");
        speaker.send("hello");

        assertThat(page.readText()).isEqualTo("0000000d\r\ndata: hello\n\n\r\n");
        assertThat(speaker.texts()).containsExactly("hello");
        page.close();
        speaker.socket().close();
    }

    /** Sends each message to all connections. */
    private static final class Broadcaster implements MessageComponent<Connection, Message> {
        private final Set<Connection> all = new LinkedHashSet<>();

        @Override
        public void onOpen(Connection conn) {
            all.add(conn);
        }

        @Override
        public void onMessage(Connection from, Message message) {
            all.forEach(conn -> conn.send(message));
        }

        @Override
        public void onClose(Connection conn) {
            all.remove(conn);
        }
    }
}
