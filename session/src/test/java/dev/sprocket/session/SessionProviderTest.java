package dev.sprocket.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.Cookies;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.User;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SessionProviderTest {
    private final MemoryStore store = new MemoryStore();
    private final Visitors app = new Visitors();

    /** Says who somebody is when asked, and what was heard of ends. */
    private static final class Visitors implements MessageComponent<WsConnection, Message> {
        final List<Session> opened = new ArrayList<>();
        final List<String> ended = new ArrayList<>();

        @Override
        public void onOpen(WsConnection conn) {
            opened.add(Session.of(conn));
            conn.send(Session.of(conn).text("user").orElse("nobody"));
        }

        @Override
        public void onMessage(WsConnection from, Message message) {
            from.send(User.find(from).map(User::name).orElse("no user"));
        }

        @Override
        public void onClose(WsConnection conn) {
            ended.add(Session.of(conn).toString());
        }
    }

    private static Sessions sessions(SessionStore store) {
        return Sessions.of(request -> Cookies.of(request).value("SID"), store, new Pairs());
    }

    private MemorySocket socket(Sessions sessions) {
        return MemorySocket.to(new HttpServer(new SessionProvider(sessions, new WsServer(app))));
    }

    private WsPeer visit(Sessions sessions, String cookie) {
        return WsPeer.on(socket(sessions), "/", "Cookie: " + cookie);
    }

    private static String answer(MemorySocket socket, String... headers) {
        socket.write(WsPeer.handshake("/", headers));
        return socket.readText();
    }

    @Test
    void the_session_of_the_cookie_is_known_above() {
        String id = store.create(Pairs.of("user=ann"));
        WsPeer ann = visit(sessions(store).user("user"), "a=b; SID=" + id);
        assertThat(ann.send("who am I").texts()).containsExactly("ann", "ann");
        assertThat(app.opened.get(0).attributes()).containsEntry("user", "ann");
        assertThat(app.opened.get(0).isEmpty()).isFalse();
        ann.socket().close();
    }

    @Test
    void without_a_cookie_or_with_one_that_is_unknown_the_session_is_empty() {
        Sessions sessions = sessions(store).user("user");
        WsPeer none = WsPeer.on(socket(sessions), "/");
        WsPeer guess = visit(sessions, "SID=0123456789abcdef0123456789abcdef");
        WsPeer huge = visit(sessions, "SID=" + "x".repeat(7000));
        for (WsPeer peer : List.of(none, guess, huge)) {
            assertThat(peer.send("who am I").texts()).containsExactly("nobody", "no user");
            peer.socket().close();
        }
        assertThat(app.opened).allMatch(Session::isEmpty);
        assertThat(sessions.unknown()).isEqualTo(2);
        assertThat(store.size())
                .as("nothing is created from what a client says")
                .isZero();
    }

    @Test
    void what_a_symfony_application_put_into_its_session_is_reached_by_name_and_so_is_the_top_level() {
        String vector =
                "_sf2_attributes|a:2:{s:5:\"hello\";s:5:\"world\";s:4:\"last\";i:1332872102;}_sf2_flashes|a:0:{}";
        String id = store.create(vector.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Sessions symfony = Sessions.of(SessionTokens.cookie("SID"), store, PhpCodec.PHP);
        WsPeer peer = visit(symfony, "SID=" + id);
        Session session = app.opened.get(0);
        assertThat(session.text("hello")).contains("world");
        assertThat(session.get("last")).contains(1332872102L);
        assertThat(session.get("_sf2_flashes")).contains(List.of());
        assertThat(session.text("_sf2_attributes", "hello")).contains("world");
        peer.socket().close();
    }

    @Test
    void a_session_that_is_not_well_formed_is_empty_and_counted() {
        Sessions sessions = sessions(store);
        WsPeer peer = visit(sessions, "SID=" + store.create(Pairs.of("junk")));
        assertThat(peer.texts()).containsExactly("nobody");
        assertThat(peer.socket().isOpen()).isTrue();
        assertThat(sessions.malformed()).isEqualTo(1);
        peer.socket().close();
    }

    @Test
    void where_a_session_is_required_others_are_answered_with_401() {
        Sessions sessions = sessions(store).required();
        MemorySocket refused = socket(sessions);
        assertThat(answer(refused)).startsWith("HTTP/1.1 401 ").contains("WWW-Authenticate: Cookie");
        MemorySocket unknown = socket(sessions);
        assertThat(answer(unknown, "Cookie: SID=feedfacefeedface"))
                .startsWith("HTTP/1.1 401 ")
                .doesNotContain("feedface");
        assertThat(app.opened).isEmpty();
        WsPeer known = visit(sessions, "SID=" + store.create(Pairs.of("user=ann")));
        assertThat(known.texts()).containsExactly("ann");
        known.socket().close();
        refused.close();
        unknown.close();
    }

    @Test
    void where_a_user_is_required_a_session_of_nobody_does_not_do() {
        MemorySocket refused = socket(sessions(store).user("user").required());
        assertThat(answer(refused, "Cookie: SID=" + store.create(Pairs.of("basket=3"))))
                .startsWith("HTTP/1.1 401 ");
        refused.close();
    }

    /** A store that answers when it is told to. */
    private static final class SlowStore implements SessionStore {
        final CompletableFuture<Optional<byte[]>> answer = new CompletableFuture<>();

        @Override
        public CompletionStage<Optional<byte[]>> load(String id) {
            return answer;
        }
    }

    @Test
    void the_handshake_waits_for_the_store_and_loses_nothing() {
        SlowStore slow = new SlowStore();
        MemorySocket socket = socket(sessions(slow).user("user"));
        socket.write(WsPeer.handshake("/", "Cookie: SID=1"));
        byte[] frame = WsPeer.frame(true, 1, "early".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        socket.write(frame);
        assertThat(socket.readText()).isEmpty();
        slow.answer.complete(Optional.of(Pairs.of("user=ann")));
        socket.advance(Duration.ZERO);
        assertThat(socket.readText())
                .startsWith("HTTP/1.1 101 ")
                .contains("ann")
                .endsWith("ann");
        socket.close();
    }

    @Test
    void a_store_that_takes_too_long_is_answered_with_503() {
        MemorySocket socket = socket(sessions(new SlowStore()).timeout(Duration.ofSeconds(2)));
        socket.write(WsPeer.handshake("/", "Cookie: SID=1"));
        socket.advance(Duration.ofSeconds(1));
        assertThat(socket.readText()).isEmpty();
        socket.advance(Duration.ofSeconds(2));
        assertThat(socket.readText()).startsWith("HTTP/1.1 503 ");
        socket.close();
    }

    @Test
    void a_store_that_fails_is_answered_with_503_whether_it_throws_or_says_so() {
        SessionStore throwing = id -> {
            throw new IllegalStateException("no connection");
        };
        SessionStore failing = id -> CompletableFuture.failedStage(new java.io.IOException("no connection"));
        for (SessionStore broken : List.of(throwing, failing)) {
            Sessions sessions = sessions(broken);
            MemorySocket socket = socket(sessions);
            assertThat(answer(socket, "Cookie: SID=1")).startsWith("HTTP/1.1 503 ");
            assertThat(sessions.storeFailures()).isEqualTo(1);
            socket.close();
        }
    }

    @Test
    void who_logs_out_is_disconnected_with_4401_and_nobody_else_is() {
        Sessions sessions = sessions(store);
        String anns = store.create(Pairs.of("user=ann"));
        WsPeer first = visit(sessions, "SID=" + anns);
        WsPeer second = visit(sessions, "SID=" + anns);
        WsPeer bob = visit(sessions, "SID=" + store.create(Pairs.of("user=bob")));
        store.end(anns);
        first.socket().advance(Duration.ZERO);
        second.socket().advance(Duration.ZERO);
        assertThat(first.closeCode()).hasValue(4401);
        assertThat(second.closeCode()).hasValue(4401);
        assertThat(bob.closeCode()).isEmpty();
        assertThat(sessions.closedConnections()).isEqualTo(2);
        first.socket().close();
        second.socket().close();
        bob.socket().close();
        assertThat(sessions.watcher().size()).isZero();
    }

    @Test
    void a_store_that_tells_nothing_is_asked_again() {
        List<Optional<byte[]>> answers =
                new ArrayList<>(List.of(Optional.of(Pairs.of("user=ann")), Optional.of(Pairs.of("user=ann", "n=1"))));
        List<String> asked = new ArrayList<>();
        SessionStore silent = id -> {
            asked.add(id);
            return CompletableFuture.completedStage(answers.isEmpty() ? Optional.empty() : answers.remove(0));
        };
        Sessions sessions = sessions(silent).user("user").watch(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=1");
        assertThat(asked).hasSize(1);
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(asked).hasSize(2);
        assertThat(app.opened.get(0).text("n")).as("what is read is known").contains("1");
        assertThat(ann.closeCode()).isEmpty();
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(ann.closeCode()).hasValue(4401);
        ann.socket().close();
    }

    @Test
    void another_user_in_the_same_session_is_an_end() {
        String id = store.create(Pairs.of("user=ann"));
        Sessions sessions = sessions(store).user("user").writable().watch(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=" + id);
        store.update(id, stored -> Pairs.of("user=bob"));
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(ann.closeCode()).hasValue(4401);
        ann.socket().close();
    }

    @Test
    void a_store_that_fails_later_ends_nobody() {
        List<CompletionStage<Optional<byte[]>>> answers =
                new ArrayList<>(List.of(CompletableFuture.completedStage(Optional.of(Pairs.of("user=ann")))));
        SessionStore flaky = id ->
                answers.isEmpty() ? CompletableFuture.failedStage(new java.io.IOException("down")) : answers.remove(0);
        Sessions sessions = sessions(flaky).watch(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=1");
        for (int i = 0; i < 2; i++) {
            ann.socket().advance(Duration.ofSeconds(11));
        }
        assertThat(ann.closeCode()).isEmpty();
        assertThat(sessions.storeFailures()).isGreaterThan(1);
        ann.socket().close();
    }

    @Test
    void a_session_that_names_no_user_any_more_is_an_end_also_where_that_cannot_be_asked_without_failing() {
        String id = store.create(Pairs.of("user=ann"));
        Sessions sessions = sessions(store)
                .user(session -> Optional.of(User.named(session.text("user").orElseThrow())))
                .watch(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=" + id);
        store.update(id, stored -> Pairs.of("basket=3"));
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(ann.closeCode()).hasValue(4401);
        ann.socket().close();
    }

    @Test
    void a_listener_hears_of_the_end_and_sees_the_session_as_it_was() {
        List<String> heard = new ArrayList<>();
        String id = store.create(Pairs.of("user=ann"));
        Sessions sessions = sessions(store)
                .listener((conn, session) -> heard.add(session.text("user").orElse("gone")));
        WsPeer ann = visit(sessions, "SID=" + id);
        store.end(id);
        ann.socket().advance(Duration.ZERO);
        assertThat(heard).containsExactly("ann");
        ann.socket().close();
    }

    @Test
    void refresh_reads_what_the_site_has_written() {
        String id = store.create(Pairs.of("user=ann"));
        WsPeer ann = visit(sessions(store), "SID=" + id);
        Session session = app.opened.get(0);
        store.update(id, stored -> Pairs.of("user=ann", "basket=3"));
        assertThat(session.text("basket")).isEmpty();
        assertThat(session.refresh()).isCompletedWithValue(session);
        assertThat(session.text("basket")).contains("3");
        ann.socket().close();
    }

    @Test
    void a_session_is_changed_where_that_was_allowed() {
        String id = store.create(Pairs.of("user=ann"));
        WsPeer ann = visit(sessions(store).writable(), "SID=" + id);
        Session session = app.opened.get(0);
        assertThat(session.change(attributes -> attributes.put("seen", "yes"))).isCompletedWithValue(true);
        assertThat(session.text("seen")).contains("yes");
        assertThat(store.load(id).toCompletableFuture().join()).contains(Pairs.of("user=ann", "seen=yes"));
        store.end(id);
        assertThat(session.change(attributes -> attributes.put("seen", "no"))).isCompletedWithValue(false);
        assertThat(store.size()).as("none comes back").isZero();
        ann.socket().close();
    }

    @Test
    void sessions_are_read_only_unless_said_otherwise() {
        WsPeer ann = visit(sessions(store), "SID=" + store.create(Pairs.of("user=ann")));
        assertThatThrownBy(() -> app.opened.get(0).change(attributes -> attributes.clear()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("writable");
        assertThatThrownBy(() -> sessions(new SlowStore()).writable())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sessions: SlowStore only reads (expected: a store and a codec that write)");
        ann.socket().close();
    }

    @Test
    void what_is_shown_of_a_session_is_neither_its_id_nor_its_values() {
        String id = store.create(Pairs.of("user=ann"));
        WsPeer ann = visit(sessions(store), "SID=" + id);
        assertThat(app.opened.get(0).toString())
                .matches("session [0-9a-f]{8}")
                .doesNotContain(id.substring(0, 8))
                .doesNotContain("ann");
        ann.socket().close();
    }

    @Test
    void without_the_layer_its_name_is_in_the_message() {
        MessageComponent<Connection, Message> app = new MessageComponent<>() {
            @Override
            public void onMessage(Connection from, Message message) {
                assertThatThrownBy(() -> Session.of(from))
                        .hasMessage("no session (is SessionProvider below this component?)");
                from.send("asked");
            }
        };
        MemorySocket socket = MemorySocket.to(app);
        socket.write("x");
        assertThat(socket.readText()).isEqualTo("asked");
        socket.close();
    }

    @Test
    void sessions_in_memory_expire_and_the_oldest_makes_room() {
        long[] now = {Long.MAX_VALUE - 1};
        MemoryStore small = new MemoryStore(Duration.ofMinutes(10), 2, () -> now[0]);
        List<String> ended = new ArrayList<>();
        small.watch(ended::add);
        String a = small.create(Pairs.of("user=a"));
        String b = small.create(Pairs.of("user=b"));
        small.update(a, stored -> stored);
        String c = small.create(Pairs.of("user=c"));
        assertThat(ended).containsExactly(b);
        assertThat(small.evicted()).isEqualTo(1);
        now[0] += Duration.ofMinutes(10).toNanos();
        assertThat(small.load(a).toCompletableFuture().join()).isEmpty();
        assertThat(ended).containsExactly(b, a, c);
        assertThat(a).matches("[0-9a-f]{32}").isNotEqualTo(c);
    }
}
