package dev.sprocket.session.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.auth.RenewalEndpoint;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.LogLines;
import dev.sprocket.session.Session;
import dev.sprocket.session.SessionProvider;
import dev.sprocket.session.Sessions;
import dev.sprocket.session.json.JsonCodec;
import dev.sprocket.session.token.CookieStore;
import dev.sprocket.testkit.MemorySocket;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.KeepAlive;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** User of a JWT: roles, claims, end, and renewal. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class JwtIdentityTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String ID = "0123456789abcdef";

    private final AtomicReference<WsConnection> opened = new AtomicReference<>();
    private final Sessions sessions = Sessions.of(
                    JwtToken.secret(SECRET).fromSubprotocol("bearer.").fromHeader(), new CookieStore(), new JsonCodec())
            .user(session -> session.text("sub").map(User::named))
            .required();
    private final HttpServer stack = new HttpServer(new Router()
            .route("GET", "/", new SessionProvider(sessions, new WsServer(new App()).keepAlive(KeepAlive.OFF)))
            .route("POST", "/renew/{connection}", new RenewalEndpoint()));

    /** Keeps its connection. */
    private final class App implements MessageComponent<WsConnection, Message>, WsServer.Subprotocols {
        @Override
        public List<String> subprotocols() {
            return List.of("chat");
        }

        @Override
        public void onOpen(WsConnection conn) {
            opened.set(conn);
        }

        @Override
        public void onMessage(WsConnection from, Message message) {}
    }

    private static String jwt(String subject, long seconds, Map<String, Object> more) throws Exception {
        JWTClaimsSet.Builder claims =
                new JWTClaimsSet.Builder().subject(subject).expirationTime(Date.from(end(seconds)));
        more.forEach(claims::claim);
        SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
        jwt.sign(new MACSigner(SECRET));
        return jwt.serialize();
    }

    private static Instant end(long seconds) {
        return Instant.ofEpochSecond(Instant.now().getEpochSecond() + seconds);
    }

    private WsPeer connect(String token) {
        return WsPeer.on(
                MemorySocket.to(stack), "/?connection-id=" + ID, "Sec-WebSocket-Protocol: chat, bearer." + token);
    }

    private int renew(String token) {
        MemorySocket socket = MemorySocket.to(stack);
        socket.write("POST /renew/" + ID + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nAuthorization: Bearer " + token
                + "\r\n\r\n");
        int status = Integer.parseInt(socket.readText().substring(9, 12));
        socket.close();
        return status;
    }

    @Test
    void claims_and_end_belong_to_the_user() throws Exception {
        WsPeer peer = connect(jwt("ann", 1000, Map.of("topics", Map.of("news.*", List.of("subscribe")))));

        User user = User.of(opened.get());
        assertThat(user.id()).isEqualTo("ann");
        assertThat(user.claims()).containsEntry("topics", Map.of("news.*", List.of("subscribe")));
        assertThat(user.expires().orElseThrow())
                .as("the end includes the leeway")
                .isBetween(end(1000), end(1000).plus(JwtToken.DEFAULT_LEEWAY));
        peer.socket().close();
    }

    @Test
    void connection_closes_with_4401_at_the_end() throws Exception {
        WsPeer peer = connect(jwt("ann", 1000, Map.of()));

        peer.socket().advance(Duration.ofSeconds(1000));
        assertThat(peer.closeCode()).isEmpty();
        peer.socket().advance(Duration.ofSeconds(31));
        assertThat(peer.closeCode()).hasValue(4401);
        peer.socket().close();
    }

    @Test
    void renewal_moves_the_end_and_replaces_the_session() throws Exception {
        WsPeer peer = connect(jwt("ann", 1000, Map.of("n", 1)));
        String newer = jwt("ann", 2000, Map.of("n", 2));

        try (LogLines log = LogLines.record(PeerLog::flush)) {
            assertThat(renew(newer)).isEqualTo(200);
            assertThat(log.lines()).noneMatch(line -> line.contains(newer));
        }
        assertThat(Session.of(opened.get()).text("n")).contains("2");
        for (int i = 0; i < 60; i++) {
            peer.socket().advance(Duration.ofSeconds(31));
        }
        assertThat(peer.closeCode()).as("after 1860 s").isEmpty();
        peer.socket().advance(Duration.ofSeconds(171));
        assertThat(peer.closeCode()).hasValue(4401);
        peer.socket().close();
    }

    @Test
    void renewal_refuses_other_subjects_and_expired_tokens() throws Exception {
        WsPeer peer = connect(jwt("ann", 1000, Map.of()));

        assertThat(renew(jwt("bob", 2000, Map.of()))).isEqualTo(403);
        assertThat(renew(jwt("ann", -100, Map.of()))).isEqualTo(401);
        peer.socket().advance(Duration.ofSeconds(1031));
        assertThat(peer.closeCode()).hasValue(4401);
        peer.socket().close();
    }
}
