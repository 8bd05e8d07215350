package dev.sprocket.sse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DropStats;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ExecuteOn;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.OutboundLimit;
import dev.sprocket.core.OverflowPolicy;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.http.Authenticator;
import dev.sprocket.http.Cors;
import dev.sprocket.http.CorsRules;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.OriginFilter;
import dev.sprocket.http.Origins;
import dev.sprocket.http.Router;
import dev.sprocket.http.User;
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
    private static final Pattern HELLO =
            Pattern.compile("event: id\nid: ([-_A-Za-z0-9]{22})\\.(\\d+)\nretry: 1000\ndata: \\1\n\n");

    private final VirtualClock clock = new VirtualClock();
    private final Recorder app = new Recorder();
    private final List<MemorySocket> sockets = new ArrayList<>();
    private CometServer server = new CometServer(app);

    @AfterEach
    void hang_up() {
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

    private static JsonObject json(Response answer) {
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("cache-control", "no-store");
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    private static String id(HttpPeer peer) {
        return json(peer.get("/")).get("id").getAsString();
    }

    private int post(String id, String text) {
        return peer().send("POST", "/?id=" + id, text).status();
    }

    /** Lets the event loop of the request that opened a connection do what it has put off. */
    private static void settle(HttpPeer opener) {
        assertThat(opener.socket().isOpen()).isTrue();
    }

    /** HTTP/1.0, so that what follows the head is the stream itself. */
    private MemorySocket stream(String target, String... headers) {
        MemorySocket socket = socket(server);
        socket.write("GET " + target + " HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
                + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList()) + "\r\n");
        return socket;
    }

    private static String hello(MemorySocket stream) {
        Matcher hello = HELLO.matcher(stream.readText());
        assertThat(hello.find()).isTrue();
        return hello.group(1);
    }

    @Test
    void a_stream_begins_with_an_id_that_lets_others_send() {
        MemorySocket stream = stream("/");
        String id = hello(stream);
        assertThat(post(id, "echo hello")).isEqualTo(204);
        assertThat(stream.readText()).isEqualTo("id: " + id + ".1\ndata: hello\n\n");
        assertThat(app.log()).containsExactly("open", "message echo hello");
    }

    @Test
    void a_first_poll_is_answered_at_once_and_later_ones_when_something_comes() {
        HttpPeer poll = peer();
        String id = id(poll);
        poll.socket().write("GET /?id=" + id + "&after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(poll.socket().readText()).isEmpty();
        assertThat(post(id, "echo hello")).isEqualTo(204);
        assertThat(poll.socket().readText()).endsWith("{\"id\":\"" + id + "\",\"last\":1,\"messages\":[\"hello\"]}\n");
    }

    @Test
    void ids_are_never_the_same_and_never_a_clients_own() {
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
    void a_poll_that_waits_long_enough_is_answered_with_nothing() {
        HttpPeer poll = peer();
        String id = id(poll);
        poll.socket().write("GET /?id=" + id + "&after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        clock.advance(Duration.ofSeconds(19));
        assertThat(poll.socket().readText()).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(poll.socket().readText()).endsWith("{\"id\":\"" + id + "\",\"last\":0,\"messages\":[]}\n");
    }

    @Test
    void an_answer_that_was_lost_is_given_again() {
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
    void a_stream_that_broke_off_goes_on_where_it_was_without_a_loss() {
        MemorySocket keeper = socket(server);
        HttpPeer first = HttpPeer.on(keeper);
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
    void a_second_stream_of_the_same_client_takes_the_place_of_the_first() {
        MemorySocket one = stream("/");
        String id = hello(one);
        MemorySocket other = stream("/", "Last-Event-ID: " + id + ".0");
        assertThat(one.isOpen()).isFalse();
        post(id, "echo hello");
        assertThat(other.readText()).endsWith("data: hello\n\n");
        assertThat(app.log()).containsExactly("open", "message echo hello");
    }

    @Test
    void what_is_not_kept_any_more_ends_the_connection_instead_of_leaving_a_gap() {
        server = new CometServer(app, CometOptions.DEFAULT.replay(0));
        MemorySocket stream = stream("/");
        String id = hello(stream);
        post(id, "echo 1");
        MemorySocket again = stream("/", "Last-Event-ID: " + id + ".0");
        assertThat(again.readText()).startsWith("HTTP/1.1 404 ");
        assertThat(app.log()).containsExactly("open", "message echo 1", "close");
        assertThat(post(id, "hi")).isEqualTo(404);
    }

    @Test
    void who_does_not_come_back_in_time_is_closed_once() {
        HttpPeer poll = peer();
        String id = id(poll);
        clock.advance(Duration.ofSeconds(29));
        assertThat(app.log()).containsExactly("open");
        clock.advance(Duration.ofSeconds(2));
        assertThat(app.log()).containsExactly("open", "close");
        assertThat(app.sentAfterClose()).isFalse();
        assertThat(post(id, "hi")).isEqualTo(404);
        assertThat(server.sessions().size()).isZero();
    }

    @Test
    void who_listens_is_not_idle() {
        HttpPeer keeper = peer();
        String id = id(keeper);
        MemorySocket stream = stream("/?id=" + id + "&after=0");
        stream.read();
        clock.advance(Duration.ofMinutes(10));
        assertThat(stream.readText()).startsWith(":\n\n");
        assertThat(post(id, "echo still here")).isEqualTo(204);
        assertThat(stream.readText()).endsWith("data: still here\n\n");
    }

    @Test
    void delete_leaves() {
        MemorySocket stream = stream("/");
        String id = hello(stream);
        assertThat(peer().send("DELETE", "/?id=" + id, "").status()).isEqualTo(204);
        assertThat(stream.readText()).isEqualTo("event: close\ndata: left\n\n");
        assertThat(stream.isOpen()).isFalse();
        assertThat(app.log()).containsExactly("open", "close");
        assertThat(peer().send("DELETE", "/?id=" + id, "").status()).isEqualTo(404);
    }

    @Test
    void a_close_by_the_application_comes_behind_what_it_sent() {
        server = new CometServer((MessageComponent<Connection, Message>) (from, message) -> {
            from.send("farewell");
            from.close();
            assertThat(from.send("too late")).isFalse();
        });
        MemorySocket stream = stream("/");
        String id = hello(stream);
        post(id, "x");
        assertThat(stream.readText()).isEqualTo("id: " + id + ".1\ndata: farewell\n\nevent: close\ndata: closed\n\n");
        assertThat(stream.isOpen()).isFalse();
        assertThat(stream("/", "Last-Event-ID: " + id + ".1").readText()).startsWith("HTTP/1.1 404 ");
        HttpPeer poll = peer();
        String other = id(poll);
        post(other, "x");
        settle(poll);
        assertThat(poll.get("/?id=" + other + "&after=0").body())
                .isEqualTo("{\"id\":\"" + other + "\",\"last\":1,\"messages\":[\"farewell\"],\"closed\":\"closed\"}\n");
        assertThat(poll.get("/?id=" + other + "&after=1").status()).isEqualTo(404);
        assertThat(server.sessions().size()).isZero();
    }

    @Test
    void a_failure_says_so_and_ends_that_connection_alone() {
        MemorySocket bad = stream("/");
        MemorySocket good = stream("/");
        String badId = hello(bad);
        String goodId = hello(good);
        post(badId, "throw");
        assertThat(post(badId, "never seen")).isEqualTo(404);
        assertThat(bad.readText()).isEqualTo("event: close\ndata: failed\n\n");
        post(goodId, "echo hi");
        assertThat(good.readText()).endsWith("data: hi\n\n");
        assertThat(app.log())
                .containsExactly("open", "open", "message throw", "error boom", "close", "message echo hi");
    }

    @Test
    void messages_that_are_counted_come_once_and_in_order() {
        String id = id(peer());
        assertThat(peer().send("POST", "/?id=" + id + "&n=2", "2").status()).isEqualTo(409);
        assertThat(peer().send("POST", "/?id=" + id + "&n=1", "1").status()).isEqualTo(204);
        assertThat(peer().send("POST", "/?id=" + id + "&n=1", "1").status()).isEqualTo(204);
        assertThat(peer().send("POST", "/?id=" + id + "&n=2", "2").status()).isEqualTo(204);
        assertThat(peer().send("POST", "/?id=" + id + "&n=x", "3").status()).isEqualTo(400);
        assertThat(app.log()).containsExactly("open", "message 1", "message 2");
    }

    @Test
    void text_is_kept_as_it_is_and_so_are_bytes() {
        server = new CometServer(new EchoServer());
        MemorySocket stream = stream("/");
        String id = hello(stream);
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
    void a_text_that_is_not_utf_8_is_refused() {
        String id = id(peer());
        MemorySocket socket = socket(server);
        socket.write(("POST /?id=" + id + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        socket.write(new byte[] {(byte) 0xff});
        assertThat(socket.readText()).startsWith("HTTP/1.1 400 ");
        assertThat(app.log()).containsExactly("open");
    }

    @Test
    void other_methods_are_refused() {
        Response answer = peer().send("PUT", "/", "x");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers()).containsEntry("allow", "GET, POST, DELETE");
    }

    @Test
    void there_are_only_so_many() {
        server = new CometServer(app, CometOptions.DEFAULT.connections(1));
        id(peer());
        assertThat(peer().get("/").status()).isEqualTo(503);
        assertThat(stream("/").readText()).startsWith("HTTP/1.1 503 ");
        assertThat(app.log()).containsExactly("open");
    }

    private void flood(OverflowPolicy overflow, int messages) {
        OutboundLimit limit = new OutboundLimit(3 * (CometOutbox.OVERHEAD + 1), overflow);
        server = new CometServer(
                new MessageComponent<Connection, Message>() {
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
                },
                CometOptions.DEFAULT.outbound(limit));
    }

    private JsonObject flooded(OverflowPolicy overflow) {
        flood(overflow, 5);
        HttpPeer poll = peer();
        String id = id(poll);
        post(id, "go");
        settle(poll);
        return json(poll.get("/?id=" + id + "&after=0"));
    }

    @Test
    void what_waits_is_limited_and_what_is_lost_is_counted() {
        assertThat(flooded(OverflowPolicy.DROP_NEWEST).get("messages")).hasToString("[\"0\",\"1\",\"2\"]");
        assertThat(server.sessions().dropStats().messages()).isEqualTo(2);
        assertThat(flooded(OverflowPolicy.DROP_OLDEST).get("messages")).hasToString("[\"2\",\"3\",\"4\"]");
        assertThat(server.sessions().dropStats().messages()).isEqualTo(2);
        JsonObject closed = flooded(OverflowPolicy.CLOSE);
        assertThat(closed.get("closed").getAsString()).isEqualTo("too slow");
        assertThat(server.sessions().dropStats().connections()).isEqualTo(1);
        assertThat(app.log()).containsExactly("open", "open", "open", "close");
    }

    @Test
    void a_stream_that_is_not_read_holds_back_what_is_sent_and_goes_on_later() {
        String large = "x".repeat(40_000);
        List<Connection> conns = new ArrayList<>();
        server = new CometServer(
                new MessageComponent<Connection, Message>() {
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
                },
                CometOptions.DEFAULT);
        MemorySocket stream = stream("/");
        String id = hello(stream);
        stream.stall();
        post(id, "go");
        Connection conn = conns.get(0);
        assertThat(conn.isWritable()).isFalse();
        List<String> woken = new ArrayList<>();
        conn.onWritable(() -> woken.add("writable"));
        stream.isOpen();
        assertThat(woken).isEmpty();
        stream.resume();
        String all = stream.readText();
        for (int i = 0; i < 10; i++) {
            all += stream.readText();
        }
        assertThat(all.split("data: " + large, -1)).hasSize(7);
        assertThat(conn.isWritable()).isTrue();
        assertThat(woken).containsExactly("writable");
    }

    @Test
    void the_request_that_opened_it_is_known_but_no_socket() {
        List<Connection> conns = new ArrayList<>();
        server = new CometServer(new MessageComponent<Connection, Message>() {
            @Override
            public void onOpen(Connection conn) {
                conns.add(conn);
            }

            @Override
            public void onMessage(Connection from, Message message) {}
        });
        hello(stream("/?room=7"));
        Connection conn = conns.get(0);
        assertThat(HttpRequest.of(conn).queryParameter("room")).hasValue("7");
        assertThat(PipelineContext.find(conn)).isEmpty();
        assertThat(DropStats.of(conn).messages()).isZero();
        assertThat(conn.remoteAddress()).isNotNull();
        assertThat(conn.localAddress()).isNotNull();
        assertThat(conn.toString()).doesNotContain("room");
    }

    @Test
    void a_message_that_came_before_the_client_left_is_still_delivered_late() {
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
    void another_user_or_another_route_cannot_have_it() {
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
    void it_works_behind_cors_and_an_origin_check() {
        Cors cors = new Cors(
                CorsRules.of(Origins.of("https://example.com")),
                new OriginFilter(Origins.of("https://example.com"), server));
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
    void it_is_led_to_by_routes_of_three_methods() {
        Router router = new Router().route("GET", "/chat", server).route("POST", "/chat", server);
        String id = json(peer(router).get("/chat")).get("id").getAsString();
        assertThat(peer(router).send("POST", "/chat?id=" + id, "hi").status()).isEqualTo(204);
    }

    @Test
    void servers_that_share_their_connections_know_each_others() {
        CometServer next = new CometServer(new Recorder(), CometOptions.DEFAULT, server.sessions());
        String id = id(peer());
        assertThat(peer(next).send("POST", "/?id=" + id, "hi").status()).isEqualTo(204);
        assertThat(app.log()).containsExactly("open", "message hi");
    }

    @Test
    void options_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> CometOptions.DEFAULT.grace(Duration.ZERO))
                .hasMessage("grace: PT0S (expected: above zero)");
        assertThatThrownBy(() -> CometOptions.DEFAULT.connections(0)).hasMessage("connections: 0 (expected: >= 1)");
        assertThatThrownBy(() -> CometOptions.DEFAULT.replay(-1)).hasMessage("replay: -1 (expected: >= 0)");
    }

    @Test
    void a_client_that_polls_and_never_says_that_it_has_anything_is_not_kept_everything_for() {
        server = new CometServer(
                app, CometOptions.DEFAULT.replay(500).outbound(new OutboundLimit(1000, OverflowPolicy.CLOSE)));
        HttpPeer poll = peer();
        String id = id(poll);
        int polls = 0;
        int status = 200;
        while (status == 200 && polls < 20) {
            post(id, "echo " + "x".repeat(300));
            settle(poll);
            status = poll.get("/?id=" + id + "&after=0").status();
            polls++;
        }

        assertThat(status).isEqualTo(404);
        assertThat(polls).isEqualTo(5);
    }
}
