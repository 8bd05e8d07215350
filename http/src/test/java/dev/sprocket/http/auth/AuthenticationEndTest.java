package dev.sprocket.http.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.auth.Proof;
import dev.sprocket.core.internal.auth.Renewal;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.internal.auth.RenewableConnections;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.LogLines;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** End and renewal of the authentication of a connection. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AuthenticationEndTest {
    private static final String ID = "0123456789abcdef";
    /** Time that a test may take on the real clock, in seconds. */
    private static final int SLACK = 20;

    @RegisterExtension
    final Wire stream = new Wire();

    @RegisterExtension
    final Wire other = new Wire();

    private HttpServer stack;
    private final LogLines log = LogLines.record(PeerLog::flush);

    private final Map<String, User> tokens = new ConcurrentHashMap<>();
    private final List<String> seen = new ArrayList<>();

    private static User until(String name, long seconds) {
        return User.named(name).expires(Instant.now().plusSeconds(seconds));
    }

    @BeforeEach
    void serve() {
        tokens.put("t1", until("ann", 1000));
        tokens.put("t2", until("ann", 2000).roles("editor"));
        tokens.put("t3", until("bob", 2000));
        tokens.put("old", until("ann", -1));
        var endless = new MessageComponent<HttpConnection, Message>() {
            @Override
            public void onOpen(HttpConnection conn) {
                conn.stream(HttpResponse.text(""));
                Authentication.find(conn).orElseThrow().listen(new Authentication.Listener() {
                    @Override
                    public boolean onExpiring(Authentication expiring, Instant end) {
                        seen.add("expiring");
                        return true;
                    }

                    @Override
                    public void onChanged(User before, User now) {
                        seen.add(now.toString());
                    }
                });
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {}
        };
        stack = new HttpServer(new Router()
                .route(
                        "GET",
                        "/stream",
                        Authenticator.bearer(
                                "site",
                                token -> CompletableFuture.completedStage(Optional.ofNullable(tokens.get(token))),
                                endless))
                .route("POST", "/renew/{connection}", new RenewalEndpoint()));
        IoServer.attach(stream.channel(), stack);
        IoServer.attach(other.channel(), stack);
    }

    @AfterEach
    void stopLog() {
        log.close();
    }

    @CanIgnoreReturnValue
    private RawResponse open(String token, String query) {
        stream.send("GET /stream" + query + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n\r\n");
        return RawResponse.of(stream.received());
    }

    private int renew(String id, String token) {
        other.send("POST /renew/" + id + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nAuthorization: Bearer " + token
                + "\r\n\r\n");
        return RawResponse.of(other.received()).status();
    }

    @Test
    void closes_after_a_notice_of_30_seconds() {
        assertThat(open("t1", "").status()).isEqualTo(200);

        stream.advance((1000 - 30 - SLACK) * 1000);
        assertThat(seen).isEmpty();
        stream.advance(SLACK * 1000 + 1000);
        assertThat(seen).containsExactly("expiring");
        assertThat(stream.isOpen()).isTrue();
        stream.advance(30_000);
        assertThat(seen).containsExactly("expiring");
        assertThat(stream.isOpen()).isFalse();
        assertThat(log.lines())
                .anySatisfy(line -> assertThat(line).contains("authentication expired, connection closed", "user=ann"));
    }

    @Test
    void rejects_an_expired_user() {
        assertThat(open("old", "").status()).isEqualTo(401);
    }

    @Test
    void renews_by_the_id_that_the_response_names() {
        String id = open("t1", "").header("sprocket-connection-id");

        assertThat(renew(id, "t2")).isEqualTo(200);
        stream.advance(1_001_000);
        assertThat(stream.isOpen()).isTrue();
        assertThat(seen).containsExactly("ann [editor]");
        stream.advance(980_000).advance(20_000);
        assertThat(stream.isOpen()).isFalse();
        assertThat(seen).containsExactly("ann [editor]", "expiring");
        assertThat(log.lines()).noneMatch(line -> line.contains("t2"));
    }

    @Test
    void renews_by_an_id_that_the_client_chose() {
        assertThat(open("t1", "?connection-id=" + ID).header("sprocket-connection-id"))
                .isEqualTo(ID);
        assertThat(renew(ID, "t2")).isEqualTo(200);
    }

    @Test
    void ignores_chosen_ids_that_are_too_short() {
        assertThat(open("t1", "?connection-id=1").header("sprocket-connection-id"))
                .hasSize(22);
        assertThat(renew("1", "t2")).isEqualTo(404);
    }

    @Test
    void limits_connections_with_one_chosen_id() {
        List<Wire> wires = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Wire wire = new Wire();
            wires.add(wire);
            IoServer.attach(wire.channel(), stack);
            wire.send("GET /stream?connection-id=" + ID + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer t1\r\n\r\n");
            ids.add(RawResponse.of(wire.received()).header("sprocket-connection-id"));
        }
        assertThat(ids).filteredOn(ID::equals).hasSize(8);
        wires.forEach(Wire::close);
    }

    @Test
    void renewal_rejects_other_users_and_invalid_tokens() {
        open("t1", "?connection-id=" + ID);

        assertThat(renew(ID, "t3")).isEqualTo(403);
        assertThat(seen).isEmpty();
        stream.advance(1_001_000);
        assertThat(stream.isOpen()).isFalse();
    }

    @Test
    void renewal_needs_a_valid_token() {
        open("t1", "?connection-id=" + ID);

        assertThat(renew(ID, "t9")).isEqualTo(401);
    }

    @Test
    void forgets_the_id_of_a_closed_connection() {
        open("t1", "?connection-id=" + ID);
        stream.close();

        assertThat(renew(ID, "t2")).isEqualTo(404);
    }

    @Test
    void one_renewal_at_a_time() {
        var pending = new CompletableFuture<Optional<Proof>>();
        open("t1", "?connection-id=" + ID);
        Authentication authentication = RenewableConnections.find(ID).get(0);
        var first = authentication.renew(() -> pending);

        assertThat(renew(ID, "t2")).isEqualTo(409);
        pending.complete(Optional.empty());
        assertThat(first).isCompletedWithValue(Renewal.INVALID);
    }
}
