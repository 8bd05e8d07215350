package dev.sprocket.comet;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.PerConnection;
import dev.sprocket.core.text.Lines;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.contract.LayerContract;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;

/** Layer contract for connections made of requests: a proxy turns each line into a request. */
class CometContractTest {
    abstract static class Proxied extends LayerContract {
        abstract MessageComponent<Connection, Message> client(Connection conn, CometServer server);

        @Override
        protected MessageComponent<? super Connection, ? super Message> stack(Recorder application) {
            CometServer server = new CometServer(application);
            return new Lines(new PerConnection<Connection, Message>(conn -> client(conn, server)));
        }

        @Override
        protected byte[] message(String text) {
            return (text + "\n").getBytes(StandardCharsets.UTF_8);
        }
    }

    @Nested
    class Polls extends Proxied {
        @Override
        MessageComponent<Connection, Message> client(Connection conn, CometServer server) {
            return new Polling(conn, server);
        }
    }

    @Nested
    class Streams extends Proxied {
        @Override
        MessageComponent<Connection, Message> client(Connection conn, CometServer server) {
            return new Streaming(conn, server);
        }
    }

    /** Client that receives by polls. */
    private static final class Polling implements MessageComponent<Connection, Message> {
        private final Connection conn;
        private final HttpPeer polls;
        private final HttpPeer posts;
        private JsonObject position = new JsonObject();

        Polling(Connection conn, CometServer server) {
            this.conn = conn;
            this.polls = HttpPeer.to(server);
            this.posts = HttpPeer.to(server);
        }

        @Override
        public void onOpen(Connection opened) {
            take(polls.get("/").body());
            poll();
        }

        @CanIgnoreReturnValue
        private String id() {
            return position.get("id").getAsString();
        }

        private void poll() {
            polls.socket()
                    .write("GET /?id=" + id() + "&after=" + position.get("last")
                            + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            listen();
        }

        private void listen() {
            String response = polls.socket().readText();
            if (!response.isEmpty()) {
                take(response.substring(response.indexOf("\r\n\r\n") + 4));
                if (conn.isOpen()) {
                    poll();
                }
            }
        }

        private void take(String json) {
            position = JsonParser.parseString(json).getAsJsonObject();
            for (JsonElement message : position.getAsJsonArray("messages")) {
                conn.send(message.getAsString());
            }
            if (position.has("closed")) {
                conn.close();
            }
        }

        @Override
        public void onMessage(Connection from, Message message) {
            assertThat(posts.send("POST", "/?id=" + id(), message.text()).status())
                    .isIn(204, 404);
            listen();
        }

        @Override
        public void onClose(Connection closed) {
            posts.send("DELETE", "/?id=" + id(), "");
            polls.socket().close();
            posts.socket().close();
        }
    }

    /** Client that receives a stream. */
    private static final class Streaming implements MessageComponent<Connection, Message> {
        private static final Pattern ID = Pattern.compile("event: id\nid: .*\nretry: 1000\ndata: (.*)\n\n");
        private static final Pattern EVENT = Pattern.compile("id: .*\ndata: (.*)\n\n");

        private final Connection conn;
        private final MemorySocket stream;
        private final HttpPeer posts;
        private String id = "";

        Streaming(Connection conn, CometServer server) {
            this.conn = conn;
            this.stream = MemorySocket.to(new HttpServer(server));
            this.posts = HttpPeer.to(server);
        }

        @Override
        public void onOpen(Connection opened) {
            stream.write("GET / HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n");
            Matcher idEvent = ID.matcher(stream.readText());
            assertThat(idEvent.find()).isTrue();
            id = idEvent.group(1);
        }

        @Override
        public void onMessage(Connection from, Message message) {
            assertThat(posts.send("POST", "/?id=" + id, message.text()).status())
                    .isIn(204, 404);
            String events = stream.readText();
            Matcher event = EVENT.matcher(events);
            while (event.find()) {
                conn.send(event.group(1));
            }
            if (events.contains("event: close\n")) {
                conn.close();
            }
        }

        @Override
        public void onClose(Connection closed) {
            posts.send("DELETE", "/?id=" + id, "");
            stream.close();
            posts.socket().close();
        }
    }
}
