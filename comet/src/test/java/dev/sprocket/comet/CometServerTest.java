package dev.sprocket.comet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.thread.ExecuteOn;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.auth.Authenticator;
import dev.sprocket.http.origin.Cors;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
import dev.sprocket.testkit.HttpPeer;
import dev.sprocket.testkit.HttpPeer.Response;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.Recorder;
import dev.sprocket.testkit.VirtualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CometServerTest {
    private static final Pattern ID_EVENT =
            Pattern.compile("event: id\nid: ([-_A-Za-z0-9]{22})\\.(\\d+)\nretry: 1000\ndata: \\1\n\n");

    private final VirtualClock clock = new VirtualClock();
    private final Recorder app = new Recorder();
    private final List<MemorySocket> sockets = new ArrayList<>();
    private CometServer server = new CometServer(app);

    @AfterEach
    void close_sockets() {
        sockets.forEach(MemorySocket::close);
    }

    private MemorySocket socket(MessageComponent<? super HttpConnection, ? super Message> stack) {
        MemorySocket socket = MemorySocket.to(new HttpServer(stack), clock);
        sockets.add(socket);
        return socket;
    }

    private HttpPeer peer() {
        return peer(server);
    }

    private HttpPeer peer(MessageComponent<? super HttpConnection, ? super Message> stack) {
        return HttpPeer.on(socket(stack));
    }

    private static JsonObject json(Response response) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("cache-control", "no-store");
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    @CanIgnoreReturnValue
    private static String id(HttpPeer peer) {
        return json(peer.get("/")).get("id").getAsString();
    }

    @CanIgnoreReturnValue
    private int post(String id, String text) {
        return peer().send("POST", "/?id=" + id, text).status();
    }

    /** Runs the pending tasks of the event loop of the request that opened a connection. */
    private static void runPendingTasks(HttpPeer opener) {
        assertThat(opener.socket().isOpen()).isTrue();
    }

    /** Opens a stream with HTTP/1.0, so that the body has no chunks. */
    private MemorySocket stream(String target, String... headers) {
        MemorySocket socket = socket(server);
        socket.write("GET " + target + " HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList()) + "\r\n");
        return socket;
    }

    @CanIgnoreReturnValue
    private static String readId(MemorySocket stream) {
        Matcher event = ID_EVENT.matcher(stream.readText());
        assertThat(event.find()).isTrue();
        return event.group(1);
    }

    @Test
    void stream_begins_with_id_for_posts() {
        MemorySocket stream = stream("/");
        String id = readId(stream);
        assertThat(post(id, "echo hello")).isEqualTo(204);
        assertThat(stream.readText()).isEqualTo("id: " + id + ".1\ndata: hello\n\n");
        assertThat(app.log()).containsExactly("open", "message echo hello");
    }

    @Test
    void first_poll_is_immediate_later_polls_wait() {
        HttpPeer poll = peer();
        String id = id(poll);
        poll.socket().write("GET /?id=" + id + "&after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(poll.socket().readText()).isEmpty();
        assertThat(post(id, "echo hello")).isEqualTo(204);
        assertThat(poll.socket().readText()).endsWith("{\"id\":\"" + id + "\",\"last\":1,\"messages\":[\"hello\"]}\n");
    }

    @Test
    void ids_are_unique_and_chosen_by_server() {
        assertThat(id(peer())).isNotEqualTo(id(peer()));
        for (String guess : List.of("a", "a".repeat(22), "", "../x")) {
            assertThat(peer().get("/?id=" + guess + "&after=0").status()).isEqualTo(404);
            assertThat(post(guess, "hi")).isEqualTo(404);
            assertThat(peer().send("DELETE", "/?id=" + guess, "").status()).isEqualTo(404);
            assertThat(stream("/", "Last-Event-ID: " + (guess.isEmpty() ? "." : guess + ".0"))
                            .readText())
                    .startsWith("HTTP/1.1 404 ");
        }
        assertThat(post("", "hi")).isEqualTo(404);
        assertThat(peer().send("POST", "/", "hi").status()).isEqualTo(404);
        assertThat(app.connections()).hasSize(2);
    }

    @Test
    void poll_timeout_is_answered_without_messages() {
        HttpPeer poll = peer();
        String id = id(poll);
        poll.socket().write("GET /?id=" + id + "&after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        clock.advance(Duration.ofSeconds(19));
        assertThat(poll.socket().readText()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(poll.socket().readText()).endsWith("{\"id\":\"" + id + "\",\"last\":0,\"messages\":[]}\n");
    }

    @Test
    void unacknowledged_messages_are_sent_again() {
        HttpPeer poll = peer();
        String id = id(poll);
        post(id, "echo 1");
        post(id, "echo 2");
        assertThat(json(poll.get("/?id=" + id + "&after=0")).get("messages")).hasToString("[\"1\",\"2\"]");
        assertThat(json(poll.get("/?id=" + id + "&after=0")).get("messages")).hasToString("[\"1\",\"2\"]");
        assertThat(json(poll.get("/?id=" + id + "&after=1")).get("messages")).hasToString("[\"2\"]");
        post(id, "echo 3");
        assertThat(json(poll.get("/?id=" + id + "&after=2")).get("messages")).hasToString("[\"3\"]");
    }

    @Test
    void broken_stream_resumes_without_loss() {
        MemorySocket opener = socket(server);
        HttpPeer first = HttpPeer.on(opener);
        String id = id(first);
        MemorySocket stream = stream("/?id=" + id + "&after=0");
        post(id, "echo 1");
        post(id, "echo 2");
        assertThat(stream.readText()).endsWith("id: " + id + ".2\ndata: 2\n\n");
        stream.close();
        post(id, "echo 3");
        clock.advance(Duration.ofSeconds(29));
        MemorySocket again = stream("/?id=" + id + "&after=0", "Last-Event-ID: " + id + ".1");
        assertThat(again.readText())
                .endsWith("id: " + id + ".1\nretry: 1000\ndata: " + id + "\n\nid: " + id + ".2\ndata: 2\n\nid: " + id
                        + ".3\ndata: 3\n\n");
        assertThat(app.connections()).hasSize(1);
        assertThat(app.log()).doesNotContain("close");
    }

    @Test
    void second_stream_replaces_the_first() {
        MemorySocket one = stream("/");
        String id = readId(one);
        MemorySocket other = stream("/", "Last-Event-ID: " + id + ".0");
        assertThat(one.isOpen()).isFalse();
        post(id, "echo hello");
        assertThat(other.readText()).endsWith("data: hello\n\n");
        assertThat(app.log()).containsExactly("open", "message echo hello");
    }

    @Test
    void gap_in_messages_closes_the_connection() {
        server = new CometServer(app).options(CometOptions.DEFAULT.replay(0));
        MemorySocket stream = stream("/");
        String id = readId(stream);
        post(id, "echo 1");
        MemorySocket again = stream("/", "Last-Event-ID: " + id + ".0");
        assertThat(again.readText()).startsWith("HTTP/1.1 404 ");
        assertThat(app.log()).containsExactly("open", "message echo 1", "close");
        assertThat(post(id, "hi")).isEqualTo(404);
    }

    @Test
    void connection_without_listener_is_closed_after_grace_period() {
        HttpPeer poll = peer();
        String id = id(poll);
        clock.advance(Duration.ofSeconds(29));
        assertThat(app.log()).containsExactly("open");
        clock.advance(Duration.ofSeconds(2));
        assertThat(app.log()).containsExactly("open", "close");
        assertThat(app.sentAfterClose()).isFalse();
        assertThat(post(id, "hi")).isEqualTo(404);
        assertThat(server.size()).isZero();
    }

    @Test
    void listening_client_is_not_idle() {
        HttpPeer opener = peer();
        String id = id(opener);
        MemorySocket stream = stream("/?id=" + id + "&after=0");
        stream.read();
        clock.advance(Duration.ofMinutes(10));
        assertThat(stream.readText()).startsWith(":\n\n");
        assertThat(post(id, "echo still here")).isEqualTo(204);
        assertThat(stream.readText()).endsWith("data: still here\n\n");
    }

    @Test
    void delete_closes_the_connection() {
        MemorySocket stream = stream("/");
        String id = readId(stream);
        assertThat(peer().send("DELETE", "/?id=" + id, "").status()).isEqualTo(204);
        assertThat(stream.readText()).isEqualTo("event: close\ndata: left\n\n");
        assertThat(stream.isOpen()).isFalse();
        assertThat(app.log()).containsExactly("open", "close");
        assertThat(peer().send("DELETE", "/?id=" + id, "").status()).isEqualTo(404);
    }

    @Test
    void close_follows_sent_messages() {
        server = new CometServer((MessageComponent<Connection, Message>) (from, message) -> {
            from.send("farewell");
            from.close();
            assertThat(from.send("too late")).isFalse();
        });
        MemorySocket stream = stream("/");
        String id = readId(stream);
        post(id, "x");
        assertThat(stream.readText()).isEqualTo("id: " + id + ".1\ndata: farewell\n\nevent: close\ndata: closed\n\n");
        assertThat(stream.isOpen()).isFalse();
        assertThat(stream("/", "Last-Event-ID: " + id + ".1").readText()).startsWith("HTTP/1.1 404 ");
        HttpPeer poll = peer();
        String other = id(poll);
        post(other, "x");
        runPendingTasks(poll);
        assertThat(poll.get("/?id=" + other + "&after=0").body())
                .isEqualTo("{\"id\":\"" + other + "\",\"last\":1,\"messages\":[\"farewell\"],\"closed\":\"closed\"}\n");
        assertThat(poll.get("/?id=" + other + "&after=1").status()).isEqualTo(404);
        assertThat(server.size()).isZero();
    }

    @Test
    void failure_closes_only_its_connection() {
        MemorySocket bad = stream("/");
        MemorySocket good = stream("/");
        String badId = readId(bad);
        String goodId = readId(good);
        post(badId, "throw");
        assertThat(post(badId, "never seen")).isEqualTo(404);
        assertThat(bad.readText()).isEqualTo("event: close\ndata: failed\n\n");
        post(goodId, "echo hi");
        assertThat(good.readText()).endsWith("data: hi\n\n");
        assertThat(app.log())
                .containsExactly("open", "open", "message throw", "error boom", "close", "message echo hi");
    }

    @Test
    void numbered_messages_arrive_once_and_in_order() {
        String id = id(peer());
        assertThat(peer().send("POST", "/?id=" + id + "&n=2", "2").status()).isEqualTo(409);
        assertThat(peer().send("POST", "/?id=" + id + "&n=1", "1").status()).isEqualTo(204);
        assertThat(peer().send("POST", "/?id=" + id + "&n=1", "1").status()).isEqualTo(204);
        assertThat(peer().send("POST", "/?id=" + id + "&n=2", "2").status()).isEqualTo(204);
        assertThat(peer().send("POST", "/?id=" + id + "&n=x", "3").status()).isEqualTo(400);
        assertThat(app.log()).containsExactly("open", "message 1", "message 2");
    }

    @Test
    void text_and_binary_messages_are_preserved() {
        server = new CometServer(new EchoServer());
        MemorySocket stream = stream("/");
        String id = readId(stream);
        post(id, "two\nlines");
        assertThat(stream.readText()).isEqualTo("id: " + id + ".1\ndata: two\ndata: lines\n\n");
        post(id, "a\r\nb");
        assertThat(stream.readText()).isEqualTo("event: json\nid: " + id + ".2\ndata: \"a\\r\\nb\"\n\n");
        HttpPeer bytes = peer();
        assertThat(bytes.send("POST", "/?id=" + id, "\0\1\2", "Content-Type: application/octet-stream")
                        .status())
                .isEqualTo(204);
        assertThat(stream.readText()).isEqualTo("event: binary\nid: " + id + ".3\ndata: AAEC\n\n");
        assertThat(json(bytes.get("/?id=" + id + "&after=1")).get("messages"))
                .hasToString("[\"a\\r\\nb\",{\"binary\":\"AAEC\"}]");
    }

    @Test
    void rejects_text_that_is_not_utf_8() {
        String id = id(peer());
        MemorySocket socket = socket(server);
        socket.write(("POST /?id=" + id + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        socket.write(new byte[] {(byte) 0xff});
        assertThat(socket.readText()).startsWith("HTTP/1.1 400 ");
        assertThat(app.log()).containsExactly("open");
    }

    @Test
    void rejects_other_methods() {
        Response response = peer().send("PUT", "/", "x");
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers()).containsEntry("allow", "GET, POST, DELETE");
    }

    @Test
    void connections_beyond_the_limit_are_503() {
        server = new CometServer(app).options(CometOptions.DEFAULT.connections(1));
        id(peer());
        assertThat(peer().get("/").status()).isEqualTo(503);
        assertThat(stream("/").readText()).startsWith("HTTP/1.1 503 ");
        assertThat(app.log()).containsExactly("open");
    }

    private void flood(OutboundLimit.Overflow overflow, int messages) {
        OutboundLimit limit = new OutboundLimit(3 * (CometOutbox.OVERHEAD + 1), overflow);
        MessageComponent<Connection, Message> flooding = new MessageComponent<>() {
            @Override
            public void onOpen(Connection conn) throws Exception {
                app.onOpen(conn);
            }

            @Override
            public void onMessage(Connection from, Message message) {
                for (int i = 0; i < messages; i++) {
                    from.send(String.valueOf(i));
                }
            }

            @Override
            public void onClose(Connection conn) throws Exception {
                app.onClose(conn);
            }
        };
        server = new CometServer(flooding).options(CometOptions.DEFAULT.outbound(limit));
    }

    private JsonObject flooded(OutboundLimit.Overflow overflow) {
        flood(overflow, 5);
        HttpPeer poll = peer();
        String id = id(poll);
        post(id, "go");
        runPendingTasks(poll);
        return json(poll.get("/?id=" + id + "&after=0"));
    }

    @Test
    void pending_messages_are_limited_and_drops_counted() {
        assertThat(flooded(OutboundLimit.Overflow.DROP_NEWEST).get("messages")).hasToString("[\"0\",\"1\",\"2\"]");
        assertThat(server.dropStats().messages()).isEqualTo(2);
        assertThat(flooded(OutboundLimit.Overflow.DROP_OLDEST).get("messages")).hasToString("[\"2\",\"3\",\"4\"]");
        assertThat(server.dropStats().messages()).isEqualTo(2);
        JsonObject closed = flooded(OutboundLimit.Overflow.CLOSE);
        assertThat(closed.get("closed").getAsString()).isEqualTo("too slow");
        assertThat(server.dropStats().connections()).isEqualTo(1);
        assertThat(app.log()).containsExactly("open", "open", "open", "close");
    }

    @Test
    void stalled_stream_makes_connection_unwritable_until_read() {
        String large = "x".repeat(40_000);
        List<Connection> conns = new ArrayList<>();
        server = new CometServer(new MessageComponent<Connection, Message>() {
            @Override
            public void onOpen(Connection conn) {
                conns.add(conn);
            }

            @Override
            public void onMessage(Connection from, Message message) {
                for (int i = 0; i < 6; i++) {
                    from.send(large);
                }
            }
        });
        MemorySocket stream = stream("/");
        String id = readId(stream);
        stream.stall();
        post(id, "go");
        Connection conn = conns.get(0);
        assertThat(conn.isWritable()).isFalse();
        List<String> writableCalls = new ArrayList<>();
        conn.onWritable(() -> writableCalls.add("writable"));
        stream.isOpen();
        assertThat(writableCalls).isEmpty();
        stream.resume();
        String all = stream.readText();
        for (int i = 0; i < 10; i++) {
            all += stream.readText();
        }
        assertThat(all.split("data: " + large, -1)).hasSize(7);
        assertThat(conn.isWritable()).isTrue();
        assertThat(writableCalls).containsExactly("writable");
    }

    @Test
    void opening_request_is_available_without_its_socket() {
        List<Connection> conns = new ArrayList<>();
        server = new CometServer(new MessageComponent<Connection, Message>() {
            @Override
            public void onOpen(Connection conn) {
                conns.add(conn);
            }

            @Override
            public void onMessage(Connection from, Message message) {}
        });
        readId(stream("/?room=7"));
        Connection conn = conns.get(0);
        assertThat(HttpRequest.of(conn).queryParameter("room")).hasValue("7");
        assertThat(PipelineContext.find(conn)).isEmpty();
        assertThat(IoServer.dropStats(conn).messages()).isZero();
        assertThat(conn.remoteAddress()).isNotNull();
        assertThat(conn.localAddress()).isNotNull();
        assertThat(conn.toString()).doesNotContain("room");
    }

    @Test
    void message_before_delete_is_still_delivered() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        server = new CometServer(new ExecuteOn<>(tasks::add, app));
        String id = id(peer());
        post(id, "last words");
        peer().send("DELETE", "/?id=" + id, "");
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        assertThat(app.log()).containsExactly("open", "message last words", "close");
    }

    @Test
    void other_users_and_routes_have_no_access() {
        Authenticator guarded =
                Authenticator.bearer("test", Map.of("a", User.named("ann"), "b", User.named("bob")), server);
        Response opened = peer(guarded).get("/", "Authorization: Bearer a");
        String id = json(opened).get("id").getAsString();
        assertThat(peer(guarded)
                        .send("POST", "/?id=" + id, "mine", "Authorization: Bearer a")
                        .status())
                .isEqualTo(204);
        assertThat(peer(guarded)
                        .send("POST", "/?id=" + id, "stolen", "Authorization: Bearer b")
                        .status())
                .isEqualTo(404);
        assertThat(peer(guarded)
                        .get("/?id=" + id + "&after=0", "Authorization: Bearer b")
                        .status())
                .isEqualTo(404);
        assertThat(peer(server).send("POST", "/?id=" + id, "no name").status()).isEqualTo(404);
        assertThat(peer(guarded)
                        .send("POST", "/other?id=" + id, "elsewhere", "Authorization: Bearer a")
                        .status())
                .isEqualTo(404);
        assertThat(app.log()).containsExactly("open", "message mine");
    }

    @Test
    void roles_are_those_of_the_latest_request() {
        List<Connection> opened = new ArrayList<>();
        CometServer comet = new CometServer(new MessageComponent<>() {
            @Override
            public void onOpen(Connection conn) {
                opened.add(conn);
            }

            @Override
            public void onMessage(Connection from, Message message) {}
        });
        Authenticator guarded = Authenticator.bearer(
                "test", Map.of("a", User.named("ann").roles("editor"), "b", User.named("ann")), comet);
        String id = json(peer(guarded).get("/", "Authorization: Bearer a"))
                .get("id")
                .getAsString();
        assertThat(User.of(opened.get(0)).roles()).containsExactly("editor");

        peer(guarded).send("POST", "/?id=" + id, "message", "Authorization: Bearer b");

        assertThat(User.of(opened.get(0)).roles()).isEmpty();
    }

    @Test
    void works_inside_cors_and_origin_filter() {
        Cors cors = new Cors(
                Origins.of("https://example.com"), new OriginFilter(Origins.of("https://example.com"), server));
        Response mine = peer(cors).get("/", "Origin: https://example.com");
        assertThat(mine.headers()).containsEntry("access-control-allow-origin", "https://example.com");
        String id = json(mine).get("id").getAsString();
        assertThat(peer(cors)
                        .send("POST", "/?id=" + id, "hi", "Origin: https://example.com")
                        .status())
                .isEqualTo(204);
        assertThat(peer(cors).get("/", "Origin: https://evil.example").status()).isEqualTo(403);
        assertThat(app.log()).containsExactly("open", "message hi");
    }

    @Test
    void works_with_a_router() {
        Router router = new Router().route("GET", "/chat", server).route("POST", "/chat", server);
        String id = json(peer(router).get("/chat")).get("id").getAsString();
        assertThat(peer(router).send("POST", "/chat?id=" + id, "hi").status()).isEqualTo(204);
    }

    @Test
    void copies_share_connections() {
        CometServer next = server.app(new Recorder()).options(CometOptions.DEFAULT.replay(0));
        String id = id(peer());
        assertThat(next.size()).isEqualTo(1);
        assertThat(peer(next).send("POST", "/?id=" + id, "hi").status()).isEqualTo(204);
        assertThat(app.log()).containsExactly("open", "message hi");
    }

    @Test
    void rejects_invalid_options() {
        assertThatThrownBy(() -> CometOptions.DEFAULT.grace(Duration.ZERO))
                .hasMessage("grace: PT0S (expected: above zero)");
        assertThatThrownBy(() -> CometOptions.DEFAULT.connections(0)).hasMessage("connections: 0 (expected: >= 1)");
        assertThatThrownBy(() -> CometOptions.DEFAULT.replay(-1)).hasMessage("replay: -1 (expected: >= 0)");
    }

    @Test
    void buffers_no_more_than_the_limit_without_acknowledgements() {
        server = new CometServer(app)
                .options(CometOptions.DEFAULT
                        .replay(500)
                        .outbound(new OutboundLimit(1000, OutboundLimit.Overflow.CLOSE)));
        HttpPeer poll = peer();
        String id = id(poll);
        int polls = 0;
        int status = 200;
        while (status == 200 && polls < 20) {
            post(id, "echo " + "x".repeat(300));
            runPendingTasks(poll);
            status = poll.get("/?id=" + id + "&after=0").status();
            polls++;
        }

        assertThat(status).isEqualTo(404);
        assertThat(polls).isEqualTo(5);
    }
}
