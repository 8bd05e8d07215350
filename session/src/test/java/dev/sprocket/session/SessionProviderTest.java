package dev.sprocket.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.http.Cookies;
import dev.sprocket.http.HttpServer;
import dev.sprocket.session.php.PhpCodec;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.session.token.SessionToken;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.time.Instant;
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

    /** Sends the user name to each client and records ended sessions. */
    private static final class Visitors implements MessageComponent<WsConnection, Message> {
        final List<Session> opened = new ArrayList<>();
        final List<Connection> connections = new ArrayList<>();
        final List<String> ended = new ArrayList<>();

        @Override
        public void onOpen(WsConnection conn) {
            opened.add(Session.of(conn));
            connections.add(conn);
            conn.send(Session.of(conn).text("user").orElse("nobody"));
        }

        @Override
        public void onMessage(WsConnection from, Message message) {
            from.send(User.find(from).map(User::id).orElse("no user"));
        }

        @Override
        public void onClose(WsConnection conn) {
            ended.add(Session.of(conn).toString());
        }
    }

    private static Sessions sessions(SessionStore store) {
        return Sessions.of(request -> Cookies.of(request).value("SID"), store, new PairsCodec());
    }

    private MemorySocket socket(Sessions sessions) {
        return MemorySocket.to(new HttpServer(new SessionProvider(sessions, new WsServer(app))));
    }

    private WsPeer visit(Sessions sessions, String cookie) {
        return WsPeer.on(socket(sessions), "/", "Cookie: " + cookie);
    }

    private static String response(MemorySocket socket, String... headers) {
        socket.write(WsPeer.handshake("/", headers));
        return socket.readText();
    }

    @Test
    void component_reads_session_of_cookie() {
        String id = store.create(PairsCodec.of("user=ann"));
        WsPeer ann = visit(sessions(store).user("user"), "a=b; SID=" + id);
        assertThat(ann.send("who am I").texts()).containsExactly("ann", "ann");
        assertThat(app.opened.get(0).attributes()).containsEntry("user", "ann");
        assertThat(app.opened.get(0).isEmpty()).isFalse();
        ann.socket().close();
    }

    @Test
    void session_is_empty_without_known_cookie() {
        Sessions sessions = sessions(store).user("user");
        WsPeer none = WsPeer.on(socket(sessions), "/");
        WsPeer guessed = visit(sessions, "SID=0123456789abcdef0123456789abcdef");
        WsPeer huge = visit(sessions, "SID=" + "x".repeat(7000));
        for (WsPeer peer : List.of(none, guessed, huge)) {
            assertThat(peer.send("who am I").texts()).containsExactly("nobody", "no user");
            peer.socket().close();
        }
        assertThat(app.opened).allMatch(Session::isEmpty);
        assertThat(sessions.unknown()).isEqualTo(2);
        assertThat(store.size()).as("no session is created for a client's id").isZero();
    }

    @Test
    void symfony_attributes_are_found_nested_and_at_top_level() {
        String vector =
                "_sf2_attributes|a:2:{s:5:\"hello\";s:5:\"world\";s:4:\"last\";i:1332872102;}_sf2_flashes|a:0:{}";
        String id = store.create(vector.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Sessions symfony = Sessions.of(SessionToken.cookie("SID"), store, PhpCodec.PHP);
        WsPeer peer = visit(symfony, "SID=" + id);
        Session session = app.opened.get(0);
        assertThat(session.text("hello")).contains("world");
        assertThat(session.get("last")).contains(1332872102L);
        assertThat(session.get("_sf2_flashes")).contains(List.of());
        assertThat(session.text("_sf2_attributes", "hello")).contains("world");
        peer.socket().close();
    }

    @Test
    void malformed_session_is_empty_and_counted() {
        Sessions sessions = sessions(store);
        WsPeer peer = visit(sessions, "SID=" + store.create(PairsCodec.of("junk")));
        assertThat(peer.texts()).containsExactly("nobody");
        assertThat(peer.socket().isOpen()).isTrue();
        assertThat(sessions.malformed()).isEqualTo(1);
        peer.socket().close();
    }

    @Test
    void required_session_rejects_others_with_401() {
        Sessions sessions = sessions(store).required();
        MemorySocket rejected = socket(sessions);
        assertThat(response(rejected)).startsWith("HTTP/1.1 401 ").contains("WWW-Authenticate: Cookie");
        MemorySocket unknown = socket(sessions);
        assertThat(response(unknown, "Cookie: SID=feedfacefeedface"))
                .startsWith("HTTP/1.1 401 ")
                .doesNotContain("feedface");
        assertThat(app.opened).isEmpty();
        WsPeer known = visit(sessions, "SID=" + store.create(PairsCodec.of("user=ann")));
        assertThat(known.texts()).containsExactly("ann");
        known.socket().close();
        rejected.close();
        unknown.close();
    }

    @Test
    void required_user_rejects_session_without_user() {
        MemorySocket rejected = socket(sessions(store).user("user").required());
        assertThat(response(rejected, "Cookie: SID=" + store.create(PairsCodec.of("basket=3"))))
                .startsWith("HTTP/1.1 401 ");
        rejected.close();
    }

    /** Store that responds when the test completes its future. */
    private static final class SlowStore implements SessionStore {
        final CompletableFuture<Optional<byte[]>> response = new CompletableFuture<>();

        @Override
        public CompletionStage<Optional<byte[]>> load(String id) {
            return response;
        }
    }

    @Test
    void handshake_waits_for_store_without_losing_messages() {
        SlowStore slow = new SlowStore();
        MemorySocket socket = socket(sessions(slow).user("user"));
        socket.write(WsPeer.handshake("/", "Cookie: SID=1"));
        byte[] frame = WsPeer.frame(true, 1, "early".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        socket.write(frame);
        assertThat(socket.readText()).isEmpty();
        slow.response.complete(Optional.of(PairsCodec.of("user=ann")));
        socket.advance(Duration.ZERO);
        assertThat(socket.readText())
                .startsWith("HTTP/1.1 101 ")
                .contains("ann")
                .endsWith("ann");
        socket.close();
    }

    @Test
    void slow_store_rejects_request_with_503() {
        MemorySocket socket = socket(sessions(new SlowStore()).storeTimeout(Duration.ofSeconds(2)));
        socket.write(WsPeer.handshake("/", "Cookie: SID=1"));
        socket.advance(Duration.ofSeconds(1));
        assertThat(socket.readText()).isEmpty();
        socket.advance(Duration.ofSeconds(2));
        assertThat(socket.readText()).startsWith("HTTP/1.1 503 ");
        socket.close();
    }

    @Test
    void failing_store_rejects_request_with_503() {
        SessionStore throwing = id -> {
            throw new IllegalStateException("no connection");
        };
        SessionStore failing = id -> CompletableFuture.failedStage(new java.io.IOException("no connection"));
        for (SessionStore broken : List.of(throwing, failing)) {
            Sessions sessions = sessions(broken);
            MemorySocket socket = socket(sessions);
            assertThat(response(socket, "Cookie: SID=1")).startsWith("HTTP/1.1 503 ");
            assertThat(sessions.storeFailures()).isEqualTo(1);
            socket.close();
        }
    }

    @Test
    void logout_closes_connections_of_that_session_with_4401() {
        Sessions sessions = sessions(store);
        String annsId = store.create(PairsCodec.of("user=ann"));
        WsPeer first = visit(sessions, "SID=" + annsId);
        WsPeer second = visit(sessions, "SID=" + annsId);
        WsPeer bob = visit(sessions, "SID=" + store.create(PairsCodec.of("user=bob")));
        store.end(annsId);
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
    void copy_counts_and_watches_its_own_connections() {
        String id = store.create(PairsCodec.of("user=ann"));
        Sessions original = sessions(store).user("user");
        WsPeer first = visit(original, "SID=" + id);

        Sessions copy = original.required();
        assertThat(copy.found()).isZero();
        WsPeer second = visit(copy, "SID=" + id);

        assertThat(original.found()).isEqualTo(1);
        assertThat(copy.found()).isEqualTo(1);
        assertThat(original.watcher().size()).isEqualTo(1);
        assertThat(copy.watcher().size()).isEqualTo(1);
        first.socket().close();
        assertThat(original.watcher().size()).isZero();
        assertThat(copy.watcher().size()).isEqualTo(1);
        second.socket().close();
    }

    @Test
    void store_without_notifications_is_polled() {
        List<Optional<byte[]>> responses = new ArrayList<>(
                List.of(Optional.of(PairsCodec.of("user=ann")), Optional.of(PairsCodec.of("user=ann", "n=1"))));
        List<String> loads = new ArrayList<>();
        SessionStore polled = id -> {
            loads.add(id);
            return CompletableFuture.completedStage(responses.isEmpty() ? Optional.empty() : responses.remove(0));
        };
        Sessions sessions = sessions(polled).user("user").watchInterval(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=1");
        assertThat(loads).hasSize(1);
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(loads).hasSize(2);
        assertThat(app.opened.get(0).text("n")).as("attributes are updated").contains("1");
        assertThat(ann.closeCode()).isEmpty();
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(ann.closeCode()).hasValue(4401);
        ann.socket().close();
    }

    @Test
    void changed_user_ends_session() {
        String id = store.create(PairsCodec.of("user=ann"));
        Sessions sessions = sessions(store).user("user").writable().watchInterval(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=" + id);
        store.update(id, stored -> PairsCodec.of("user=bob"))
                .toCompletableFuture()
                .join();
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(ann.closeCode()).hasValue(4401);
        ann.socket().close();
    }

    @Test
    void changed_roles_reach_open_connections() {
        String id = store.create(PairsCodec.of("user=ann", "role=editor"));
        Sessions sessions = sessions(store)
                .user(session -> session.text("user")
                        .map(User::named)
                        .map(user -> user.roles(session.text("role").stream().toList())))
                .watchInterval(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=" + id);
        List<String> changes = new ArrayList<>();
        Authentication.find(app.connections.get(0)).orElseThrow().listen(new Authentication.Listener() {
            @Override
            public boolean onExpiring(Authentication expiring, Instant end) {
                return true;
            }

            @Override
            public void onChanged(User before, User now) {
                changes.add(before + " " + now);
            }
        });
        store.update(id, stored -> PairsCodec.of("user=ann", "role=reader"))
                .toCompletableFuture()
                .join();
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(ann.closeCode()).isEmpty();
        assertThat(User.of(app.connections.get(0)).roles()).containsExactly("reader");
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(changes).containsExactly("ann [editor] ann [reader]");
        ann.socket().close();
    }

    @Test
    void failed_poll_keeps_connections_open() {
        List<CompletionStage<Optional<byte[]>>> responses =
                new ArrayList<>(List.of(CompletableFuture.completedStage(Optional.of(PairsCodec.of("user=ann")))));
        SessionStore flaky = id -> responses.isEmpty()
                ? CompletableFuture.failedStage(new java.io.IOException("down"))
                : responses.remove(0);
        Sessions sessions = sessions(flaky).watchInterval(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=1");
        for (int i = 0; i < 2; i++) {
            ann.socket().advance(Duration.ofSeconds(11));
        }
        assertThat(ann.closeCode()).isEmpty();
        assertThat(sessions.storeFailures()).isGreaterThan(1);
        ann.socket().close();
    }

    @Test
    void failing_user_function_ends_session() {
        String id = store.create(PairsCodec.of("user=ann"));
        Sessions sessions = sessions(store)
                .user(session -> Optional.of(User.named(session.text("user").orElseThrow())))
                .watchInterval(Duration.ofSeconds(10));
        WsPeer ann = visit(sessions, "SID=" + id);
        store.update(id, stored -> PairsCodec.of("basket=3"))
                .toCompletableFuture()
                .join();
        ann.socket().advance(Duration.ofSeconds(11));
        assertThat(ann.closeCode()).hasValue(4401);
        ann.socket().close();
    }

    @Test
    void listener_receives_session_as_before_its_end() {
        List<String> notified = new ArrayList<>();
        String id = store.create(PairsCodec.of("user=ann"));
        Sessions sessions = sessions(store)
                .listener((conn, session) -> notified.add(session.text("user").orElse("gone")));
        WsPeer ann = visit(sessions, "SID=" + id);
        store.end(id);
        ann.socket().advance(Duration.ZERO);
        assertThat(notified).containsExactly("ann");
        ann.socket().close();
    }

    @Test
    void refresh_reads_changes_of_site() {
        String id = store.create(PairsCodec.of("user=ann"));
        WsPeer ann = visit(sessions(store), "SID=" + id);
        Session session = app.opened.get(0);
        store.update(id, stored -> PairsCodec.of("user=ann", "basket=3"))
                .toCompletableFuture()
                .join();
        assertThat(session.text("basket")).isEmpty();
        assertThat(session.refresh()).isCompletedWithValue(session);
        assertThat(session.text("basket")).contains("3");
        ann.socket().close();
    }

    @Test
    void change_updates_store_and_session() {
        String id = store.create(PairsCodec.of("user=ann"));
        WsPeer ann = visit(sessions(store).writable(), "SID=" + id);
        Session session = app.opened.get(0);
        assertThat(session.change(attributes -> attributes.put("seen", "yes"))).isCompletedWithValue(true);
        assertThat(session.text("seen")).contains("yes");
        assertThat(store.load(id).toCompletableFuture().join()).contains(PairsCodec.of("user=ann", "seen=yes"));
        store.end(id);
        assertThat(session.change(attributes -> attributes.put("seen", "no"))).isCompletedWithValue(false);
        assertThat(store.size()).as("session is not recreated").isZero();
        ann.socket().close();
    }

    @Test
    void sessions_are_read_only_by_default() {
        WsPeer ann = visit(sessions(store), "SID=" + store.create(PairsCodec.of("user=ann")));
        assertThatThrownBy(() -> app.opened.get(0).change(attributes -> attributes.clear()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("writable");
        assertThatThrownBy(() -> sessions(new SlowStore()).writable())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sessions: SlowStore is read-only (expected: a writable store and a writable codec)");
        ann.socket().close();
    }

    @Test
    void to_string_contains_neither_id_nor_values() {
        String id = store.create(PairsCodec.of("user=ann"));
        WsPeer ann = visit(sessions(store), "SID=" + id);
        assertThat(app.opened.get(0).toString())
                .matches("session [0-9a-f]{8}")
                .doesNotContain(id.substring(0, 8))
                .doesNotContain("ann");
        ann.socket().close();
    }

    @Test
    void missing_layer_is_named_in_error() {
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
    void memory_store_expires_and_evicts_sessions() {
        long[] now = {Long.MAX_VALUE - 1};
        MemoryStore small = new MemoryStore(Duration.ofMinutes(10), 2, () -> now[0]);
        List<String> ended = new ArrayList<>();
        var unused = small.watch(ended::add);
        String a = small.create(PairsCodec.of("user=a"));
        String b = small.create(PairsCodec.of("user=b"));
        small.update(a, stored -> stored).toCompletableFuture().join();
        String c = small.create(PairsCodec.of("user=c"));
        assertThat(ended).containsExactly(b);
        assertThat(small.evicted()).isEqualTo(1);
        now[0] += Duration.ofMinutes(10).toNanos();
        assertThat(small.load(a).toCompletableFuture().join()).isEmpty();
        assertThat(ended).containsExactly(b, a, c);
        assertThat(a).matches("[0-9a-f]{32}").isNotEqualTo(c);
    }
}
