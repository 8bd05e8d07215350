package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.core.ExecuteOn;
import dev.sprocket.core.Message;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.http.User;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** How clients prove who they are, and what those hear who cannot. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AuthenticationTest {
    private static final String DENIED = "\"wamp.error.authentication_denied\"]";
    private static final AuthMethod TICKET =
            CredentialAuthenticator.ticket(List.of(UserCredential.of("joe", "user", SharedSecret.of("secret!!!"))));
    private static final AuthMethod CRA = CredentialAuthenticator.cra(List.of(
            UserCredential.of("peter", "user", CraSecret.of("secret")),
            UserCredential.of("salty", "user", CraSecret.derive("correct horse", "salt123", 1000, 32))));

    private final RecordingApp app = new RecordingApp();

    private WampServer server(AuthMethod... methods) {
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

    private static JsonArray heard(V2Peer peer) {
        return JsonParser.parseString(peer.peer.hears().get(0)).getAsJsonArray();
    }

    /** What a server asks somebody who says this. */
    private static JsonObject challenge(V2Peer peer, String hello) {
        JsonArray challenge = heard(peer.says(hello));
        assertThat(challenge.get(0).getAsInt()).as("%s", challenge).isEqualTo(4);
        return challenge.get(2).getAsJsonObject();
    }

    private static JsonObject welcome(V2Peer peer) {
        JsonArray welcome = heard(peer);
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
    void a_ticket_lets_its_owner_in_under_the_owners_name_and_role() {
        try (V2Peer peer = new V2Peer(server(TICKET))) {
            assertThat(challenge(peer, hello("ticket", "joe", ""))).isEqualTo(new JsonObject());
            assertThat(app.conns).isEmpty();

            JsonObject welcome = welcome(peer.says("[5,\"secret!!!\",{}]"));

            assertThat(welcome.get("authid").getAsString()).isEqualTo("joe");
            assertThat(welcome.get("authrole").getAsString()).isEqualTo("user");
            assertThat(welcome.get("authmethod").getAsString()).isEqualTo("ticket");
            assertThat(welcome.get("authprovider").getAsString()).isEqualTo("static");
            assertThat(User.of(app.conns.get(0))).isEqualTo(new User("joe", Set.of("user"), Map.of()));
            assertThat(SessionIdentity.find(app.conns.get(0)))
                    .contains(new SessionIdentity("joe", "user", "ticket", "static"));
        }
    }

    @Test
    void who_has_a_wrong_ticket_and_who_is_not_there_see_the_same() {
        try (V2Peer known = new V2Peer(server(TICKET));
                V2Peer unknown = new V2Peer(server(TICKET))) {
            known.says(hello("ticket", "joe", "")).says("[5,\"guess\",{}]");
            unknown.says(hello("ticket", "eve", "")).says("[5,\"nobody's\",{}]");

            List<String> heard = known.hears();
            assertThat(heard)
                    .containsExactly(
                            "[4,\"ticket\",{}]",
                            "[3,{\"message\":\"invalid ticket credential\"}," + DENIED,
                            "close 1002 wamp.error.authentication_denied");
            assertThat(unknown.hears()).isEqualTo(heard);
            assertThat(app.conns).isEmpty();
        }
    }

    @Test
    void a_secret_signs_what_names_the_session_and_the_client() {
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

            JsonArray welcome = heard(peer.says(cra(CraSecret.of("secret"), challenge)));

            assertThat(welcome.get(1)).isEqualTo(signed.get("session"));
            assertThat(welcome.get(2).getAsJsonObject().get("authmethod").getAsString())
                    .isEqualTo("wampcra");
        }
    }

    @Test
    void a_salted_secret_is_made_of_what_the_challenge_tells() {
        try (V2Peer peer = new V2Peer(server(CRA))) {
            JsonObject challenge = challenge(peer, hello("wampcra", "salty", ""));
            CraSecret key = CraSecret.derive(
                    "correct horse",
                    challenge.get("salt").getAsString(),
                    challenge.get("iterations").getAsInt(),
                    challenge.get("keylen").getAsInt());

            assertThat(welcome(peer.says(cra(key, challenge))).get("authid").getAsString())
                    .isEqualTo("salty");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"eve", "mallory", "trudy", "oscar", "peter"})
    void whoever_is_not_there_is_challenged_as_if_and_the_same_each_time(String authid) {
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
                        other.says(cra(key, challenge));
                        assertThat(other.hears()).first().asString().endsWith(DENIED);
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
    void a_signature_of_another_session_is_worth_nothing() {
        try (V2Peer one = new V2Peer(server(CRA));
                V2Peer other = new V2Peer(server(CRA))) {
            JsonObject challenge = challenge(one, hello("wampcra", "peter", ""));
            challenge(other, hello("wampcra", "peter", ""));

            other.says(cra(CraSecret.of("secret"), challenge));

            assertThat(other.hears()).first().asString().endsWith(DENIED);
        }
    }

    @Test
    void the_owner_of_a_private_key_is_let_in_with_authid_or_without() {
        Ed25519 key = Ed25519.of(1);
        AuthMethod method = CredentialAuthenticator.cryptosign(List.of(
                UserCredential.of("someone else", "user", Ed25519.of(2).publicKey()),
                UserCredential.of("client01", "device", key.publicKey().toUpperCase(java.util.Locale.ROOT))));
        String extra = ",\"authextra\":{\"pubkey\":\"" + key.publicKey() + "\",\"channel_binding\":\"tls-unique\"}";
        for (String hello : List.of(hello("\"cryptosign\"", extra), hello("cryptosign", "client01", extra))) {
            try (V2Peer peer = new V2Peer(server(method))) {
                JsonObject challenge = challenge(peer, hello);
                assertThat(challenge.keySet()).containsExactly("challenge");

                JsonObject welcome = welcome(peer.says(cryptosign(key, challenge)));

                assertThat(welcome.get("authid").getAsString()).isEqualTo("client01");
                assertThat(welcome.get("authrole").getAsString()).isEqualTo("device");
                assertThat(welcome.get("authmethod").getAsString()).isEqualTo("cryptosign");
            }
        }
    }

    @Test
    void a_key_that_nobody_knows_or_another_authids_or_another_challenge_is_denied_alike() {
        Ed25519 key = Ed25519.of(1);
        WampServer server = server(
                CredentialAuthenticator.cryptosign(List.of(UserCredential.of("client01", "device", key.publicKey()))));
        String own = ",\"authextra\":{\"pubkey\":\"" + key.publicKey() + "\"}";
        String others = ",\"authextra\":{\"pubkey\":\"" + Ed25519.of(2).publicKey() + "\"}";
        String none = ",\"authextra\":{\"pubkey\":\"" + "f".repeat(64) + "\"}";
        JsonObject replayed;
        try (V2Peer peer = new V2Peer(server)) {
            replayed = challenge(peer, hello("\"cryptosign\"", own));
        }
        record Attempt(String hello, Ed25519 with, boolean replay) {}
        for (Attempt attempt : List.of(
                new Attempt(hello("\"cryptosign\"", others), Ed25519.of(2), false),
                new Attempt(hello("\"cryptosign\"", own), Ed25519.of(2), false),
                new Attempt(hello("\"cryptosign\"", none), Ed25519.of(2), false),
                new Attempt(hello("cryptosign", "client02", own), key, false),
                new Attempt(hello("\"cryptosign\"", own), key, true))) {
            try (V2Peer peer = new V2Peer(server)) {
                JsonObject challenge = challenge(peer, attempt.hello);
                peer.says(cryptosign(attempt.with, attempt.replay ? replayed : challenge));
                assertThat(peer.hears())
                        .as("%s", attempt)
                        .first()
                        .isEqualTo("[3,{\"message\":\"invalid cryptosign credential\"}," + DENIED);
            }
        }
        for (String nonsense : List.of("", "00", "x".repeat(192), "0".repeat(192), "é".repeat(192))) {
            try (V2Peer peer = new V2Peer(server)) {
                challenge(peer, hello("\"cryptosign\"", own));
                peer.says("[5,\"" + nonsense + "\",{}]");
                assertThat(peer.hears()).first().asString().endsWith(DENIED);
            }
        }
    }

    @Test
    void the_first_method_of_the_client_that_the_realm_has_and_that_can_be_tried_is_taken() {
        WampServer server =
                server(CredentialAuthenticator.anonymous("guest"), CRA, TICKET, CredentialAuthenticator.http());
        Map<String, String> expected = Map.of(
                hello("\"kerberos\",\"ticket\",\"wampcra\"", ",\"authid\":\"joe\""), "[4,\"ticket\",",
                hello("\"wampcra\",\"ticket\"", ",\"authid\":\"joe\""), "[4,\"wampcra\",",
                hello("\"cookie\",\"ticket\"", ",\"authid\":\"joe\""), "[4,\"ticket\",",
                hello("\"ticket\",\"anonymous\"", ""), "[2,",
                hello("", ""), "[2,",
                hello("\"kerberos\"", ""), "[3,{\"message\":\"authmethods kerberos (expected: ");
        expected.forEach((hello, answer) -> {
            try (V2Peer peer = new V2Peer(server)) {
                assertThat(peer.says(hello).hears()).first().asString().startsWith(answer);
            }
        });
        assertThat(SessionIdentity.find(app.conns.get(0)).orElseThrow().authrole())
                .isEqualTo("guest");
    }

    @Test
    void who_offers_nothing_that_helps_hears_what_would() {
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
                assertThat(peer.says(row.getKey()).hears()).first().isEqualTo(row.getValue());
            }
        }
    }

    @Test
    void an_answer_may_come_later_and_nothing_else_may_meanwhile() {
        CompletableFuture<Optional<WampUser>> answer = new CompletableFuture<>();
        WampServer server = server(CredentialAuthenticator.ticket((authid, ticket) -> answer));
        try (V2Peer patient = new V2Peer(server);
                V2Peer twice = new V2Peer(server);
                V2Peer gone = new V2Peer(server)) {
            for (V2Peer peer : List.of(patient, twice, gone)) {
                peer.says(hello("ticket", "joe", "")).says("[5,\"t\",{}]").hears();
            }
            twice.says("[5,\"t\",{}]");
            gone.peer.vanishes();
            assertThat(patient.hears()).isEmpty();

            answer.complete(Optional.of(new WampUser("Joe", "user", "userdb", Map.of("theme", "dark"))));

            JsonObject welcome = welcome(patient);
            assertThat(welcome.get("authid").getAsString()).isEqualTo("Joe");
            assertThat(welcome.get("authprovider").getAsString()).isEqualTo("userdb");
            assertThat(welcome.getAsJsonObject("authextra").get("theme").getAsString())
                    .isEqualTo("dark");
            assertThat(twice.hears()).first().asString().endsWith("\"wamp.error.protocol_violation\"]");
            assertThat(app.calls()).containsExactly("open");
        }
    }

    @Test
    void it_goes_on_where_callbacks_are_called() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        CompletableFuture<Optional<WampUser>> answer = new CompletableFuture<>();
        WampServer server = server(CredentialAuthenticator.ticket((authid, ticket) -> answer));
        try (V2Peer peer = new V2Peer(new WsServer(new ExecuteOn<WsConnection, Message>(tasks::add, server)))) {
            peer.says(hello("ticket", "joe", "")).says("[5,\"t\",{}]");
            tasks.remove().run();
            peer.hears();

            answer.complete(Optional.of(new WampUser("joe", "user")));
            assertThat(app.calls()).isEmpty();
            assertThat(peer.hears()).isEmpty();

            tasks.remove().run();
            assertThat(app.calls()).containsExactly("open");
            assertThat(welcome(peer).get("authid").getAsString()).isEqualTo("joe");
        }
        tasks.forEach(Runnable::run);
    }

    @Test
    @SuppressWarnings("NullAway") // what an application might do
    void a_step_that_is_missing_lets_nobody_in() {
        Realm realm = new Realm("realm1", app).authenticator(joining -> null);
        try (V2Peer peer = new V2Peer(new WampServer(realm))) {
            peer.says(hello("ticket", "joe", ""));
            assertThat(peer.hears())
                    .first()
                    .isEqualTo("[3,{\"message\":\"the authentication failed\"},\"wamp.error.authentication_failed\"]");
        }
    }

    @Test
    void a_check_that_fails_lets_nobody_in() {
        String failed = "[3,{\"message\":\"the authentication failed\"},\"wamp.error.authentication_failed\"]";
        for (AuthMethod method : List.of(
                CredentialAuthenticator.ticket((authid, ticket) -> {
                    throw new IllegalStateException("no database");
                }),
                CredentialAuthenticator.ticket((authid, ticket) ->
                        CompletableFuture.failedFuture(new IllegalStateException("no database"))))) {
            try (V2Peer peer = new V2Peer(server(method))) {
                peer.says(hello("ticket", "joe", "")).says("[5,\"t\",{}]");
                assertThat(peer.hears()).element(1).isEqualTo(failed);
            }
        }
        assertThat(app.conns).isEmpty();
    }

    @Test
    void all_of_it_takes_ten_seconds_at_most_or_what_the_realm_allows() {
        WampServer server = server(CredentialAuthenticator.of(TICKET).timeout(Duration.ofSeconds(20)));
        try (V2Peer silent = new V2Peer(server);
                V2Peer slow = new V2Peer(server);
                V2Peer quick = new V2Peer(server)) {
            slow.says(hello("ticket", "joe", "")).hears();
            quick.says(hello("ticket", "joe", "")).says("[5,\"secret!!!\",{}]").hears();
            for (V2Peer peer : List.of(silent, slow, quick)) {
                peer.peer.channel.advanceTimeBy(11, TimeUnit.SECONDS);
                peer.peer.channel.runScheduledPendingTasks();
            }
            assertThat(silent.hears())
                    .first()
                    .isEqualTo("[3,{\"message\":\"no HELLO within 10000 ms\"},\"wamp.error.authentication_failed\"]");
            assertThat(slow.hears()).isEmpty();

            slow.peer.channel.advanceTimeBy(10, TimeUnit.SECONDS);
            slow.peer.channel.runScheduledPendingTasks();

            assertThat(slow.hears())
                    .first()
                    .isEqualTo("[3,{\"message\":\"no session within 20000 ms\"},\"wamp.error.authentication_failed\"]");
            assertThat(quick.peer.isConnected()).isTrue();
            assertThat(quick.hears()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[5,\"secret!!!\",{}]", "[1,\"realm1\",{\"roles\":{\"caller\":{}}}]", "[48,1,{},\"com.a\"]"})
    void what_is_out_of_turn_ends_it(String message) {
        String violation = "\"wamp.error.protocol_violation\"]";
        try (V2Peer early = new V2Peer(server(TICKET));
                V2Peer late = new V2Peer(server(TICKET))) {
            if (!message.startsWith("[1,")) {
                early.says(message);
                assertThat(early.hears()).first().asString().endsWith(violation);
            }
            late.says(hello("ticket", "joe", "")).says("[5,\"secret!!!\",{}]").hears();
            if (!message.startsWith("[48,")) {
                late.says(message);
                assertThat(late.hears()).first().asString().endsWith(violation);
            }
        }
    }

    @Test
    void rules_know_the_role_in_which_a_session_has_joined() {
        AccessRules rules = new AccessRules()
                .allow(Authorizer.Action.SUBSCRIBE, "com.user", "user")
                .allow(Authorizer.Action.SUBSCRIBE, "com.guest", "guest")
                .allow(Authorizer.Action.SUBSCRIBE, "com.anonymous", "anonymous");
        WampServer server = new WampServer(new Realm("realm1", app)
                .options(WampOptions.DEFAULT.authorizer(rules))
                .authenticator(CredentialAuthenticator.of(TICKET, CredentialAuthenticator.anonymous("guest"))));
        try (V2Peer joe = new V2Peer(server);
                V2Peer guest = new V2Peer(server);
                WampPeer old = new V2Peer(server, "wamp").peer) {
            joe.says(hello("ticket", "joe", "")).says("[5,\"secret!!!\",{}]").hears();
            guest.says(hello("", "")).hears();
            old.hears();
            for (String topic : List.of("com.user", "com.guest", "com.anonymous")) {
                int id = List.of("com.user", "com.guest", "com.anonymous").indexOf(topic) + 1;
                joe.says("[32," + id + ",{},\"" + topic + "\"]");
                guest.says("[32," + id + ",{},\"" + topic + "\"]");
                old.says("[5,\"" + topic + "\"]");
            }

            assertThat(joe.hears()).extracting(text -> text.substring(0, 5)).containsExactly("[33,1", "[8,32", "[8,32");
            assertThat(guest.hears())
                    .extracting(text -> text.substring(0, 5))
                    .containsExactly("[8,32", "[33,2", "[8,32");
            assertThat(app.conns.get(2).subscriptions()).hasSize(1);
        }
    }

    @Test
    void nothing_secret_is_shown() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.sprocket.wamp");
        log.start();
        logger.addAppender(log);
        try (V2Peer wrong = new V2Peer(server(TICKET));
                V2Peer right = new V2Peer(server(TICKET))) {
            wrong.says(hello("ticket", "joe", ""))
                    .says("[5,\"almost secret\",{}]")
                    .hears();
            right.says(hello("ticket", "joe", "")).says("[5,\"secret!!!\",{}]").hears();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.endsWith("reason=invalid ticket credential"));
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
                "secret | '' | 1000 | 32 | 0 characters of salt, 1000 iterations (expected: above zero)",
                "secret | salt | 0 | 32 | 4 characters of salt, 0 iterations (expected: above zero)",
                "secret | salt | -1 | 32 | 4 characters of salt, -1 iterations (expected: above zero)",
                "secret | salt | 1000 | 0 | keylen: 0 (expected: a multiple of 4, at most 1024)",
                "secret | salt | 1000 | -4 | keylen: -4 (expected: a multiple of 4, at most 1024)",
                "secret | salt | 1000 | 1028 | keylen: 1028 (expected: a multiple of 4, at most 1024)",
                // as a number of bits these are 0 and 32
                "secret | salt | 1000 | 536870912 | keylen: 536870912 (expected: a multiple of 4, at most 1024)",
                "secret | salt | 1000 | 536870916 | keylen: 536870916 (expected: a multiple of 4, at most 1024)"
            })
    void derive_refuses_degenerate_input(String password, String salt, int iterations, int keylen, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CraSecret.derive(password, salt, iterations, keylen))
                .withMessage(expected);
    }

    @Test
    void derive_takes_the_least_and_the_most() {
        assertThat(Base64.getDecoder().decode(CraSecret.derive(" ", " ", 1, 4).derived()))
                .hasSize(4);
        assertThat(Base64.getDecoder()
                        .decode(CraSecret.derive("p", "s", 1, 1024).derived()))
                .hasSize(1024);
    }

    @Test
    void what_cannot_be_meant_is_refused() {
        assertThatThrownBy(() -> CraSecret.of("")).hasMessageStartingWith("empty secret");
        assertThatThrownBy(() -> CraSecret.derive("p", "s", 1000, 31))
                .hasMessage("keylen: 31 (expected: a multiple of 4, at most 1024)");
        assertThatThrownBy(() -> CraSecret.salted("", "s", 1)).hasMessageStartingWith("key of 0 bytes");
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
