package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.EventStream;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Router;
import dev.sprocket.http.SseConnection;
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

/** One event, heard by pages that listen to Server-Sent Events. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ListenersTest {
    private final Topics topics = new Topics();
    private final Topic news = topics.topic("news");

    private final class Reader implements MessageComponent<SseConnection, Message> {
        private Subscriber last = Subscriber.of("none", Runnable::run, (topic, event) -> {});

        @Override
        public void onOpen(SseConnection conn) {
            last = Subscriber.of(conn.toString(), conn, EventFormat.JSON);
            news.subscribe(last);
        }

        @Override
        public void onMessage(SseConnection from, Message message) {}

        @Override
        public void onClose(SseConnection conn) {
            news.unsubscribe(last);
        }
    }

    private MemorySocket listen() {
        MemorySocket socket = MemorySocket.to(new HttpServer(new EventStream(new Reader())));
        socket.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        socket.read();
        return socket;
    }

    @Test
    void an_event_of_a_topic_is_an_event_of_the_stream() {
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
        // her loop has the event too, and nobody to hand it to
        assertThat(ann.readText()).isEmpty();
        bob.close();
    }

    @Test
    void a_chat_is_spoken_to_over_websocket_and_heard_over_events() {
        Everybody chat = new Everybody();
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

    /** Sends what anybody says to everybody. */
    private static final class Everybody implements MessageComponent<Connection, Message> {
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
