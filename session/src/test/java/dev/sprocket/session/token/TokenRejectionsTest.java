package dev.sprocket.session.token;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.route.Router;
import dev.sprocket.session.Session;
import dev.sprocket.session.SessionProvider;
import dev.sprocket.session.Sessions;
import dev.sprocket.session.php.PhpCodec;
import dev.sprocket.session.spi.SessionStore;
import dev.sprocket.testkit.HttpPeer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Log lines about rejected session cookies. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TokenRejectionsTest {
    private static final String SECRET = "0123456789abcdef".repeat(4);

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.sprocket.session");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        PeerLog.flush();
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void end() {
        logger.detachAppender(log);
        logger.setLevel(null);
    }

    private List<String> lines() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static HttpRequest request(String cookies) {
        AtomicReference<HttpRequest> received = new AtomicReference<>();
        HttpPeer.to(new Router().get("/", request -> {
                    received.set(request);
                    return HttpResponse.text("");
                }))
                .get("/", "Cookie: " + cookies);
        return received.get();
    }

    private static SessionToken token(String kind) {
        return switch (kind) {
            case "express" -> SessionToken.express("sid", "secret");
            case "cookie-session" -> SessionToken.cookieSession("sid", "secret");
            case "rails" -> SessionToken.railsEncrypted("sid", SECRET);
            case "rails-signed" -> SessionToken.railsSigned("sid", SECRET);
            default -> SessionToken.base64Cookie("sid");
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "express | sid=abc | not signed by express-session",
                "express | sid=s:abc.AAAA | signature does not match",
                "express | sid=eyJpdiI6IjEyMyJ9 | encrypted by Laravel",
                "cookie-session | sid=eyJ9 | sid.sig is missing",
                "cookie-session | sid=eyJ9; sid.sig=AAAA | signature does not match",
                "rails | sid=eyJ9--abcd | signed by Rails",
                "rails | sid=AAAA--AAAAAAAAAAAAAAAA--AAAAAAAAAAAAAAAAAAAAAA== | cannot be decrypted",
                "rails | sid=AAAA--AAAA--AAAA | iv of 3 and tag of 3 bytes",
                "rails-signed | sid=AAAA--abcd | signature does not match",
                "rails-signed | sid=AAAA--BBBB--CCCC | encrypted by Rails",
                "base64 | sid=%2A%2A%2A | not Base64",
                "base64 | sid=/////w== | no UTF-8 text in Base64"
            })
    void logs_reason_without_cookie_value(String kind, String cookies, String reason) {
        assertThat(token(kind).find(request(cookies))).isEmpty();
        assertThat(lines())
                .singleElement()
                .asString()
                .startsWith("session cookie rejected: cookie=sid cause=")
                .contains(reason);
        for (String value : cookies.substring(4).split("; sid.sig=")) {
            assertThat(lines().get(0)).doesNotContain(value);
        }
    }

    @Test
    void names_marshal_format_of_signed_cookie() {
        String marshal = Base64.getEncoder().encodeToString(new byte[] {4, 8, '{', 0});
        byte[] key = RailsKeys.of(List.of(SECRET), "signed cookie", 64).get(0);
        String digest = HexFormat.of()
                .formatHex(
                        SigningKeys.ofBytes("HmacSHA256", List.of(key)).sign(marshal.getBytes(StandardCharsets.UTF_8)));
        assertThat(token("rails-signed").find(request("sid=" + marshal.replace("=", "%3D") + "--" + digest)))
                .isEmpty();
        assertThat(lines())
                .singleElement()
                .asString()
                .contains("Ruby's Marshal")
                .contains("cookies_serializer = :json");
    }

    @Test
    void logs_repeated_cause_once() {
        for (int i = 0; i < 100; i++) {
            var unused = token("express").find(request("sid=s:" + i + "abc.AAAA"));
        }
        assertThat(lines()).hasSize(1);
        PeerLog.flush();
        assertThat(lines()).hasSize(2).last().asString().contains("repeated=99");
    }

    private static SessionStore store(Map<String, String> sessions) {
        return new SessionStore() {
            @Override
            public CompletionStage<Optional<byte[]>> load(String id) {
                return CompletableFuture.completedStage(
                        Optional.ofNullable(sessions.get(id)).map(text -> text.getBytes(StandardCharsets.ISO_8859_1)));
            }
        };
    }

    private static Session find(SessionStore store, String cookies) {
        AtomicReference<Session> found = new AtomicReference<>();
        Sessions sessions = Sessions.of(SessionToken.cookie("sid"), store, PhpCodec.PHP);
        HttpPeer.to(new SessionProvider(sessions, new MessageComponent<HttpConnection, Message>() {
                    @Override
                    public void onOpen(HttpConnection conn) {
                        found.set(Session.of(conn));
                        conn.respond(HttpResponse.text(""));
                    }

                    @Override
                    public void onMessage(HttpConnection from, Message message) {}
                }))
                .get("/", "Cookie: " + cookies);
        return found.get();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "000000021401 | igbinary",
                "1f8b0800 | gzip",
                "789c4b4c | zlib",
                "28b52ffd00 | zstd",
                "aced0005 | Java serialization",
                "80049500 | pickle",
                "04087b00 | Marshal",
                "65794a7064694936 | encrypted by Laravel",
                "7b2261223a317d | codec = json",
                "613a303a7b7d | php-serialize",
                "fe91b8c0 | seems to be binary"
            })
    void names_format_of_stored_session(String hex, String name) {
        String stored = new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
        assertThat(find(store(Map.of("abc", stored)), "sid=abc").isEmpty()).isTrue();
        assertThat(lines())
                .singleElement()
                .asString()
                .contains("malformed session")
                .contains(name);
    }

    @Test
    void logs_unknown_session() {
        assertThat(find(store(Map.of()), "sid=eyJpdiI6IjEyMyJ9").isEmpty()).isTrue();
        assertThat(lines())
                .singleElement()
                .asString()
                .contains("session not found")
                .contains("encrypted by Laravel");
    }

    @Test
    void tries_second_cookie_of_same_name() {
        Session session = find(store(Map.of("good", "user|s:3:\"ann\";")), "sid=stale; other=1; sid=good");
        assertThat(session.text("user")).contains("ann");
        assertThat(lines()).isEmpty();
        assertThat(token("express").find(request("sid=s:stale.AAAA; sid=s:" + signed("new"))))
                .contains("new");
    }

    private static String signed(String id) {
        return id + "."
                + Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(SigningKeys.of("HmacSHA256", List.of("secret"))
                                .sign(id.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void queries_store_for_four_cookies_at_most() {
        StringBuilder cookies = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            cookies.append("sid=id").append(i).append("; ");
        }
        int[] loads = {0};
        SessionStore counting = id -> {
            loads[0]++;
            return CompletableFuture.completedStage(Optional.empty());
        };
        assertThat(find(counting, cookies.toString()).isEmpty()).isTrue();
        assertThat(loads[0]).isEqualTo(CookieToken.MAX_COOKIES);
    }
}
