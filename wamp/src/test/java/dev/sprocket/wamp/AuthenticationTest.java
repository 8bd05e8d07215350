package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.Message;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.User;
import dev.sprocket.core.thread.ExecuteOn;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.wamp.auth.CraSecret;
import dev.sprocket.wamp.auth.CredentialAuthenticator;
import dev.sprocket.wamp.auth.SessionIdentity;
import dev.sprocket.wamp.auth.UserCredential;
import dev.sprocket.wamp.auth.WampAuthenticator;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Authentication methods, and the responses to failed attempts. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AuthenticationTest {
    private static final String DENIED = "\"wamp.error.authentication_denied\"]";
    private static final CredentialAuthenticator.Method TICKET =
            CredentialAuthenticator.ticket(List.of(UserCredential.of("joe", "user", SharedSecret.of("secret!!!"))));
    private static final CredentialAuthenticator.Method CRA = CredentialAuthenticator.cra(List.of(
            UserCredential.of("peter", "user", CraSecret.of("secret")),
            UserCredential.of("salty", "user", CraSecret.derive("correct horse", "salt123", 1000, 32))));

    private final RecordingApp app = new RecordingApp();

    private WampServer server(CredentialAuthenticator.Method... methods) {
        return server(CredentialAuthenticator.of(methods));
    }

    private WampServer server(WampAuthenticator authenticator) {
        return new WampServer(new Realm("realm1", app).authenticator(authenticator));
    }

    private static String hello(String methods, String details) {
        return "[1,\"realm1\",{\"roles\":{\"caller\":{}},\"authmethods\":[" + methods + "]" + details + "}]";
    }

    private static String hello(String method, String authid, String extra) {
        return hello("\"" + method + "\"", ",\"authid\":\"" + authid + "\"" + extra);
    }

    @CanIgnoreReturnValue
    private static JsonArray received(V2Peer peer) {
        return JsonParser.parseString(peer.peer.received().get(0)).getAsJsonArray();
    }

    /** Sends HELLO and returns the extra of the CHALLENGE. */
    @CanIgnoreReturnValue
    private static JsonObject challenge(V2Peer peer, String hello) {
        JsonArray challenge = received(peer.send(hello));
        assertThat(challenge.get(0).getAsInt()).as("%s", challenge).isEqualTo(4);
        return challenge.get(2).getAsJsonObject();
    }

    private static JsonObject welcome(V2Peer peer) {
        JsonArray welcome = received(peer);
        assertThat(welcome.get(0).getAsInt()).as("%s", welcome).isEqualTo(2);
        return welcome.get(2).getAsJsonObject();
    }

    private static String cra(CraSecret key, JsonObject challenge) {
        byte[] signature = key.sign(challenge.get("challenge").getAsString());
        return "[5,\"" + Base64.getEncoder().encodeToString(signature) + "\",{}]";
    }

    private static String cryptosign(Ed25519 key, JsonObject challenge) {
        String text = challenge.get("challenge").getAsString();
        return "[5,\"" + key.sign(HexFormat.of().parseHex(text)) + text + "\",{}]";
    }

    @Test
    void ticket_admits_user_with_authid_and_role() {
        try (V2Peer peer = new V2Peer(server(TICKET))) {
            assertThat(challenge(peer, hello("ticket", "joe", ""))).isEqualTo(new JsonObject());
            assertThat(app.conns).isEmpty();

            JsonObject welcome = welcome(peer.send("[5,\"secret!!!\",{}]"));

            assertThat(welcome.get("authid").getAsString()).isEqualTo("joe");
            assertThat(welcome.get("authrole").getAsString()).isEqualTo("user");
            assertThat(welcome.get("authmethod").getAsString()).isEqualTo("ticket");
            assertThat(welcome.get("authprovider").getAsString()).isEqualTo("static");
            assertThat(User.of(app.conns.get(0))).isEqualTo(User.named("joe").roles("user"));
            assertThat(SessionIdentity.find(app.conns.get(0)))
                    .contains(SessionIdentity.of("joe", "user").authmethod("ticket"));
        }
    }

    @Test
    void wrong_ticket_and_unknown_user_are_denied_alike() {
        try (V2Peer known = new V2Peer(server(TICKET));
                V2Peer unknown = new V2Peer(server(TICKET))) {
            known.send(hello("ticket", "joe", "")).send("[5,\"guess\",{}]");
            unknown.send(hello("ticket", "eve", "")).send("[5,\"nobody's\",{}]");

            List<String> received = known.received();
            assertThat(received)
                    .containsExactly(
                            "[4,\"ticket\",{}]",
                            "[3,{\"message\":\"invalid ticket credential\"}," + DENIED,
                            "close 1002 wamp.error.authentication_denied");
            assertThat(unknown.received()).isEqualTo(received);
            assertThat(app.conns).isEmpty();
        }
    }

    @Test
    void cra_signs_challenge_with_session_and_authid() {
        try (V2Peer peer = new V2Peer(server(CRA))) {
            JsonObject challenge = challenge(peer, hello("wampcra", "peter", ""));
            assertThat(challenge.keySet()).containsExactly("challenge");
            JsonObject signed = JsonParser.parseString(
                            challenge.get("challenge").getAsString())
                    .getAsJsonObject();
            assertThat(signed.keySet())
                    .containsExactlyInAnyOrder(
                            "authid", "authrole", "authmethod", "authprovider", "nonce", "timestamp", "session");
            assertThat(signed.get("authid").getAsString()).isEqualTo("peter");
            assertThat(signed.get("authrole").getAsString()).isEqualTo("user");
            assertThat(signed.get("timestamp").getAsString()).matches("....-..-..T..:..:..(\\.\\d+)?Z");

            JsonArray welcome = received(peer.send(cra(CraSecret.of("secret"), challenge)));

            assertThat(welcome.get(1)).isEqualTo(signed.get("session"));
            assertThat(welcome.get(2).getAsJsonObject().get("authmethod").getAsString())
                    .isEqualTo("wampcra");
        }
    }

    @Test
    void cra_derives_salted_secret_from_challenge() {
        try (V2Peer peer = new V2Peer(server(CRA))) {
            JsonObject challenge = challenge(peer, hello("wampcra", "salty", ""));
            CraSecret key = CraSecret.derive(
                    "correct horse",
                    challenge.get("salt").getAsString(),
                    challenge.get("iterations").getAsInt(),
                    challenge.get("keylen").getAsInt());

            assertThat(welcome(peer.send(cra(key, challenge))).get("authid").getAsString())
                    .isEqualTo("salty");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"eve", "mallory", "trudy", "oscar", "peter"})
    void unknown_user_gets_a_stable_challenge(String authid) {
        JsonObject first;
        try (V2Peer peer = new V2Peer(server(CRA))) {
            first = challenge(peer, hello("wampcra", authid, ""));
            for (CraSecret key :
                    List.of(CraSecret.of("secret"), CraSecret.derive("correct horse", "salt123", 1000, 32))) {
                try (V2Peer other = new V2Peer(server(CRA))) {
                    JsonObject challenge = challenge(other, hello("wampcra", authid, ""));
                    assertThat(challenge.get("salt")).isEqualTo(first.get("salt"));
                    assertThat(challenge.keySet()).isEqualTo(first.keySet());
                    if (!authid.equals("peter")) {
                        other.send(cra(key, challenge));
                        assertThat(other.received()).first().asString().endsWith(DENIED);
                    }
                }
            }
        }
        JsonObject signed =
                JsonParser.parseString(first.get("challenge").getAsString()).getAsJsonObject();
        assertThat(signed.get("authid").getAsString()).isEqualTo(authid);
        assertThat(signed.get("authrole").getAsString()).isEqualTo("user");
        if (first.has("salt")) {
            assertThat(first.get("salt").getAsString()).hasSize(7).isNotEqualTo("salt123");
            assertThat(first.get("iterations").getAsInt()).isEqualTo(1000);
        }
    }

    @Test
    void signature_of_another_session_is_denied() {
        try (V2Peer one = new V2Peer(server(CRA));
                V2Peer other = new V2Peer(server(CRA))) {
            JsonObject challenge = challenge(one, hello("wampcra", "peter", ""));
            challenge(other, hello("wampcra", "peter", ""));

            other.send(cra(CraSecret.of("secret"), challenge));

            assertThat(other.received()).first().asString().endsWith(DENIED);
        }
    }

    @Test
    void cryptosign_admits_key_with_or_without_authid() {
        Ed25519 key = Ed25519.of(1);
        CredentialAuthenticator.Method method = CredentialAuthenticator.cryptosign(List.of(
                UserCredential.of("someone else", "user", Ed25519.of(2).publicKey()),
                UserCredential.of("client01", "device", key.publicKey().toUpperCase(java.util.Locale.ROOT))));
        String extra = ",\"authextra\":{\"pubkey\":\"" + key.publicKey() + "\",\"channel_binding\":\"tls-unique\"}";
        for (String hello : List.of(hello("\"cryptosign\"", extra), hello("cryptosign", "client01", extra))) {
            try (V2Peer peer = new V2Peer(server(method))) {
                JsonObject challenge = challenge(peer, hello);
                assertThat(challenge.keySet()).containsExactly("challenge");

                JsonObject welcome = welcome(peer.send(cryptosign(key, challenge)));

                assertThat(welcome.get("authid").getAsString()).isEqualTo("client01");
                assertThat(welcome.get("authrole").getAsString()).isEqualTo("device");
                assertThat(welcome.get("authmethod").getAsString()).isEqualTo("cryptosign");
            }
        }
    }

    @Test
    void cryptosign_key_of_wrong_type_is_an_error() {
        CredentialAuthenticator.Method method = CredentialAuthenticator.cryptosign(
                List.of(UserCredential.of("client01", "device", Ed25519.of(1).publicKey())));
        try (V2Peer peer = new V2Peer(server(method))) {
            peer.send(hello("\"cryptosign\"", ",\"authextra\":{\"pubkey\":5}"));

            assertThat(peer.received().get(0))
                    .startsWith("[3,")
                    .contains("wamp.error.invalid_argument", "pubkey: 5 (expected: a string)");
        }
    }

    @Test
    void cryptosign_denies_wrong_keys_and_challenges_alike() {
        Ed25519 key = Ed25519.of(1);
        WampServer server = server(
                CredentialAuthenticator.cryptosign(List.of(UserCredential.of("client01", "device", key.publicKey()))));
        String ownKey = ",\"authextra\":{\"pubkey\":\"" + key.publicKey() + "\"}";
        String otherKey = ",\"authextra\":{\"pubkey\":\"" + Ed25519.of(2).publicKey() + "\"}";
        String unknownKey = ",\"authextra\":{\"pubkey\":\"" + "f".repeat(64) + "\"}";
        JsonObject replayed;
        try (V2Peer peer = new V2Peer(server)) {
            replayed = challenge(peer, hello("\"cryptosign\"", ownKey));
        }
        record Attempt(String hello, Ed25519 signer, boolean replay) {}
        for (Attempt attempt : List.of(
                new Attempt(hello("\"cryptosign\"", otherKey), Ed25519.of(2), false),
                new Attempt(hello("\"cryptosign\"", ownKey), Ed25519.of(2), false),
                new Attempt(hello("\"cryptosign\"", unknownKey), Ed25519.of(2), false),
                new Attempt(hello("cryptosign", "client02", ownKey), key, false),
                new Attempt(hello("\"cryptosign\"", ownKey), key, true))) {
            try (V2Peer peer = new V2Peer(server)) {
                JsonObject challenge = challenge(peer, attempt.hello);
                peer.send(cryptosign(attempt.signer, attempt.replay ? replayed : challenge));
                assertThat(peer.received())
                        .as("%s", attempt)
                        .first()
                        .isEqualTo("[3,{\"message\":\"invalid cryptosign credential\"}," + DENIED);
            }
        }
        for (String signature : List.of("", "00", "x".repeat(192), "0".repeat(192), "é".repeat(192))) {
            try (V2Peer peer = new V2Peer(server)) {
                challenge(peer, hello("\"cryptosign\"", ownKey));
                peer.send("[5,\"" + signature + "\",{}]");
                assertThat(peer.received()).first().asString().endsWith(DENIED);
            }
        }
    }

    @Test
    void first_usable_method_of_client_is_used() {
        WampServer server =
                server(CredentialAuthenticator.anonymous("guest"), CRA, TICKET, CredentialAuthenticator.http());
        Map<String, String> expected = Map.of(
                hello("\"kerberos\",\"ticket\",\"wampcra\"", ",\"authid\":\"joe\""), "[4,\"ticket\",",
                hello("\"wampcra\",\"ticket\"", ",\"authid\":\"joe\""), "[4,\"wampcra\",",
                hello("\"cookie\",\"ticket\"", ",\"authid\":\"joe\""), "[4,\"ticket\",",
                hello("\"ticket\",\"anonymous\"", ""), "[2,",
                hello("", ""), "[2,",
                hello("\"kerberos\"", ""), "[3,{\"message\":\"authmethods kerberos (expected: ");
        expected.forEach((hello, response) -> {
            try (V2Peer peer = new V2Peer(server)) {
                assertThat(peer.send(hello).received()).first().asString().startsWith(response);
            }
        });
        assertThat(SessionIdentity.find(app.conns.get(0)).orElseThrow().authrole())
                .isEqualTo("guest");
    }

    @Test
    void unsupported_methods_are_rejected_with_supported_ones() {
        for (Map.Entry<String, String> row : Map.of(
                        hello("", ""),
                        "[3,{\"message\":\"no authmethods (expected: ticket)\"},"
                                + "\"wamp.error.authentication_required\"]",
                        hello("\"anonymous\"", ""),
                        "[3,{\"message\":\"authmethods anonymous (expected: ticket)\"},"
                                + "\"wamp.error.no_matching_auth_method\"]",
                        hello("\"ticket\"", ""),
                        "[3,{\"message\":\"authmethods ticket (expected: ticket)\"},"
                                + "\"wamp.error.no_matching_auth_method\"]")
                .entrySet()) {
            try (V2Peer peer = new V2Peer(server(TICKET))) {
                assertThat(peer.send(row.getKey()).received()).first().isEqualTo(row.getValue());
            }
        }
    }

    @Test
    void asynchronous_check_allows_no_other_message() {
        CompletableFuture<Optional<SessionIdentity>> response = new CompletableFuture<>();
        WampServer server = server(CredentialAuthenticator.ticket((authid, ticket) -> response));
        try (V2Peer waiting = new V2Peer(server);
                V2Peer repeating = new V2Peer(server);
                V2Peer disconnected = new V2Peer(server)) {
            for (V2Peer peer : List.of(waiting, repeating, disconnected)) {
                peer.send(hello("ticket", "joe", "")).send("[5,\"t\",{}]").received();
            }
            repeating.send("[5,\"t\",{}]");
            disconnected.peer.disconnect();
            assertThat(waiting.received()).isEmpty();

            response.complete(Optional.of(
                    SessionIdentity.of("Joe", "user").authprovider("userdb").authextra(Map.of("theme", "dark"))));

            JsonObject welcome = welcome(waiting);
            assertThat(welcome.get("authid").getAsString()).isEqualTo("Joe");
            assertThat(welcome.get("authprovider").getAsString()).isEqualTo("userdb");
            assertThat(welcome.getAsJsonObject("authextra").get("theme").getAsString())
                    .isEqualTo("dark");
            assertThat(repeating.received()).first().asString().endsWith("\"wamp.error.protocol_violation\"]");
            assertThat(app.calls()).containsExactly("open");
        }
    }

    @Test
    void asynchronous_check_continues_on_callback_thread() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        CompletableFuture<Optional<SessionIdentity>> response = new CompletableFuture<>();
        WampServer server = server(CredentialAuthenticator.ticket((authid, ticket) -> response));
        try (V2Peer peer = new V2Peer(new WsServer(new ExecuteOn<WsConnection, Message>(tasks::add, server)))) {
            peer.send(hello("ticket", "joe", "")).send("[5,\"t\",{}]");
            tasks.remove().run();
            peer.received();

            response.complete(Optional.of(SessionIdentity.of("joe", "user")));
            assertThat(app.calls()).isEmpty();
            assertThat(peer.received()).isEmpty();

            tasks.remove().run();
            assertThat(app.calls()).containsExactly("open");
            assertThat(welcome(peer).get("authid").getAsString()).isEqualTo("joe");
        }
        tasks.forEach(Runnable::run);
    }

    @Test
    @SuppressWarnings("NullAway") // possible in an application without NullAway
    void null_result_is_denied() {
        Realm realm = new Realm("realm1", app).authenticator(joining -> null);
        try (V2Peer peer = new V2Peer(new WampServer(realm))) {
            peer.send(hello("ticket", "joe", ""));
            assertThat(peer.received())
                    .first()
                    .isEqualTo("[3,{\"message\":\"the authentication failed\"},\"wamp.error.authentication_failed\"]");
        }
    }

    @Test
    void failing_check_is_denied() {
        String failed = "[3,{\"message\":\"the authentication failed\"},\"wamp.error.authentication_failed\"]";
        for (CredentialAuthenticator.Method method : List.of(
                CredentialAuthenticator.ticket((authid, ticket) -> {
                    throw new IllegalStateException("no database");
                }),
                CredentialAuthenticator.ticket((authid, ticket) ->
                        CompletableFuture.failedFuture(new IllegalStateException("no database"))))) {
            try (V2Peer peer = new V2Peer(server(method))) {
                peer.send(hello("ticket", "joe", "")).send("[5,\"t\",{}]");
                assertThat(peer.received()).element(1).isEqualTo(failed);
            }
        }
        assertThat(app.conns).isEmpty();
    }

    @Test
    void handshake_times_out_after_ten_seconds_or_realm_limit() {
        WampServer server = server(CredentialAuthenticator.of(TICKET).timeout(Duration.ofSeconds(20)));
        try (V2Peer silent = new V2Peer(server);
                V2Peer slow = new V2Peer(server);
                V2Peer quick = new V2Peer(server)) {
            slow.send(hello("ticket", "joe", "")).received();
            quick.send(hello("ticket", "joe", "")).send("[5,\"secret!!!\",{}]").received();
            for (V2Peer peer : List.of(silent, slow, quick)) {
                peer.peer.channel.advanceTimeBy(11, TimeUnit.SECONDS);
                peer.peer.channel.runScheduledPendingTasks();
            }
            assertThat(silent.received())
                    .first()
                    .isEqualTo("[3,{\"message\":\"no HELLO within 10000 ms\"},\"wamp.error.authentication_failed\"]");
            assertThat(slow.received()).isEmpty();

            slow.peer.channel.advanceTimeBy(10, TimeUnit.SECONDS);
            slow.peer.channel.runScheduledPendingTasks();

            assertThat(slow.received())
                    .first()
                    .isEqualTo("[3,{\"message\":\"authentication not completed within 20000"
                            + " ms\"},\"wamp.error.authentication_failed\"]");
            assertThat(quick.peer.isConnected()).isTrue();
            assertThat(quick.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[5,\"secret!!!\",{}]", "[1,\"realm1\",{\"roles\":{\"caller\":{}}}]", "[48,1,{},\"com.a\"]"})
    void out_of_order_message_aborts_handshake(String message) {
        String violation = "\"wamp.error.protocol_violation\"]";
        try (V2Peer early = new V2Peer(server(TICKET));
                V2Peer late = new V2Peer(server(TICKET))) {
            if (!message.startsWith("[1,")) {
                early.send(message);
                assertThat(early.received()).first().asString().endsWith(violation);
            }
            late.send(hello("ticket", "joe", "")).send("[5,\"secret!!!\",{}]").received();
            if (!message.startsWith("[48,")) {
                late.send(message);
                assertThat(late.received()).first().asString().endsWith(violation);
            }
        }
    }

    @Test
    void access_rules_use_role_of_session() {
        Topics topics = new Topics();
        AccessControl.of(topics)
                .authorizer(request -> request.hasRole(request.name().substring(4))
                        ? AccessDecision.ALLOW
                        : AccessDecision.deny("another role"));
        WampServer server = new WampServer(new Realm("realm1", app, topics)
                .authenticator(CredentialAuthenticator.of(TICKET, CredentialAuthenticator.anonymous("guest"))));
        try (V2Peer joe = new V2Peer(server);
                V2Peer guest = new V2Peer(server);
                WampPeer v1 = new V2Peer(server, "wamp").peer) {
            joe.send(hello("ticket", "joe", "")).send("[5,\"secret!!!\",{}]").received();
            guest.send(hello("", "")).received();
            v1.received();
            for (String topic : List.of("com.user", "com.guest", "com.anonymous")) {
                int id = List.of("com.user", "com.guest", "com.anonymous").indexOf(topic) + 1;
                joe.send("[32," + id + ",{},\"" + topic + "\"]");
                guest.send("[32," + id + ",{},\"" + topic + "\"]");
                v1.send("[5,\"" + topic + "\"]");
            }

            assertThat(joe.received())
                    .extracting(text -> text.substring(0, 5))
                    .containsExactly("[33,1", "[8,32", "[8,32");
            assertThat(guest.received())
                    .extracting(text -> text.substring(0, 5))
                    .containsExactly("[8,32", "[33,2", "[8,32");
            assertThat(app.conns.get(2).subscriptions()).hasSize(1);
        }
    }

    @Test
    void to_string_contains_no_secrets() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.sprocket.wamp");
        log.start();
        logger.addAppender(log);
        try (V2Peer wrong = new V2Peer(server(TICKET));
                V2Peer right = new V2Peer(server(TICKET))) {
            wrong.send(hello("ticket", "joe", ""))
                    .send("[5,\"almost secret\",{}]")
                    .received();
            right.send(hello("ticket", "joe", "")).send("[5,\"secret!!!\",{}]").received();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.endsWith("reason=\"invalid ticket credential\""));
        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).noneMatch(line -> line.contains("secret"));
        assertThat(UserCredential.of("joe", "user", CraSecret.of("secret")).toString())
                .doesNotContain("secret");
        assertThat(CraSecret.of("secret")).hasToString("CRA secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | salt | 1000 | 32 | empty password (expected: a password that is hard to guess)",
                "secret | '' | 1000 | 32 | invalid PBKDF2 parameters: saltLength=0 iterations=1000 (expected: all > 0)",
                "secret | salt | 0 | 32 | invalid PBKDF2 parameters: saltLength=4 iterations=0 (expected: all > 0)",
                "secret | salt | -1 | 32 | invalid PBKDF2 parameters: saltLength=4 iterations=-1 (expected: all > 0)",
                "secret | salt | 1000 | 0 | keylen: 0 (expected: a multiple of 4, at most 1024)",
                "secret | salt | 1000 | -4 | keylen: -4 (expected: a multiple of 4, at most 1024)",
                "secret | salt | 1000 | 1028 | keylen: 1028 (expected: a multiple of 4, at most 1024)",
                // these overflow to 0 and 32 bits
                "secret | salt | 1000 | 536870912 | keylen: 536870912 (expected: a multiple of 4, at most 1024)",
                "secret | salt | 1000 | 536870916 | keylen: 536870916 (expected: a multiple of 4, at most 1024)"
            })
    void derive_rejects_degenerate_input(String password, String salt, int iterations, int keylen, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CraSecret.derive(password, salt, iterations, keylen))
                .withMessage(expected);
    }

    @Test
    void derive_accepts_minimum_and_maximum() {
        assertThat(Base64.getDecoder().decode(CraSecret.derive(" ", " ", 1, 4).derived()))
                .hasSize(4);
        assertThat(Base64.getDecoder()
                        .decode(CraSecret.derive("p", "s", 1, 1024).derived()))
                .hasSize(1024);
    }

    @Test
    void rejects_invalid_configuration() {
        assertThatThrownBy(() -> CraSecret.of("")).hasMessageStartingWith("empty secret");
        assertThatThrownBy(() -> CraSecret.derive("p", "s", 1000, 31))
                .hasMessage("keylen: 31 (expected: a multiple of 4, at most 1024)");
        assertThatThrownBy(() -> CraSecret.salted("", "s", 1))
                .hasMessageStartingWith("invalid salted key: keyBytes=0 ");
        assertThatThrownBy(() -> CredentialAuthenticator.of(TICKET).timeout(Duration.ZERO))
                .hasMessageContaining("above zero");
        assertThatThrownBy(() -> CredentialAuthenticator.cryptosign(List.of(UserCredential.of("a", "user", "00"))))
                .hasMessage("public key of a: 2 characters (expected: 64 hexadecimal digits)");
        assertThatThrownBy(() -> CredentialAuthenticator.ticket(List.of(
                        UserCredential.of("a", "user", SharedSecret.of("1")),
                        UserCredential.of("a", "user", SharedSecret.of("2")))))
                .hasMessage("two credentials of a (expected: one)");
    }
}
