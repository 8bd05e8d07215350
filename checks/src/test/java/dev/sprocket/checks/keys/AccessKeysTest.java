package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.closed;
import static dev.sprocket.checks.keys.Site.route;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of {@code topics}, {@code procedures} and {@code default-access}, also in a realm. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class AccessKeysTest {
    private static final String DENIED = "wamp.error.not_authorized";
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String USERS = BASIC_AUTH.with(BASIC_AUTH_USERS.rows(
            List.of(
                    BASIC_AUTH_USERS_USER.text("ann@example.com"),
                    BASIC_AUTH_USERS_PASSWORD.text("secret-of-ann"),
                    BASIC_AUTH_USERS_ROLES.texts("editor")),
            List.of(BASIC_AUTH_USERS_USER.text("bob"), BASIC_AUTH_USERS_PASSWORD.text("secret-of-bob"))));
    private static final String[] ANN = login("ann@example.com:secret-of-ann");
    private static final String[] BOB = login("bob:secret-of-bob");
    private static final String[] NOBODY = {};

    private static String[] login(String user) {
        return new String[] {
            "Authorization: Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8)),
            // requests with Basic credentials include an origin, like those of browsers
            "Origin: http://127.0.0.1"
        };
    }

    /** Starts a server with routes for clients, users, a realm and pushes. */
    private static Site site(String access, String realm) throws IOException {
        String own = WAMP.with(WAMP_REALM.text("own"), WAMP_PRIVATE_TOPICS.is("on"), realm);
        return Site.start(
                access,
                closed(
                        route("/ws", PUBSUB, WS, WAMP),
                        route("/known", PUBSUB, USERS, WS, WAMP),
                        route("/own", PUBSUB, WS, own),
                        route("/own-known", PUBSUB, USERS, WS, own),
                        route("/events", EVENTS),
                        route("/known-events", EVENTS, USERS),
                        route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on")))));
    }

    private static WampPeer join(Site site, String realm, String... login) throws IOException {
        String path = (realm.equals("own") ? "/own" : "/") + (login.length == 0 ? "" : "-known");
        return WampPeer.join(site.port(), path.equals("/") ? "/ws" : path.replace("/-", "/"), realm, login);
    }

    /** Returns the responses to four requests: the type, or the error. */
    private static List<String> attempts(Site site, String realm, String topic, String procedure, String... login)
            throws IOException {
        try (WampPeer peer = join(site, realm, login)) {
            return List.of(
                    outcome(peer.exchange(16, "{\"acknowledge\":true},\"" + topic + "\",[1]")),
                    outcome(peer.subscribe(topic)),
                    outcome(peer.call(procedure, "")),
                    outcome(peer.register(procedure)));
        }
    }

    private static String outcome(String response) {
        return response.startsWith("[8,")
                ? response.replaceFirst("^.*?\"(wamp\\.[a-z_.]+)\".*$", "$1")
                : response.substring(1, response.indexOf(','));
    }

    private static final String UNKNOWN = "wamp.error.no_such_procedure";

    private static void assertDefaults(Site closed, Site open, String realm) throws IOException {
        assertThat(attempts(closed, realm, "a", "p", NOBODY)).containsExactly(DENIED, DENIED, DENIED, DENIED);
        assertThat(attempts(closed, realm, "a", "p", BOB)).containsExactly(DENIED, "33", UNKNOWN, DENIED);
        assertThat(attempts(open, realm, "a", "p", NOBODY)).containsExactly("17", "33", UNKNOWN, "65");
    }

    @Test
    @Row({
        PUBSUB,
        DEFAULT_ACCESS_SUBSCRIBE,
        DEFAULT_ACCESS_PUBLISH,
        DEFAULT_ACCESS_CALL,
        DEFAULT_ACCESS_REGISTER,
        WAMP_DEFAULT_ACCESS_SUBSCRIBE,
        WAMP_DEFAULT_ACCESS_PUBLISH,
        WAMP_DEFAULT_ACCESS_CALL,
        WAMP_DEFAULT_ACCESS_REGISTER
    })
    void default_access_decides_where_no_rule_does() throws Exception {
        String open = Site.ALLOW_ALL;
        try (Site closed = site("", "");
                Site opened = site(open, open);
                Site onlyRealm = site("", open)) {
            assertDefaults(closed, opened, "realm1");
            assertDefaults(closed, opened, "own");
            assertDefaults(onlyRealm, opened, "realm1");
            assertThat(attempts(onlyRealm, "own", "a", "p", NOBODY)).containsExactly("17", "33", UNKNOWN, "65");
            // a backend may publish by default
            try (WampPeer bob = join(closed, "realm1", BOB)) {
                assertThat(bob.subscribe("news")).startsWith("[33,");
                assertThat(closed.post("/push/news", "1").body()).contains("\"subscribers\":1");
                assertThat(bob.receive()).startsWith("[36,");
            }
        }
    }

    @Test
    void denial_is_logged_with_the_line_to_write() throws Exception {
        String rule = "\n\n" + TOPICS.named("known", TOPICS_SUBSCRIBE.is("role x"));
        for (String topic : List.of("kittens", "known")) {
            // a new site, since the denials of an address are logged once a minute
            try (Site site = site(rule, "");
                    WampPeer peer = join(site, "realm1", NOBODY)) {
                assertThat(peer.subscribe(topic)).contains(DENIED);
                String line = site.awaitLog("access denied");
                if (topic.equals("known")) {
                    assertThat(line)
                            .contains("uri=known", "rule=\"site.conf:3: topics.", "known", "subscribe = role x\"")
                            .doesNotContain("(write");
                } else {
                    assertThat(line)
                            .contains("action=subscribe uri=kittens")
                            .endsWith("(write topics { \"kittens\" { subscribe = anyone } })");
                }
            }
        }
    }

    /** Returns a token that PHP signs. */
    private static String jwt(String claims) throws Exception {
        return Site.run(
                "php",
                "-r",
                "$b = fn($s) => rtrim(strtr(base64_encode($s), '+/', '-_'), '=');"
                        + "$t = $b('{\"alg\":\"HS256\"}') . '.' . $b('" + claims + "');"
                        + "echo $t . '.' . $b(hash_hmac('sha256', $t, '" + SECRET + "', true));");
    }

    @Test
    void token_grants_the_topics_that_it_names() throws Exception {
        String session = SESSION.with(
                SESSION_STORE.is(STORE_COOKIE),
                SESSION_CODEC.is(CODEC_JSON),
                SESSION_USER.text("sub"),
                SESSION_TOKEN.is(TOKEN_JWT.with(TOKEN_JWT_SECRET.text(SECRET), TOKEN_JWT_HEADER.is("on"))));
        String token = "Authorization: Bearer "
                + jwt("{\"sub\":\"ann\",\"exp\":4000000000,"
                        + "\"topics\":{\"room.7\":[\"subscribe\"],\"shop.*\":[\"subscribe\",\"publish\"]}}");
        try (Site site = Site.start(
                closed(route("/events", EVENTS, session), route("/ws", PUBSUB, session, WS, WAMP)),
                TOPICS.named("\"room.*\"", TOPICS_SUBSCRIBE.is("token"), TOPICS_PUBLISH.is("token")),
                TOPICS.named("\"shop.*\"", TOPICS_SUBSCRIBE.is("token"), TOPICS_PUBLISH.is("[token, backend]")),
                TOPICS.named("\"shop.closed\"", TOPICS_SUBSCRIBE.is("role x")))) {
            assertThat(curl(site, "/events/room.7", "-H", token)).isEqualTo("200");
            assertThat(curl(site, "/events/room.8", "-H", token)).isEqualTo("403");
            assertThat(curl(site, "/events/shop.a", "-H", token)).isEqualTo("200");
            // a claim grants nothing where the file does not ask for it
            assertThat(curl(site, "/events/shop.closed", "-H", token)).isEqualTo("403");
            assertThat(curl(site, "/events/room.7")).isEqualTo("403");
            try (WampPeer ann =
                    WampPeer.join(site.port(), "/ws", "realm1", token, "Origin: http://127.0.0.1:" + site.port())) {
                assertThat(ann.exchange(16, "{\"acknowledge\":true},\"shop.a\",[1]"))
                        .startsWith("[17,");
                assertThat(ann.publish("room.7", "1")).contains(DENIED);
                assertThat(ann.exchange(32, "{\"match\":\"prefix\"},\"room.\"")).contains(DENIED);
            }
        }
    }

    private static String topics(Key table, Key subscribe, Key publish) {
        return String.join(
                "\n",
                table.named("\"news.*\"", subscribe.is("anyone"), publish.is("[role editor, backend]")),
                table.named("\"news.draft\"", subscribe.is("role editor")),
                table.named("\"user.{user}\"", subscribe.is("self")),
                table.named("room", subscribe.is("authenticated"), publish.is("subscribers")));
    }

    private static void assertTopics(Site site, String realm) throws IOException {
        try (WampPeer nobody = join(site, realm, NOBODY);
                WampPeer ann = join(site, realm, ANN);
                WampPeer bob = join(site, realm, BOB)) {
            assertThat(nobody.subscribe("news.sport")).startsWith("[33,");
            assertThat(nobody.subscribe("news.draft")).contains(DENIED);
            assertThat(nobody.subscribe("room")).contains(DENIED);
            assertThat(nobody.subscribe("user.bob")).contains(DENIED);
            assertThat(ann.subscribe("news.draft")).startsWith("[33,");
            assertThat(ann.subscribe("user.ann@example%2Ecom")).startsWith("[33,");
            assertThat(ann.subscribe("user.ann@example.com")).startsWith("[33,");
            assertThat(ann.subscribe("user.bob")).contains(DENIED);
            assertThat(bob.subscribe("user.bob")).startsWith("[33,");
            assertThat(bob.subscribe("user.{user}")).contains(DENIED);
            assertThat(bob.exchange(32, "{\"match\":\"prefix\"},\"user.\"")).contains(DENIED);
            assertThat(bob.exchange(32, "{\"match\":\"prefix\"},\"news.\"")).contains(DENIED);
            assertThat(bob.exchange(32, "{\"match\":\"prefix\"},\"news.s\"")).startsWith("[33,");
            assertThat(bob.publish("news.sport", "1")).contains(DENIED);
            assertThat(ann.exchange(16, "{\"acknowledge\":true},\"news.sport\",[1]"))
                    .startsWith("[17,");
            assertThat(nobody.receive()).startsWith("[36,");
            assertThat(bob.receive()).startsWith("[36,");
            assertThat(bob.exchange(16, "{\"acknowledge\":true},\"room\",[1]")).contains(DENIED);
            assertThat(bob.subscribe("room")).startsWith("[33,");
            assertThat(bob.exchange(16, "{\"acknowledge\":true},\"room\",[1]")).startsWith("[17,");
        }
    }

    @Test
    @Row({TOPICS_SUBSCRIBE, TOPICS_PUBLISH, WAMP_TOPICS_SUBSCRIBE, WAMP_TOPICS_PUBLISH})
    void topics_are_granted_by_the_most_specific_rule() throws Exception {
        RequiredPrograms.require("curl");
        try (Site site = site(
                topics(TOPICS, TOPICS_SUBSCRIBE, TOPICS_PUBLISH),
                topics(WAMP_TOPICS, WAMP_TOPICS_SUBSCRIBE, WAMP_TOPICS_PUBLISH))) {
            assertTopics(site, "realm1");
            assertTopics(site, "own");
            assertThat(curl(site, "/events/news.draft")).isEqualTo("403");
            assertThat(curl(site, "/known-events/user.bob", "-u", "ann@example.com:secret-of-ann"))
                    .isEqualTo("403");
            assertThat(curl(site, "/known-events/user.bob", "-u", "bob:secret-of-bob"))
                    .isEqualTo("200");
            assertThat(curl(site, "/events/news.sport")).isEqualTo("200");
            assertThat(site.post("/push/news.sport", "1").statusCode()).isEqualTo(200);
        }
    }

    /** Returns the status of a stream, which curl reads for a moment. */
    private static String curl(Site site, String path, String... options) throws Exception {
        String url = site.uri(path).toString();
        Process process = new ProcessBuilder(concat(
                        List.of("env", "curl", "-sN", "-D", "-", "-o", "/dev/null", "-H", "Origin: http://127.0.0.1"),
                        options,
                        url))
                .start();
        try {
            return process.inputReader().readLine().split(" ")[1];
        } finally {
            process.destroy();
        }
    }

    private static List<String> concat(List<String> first, String[] options, String last) {
        List<String> all = new java.util.ArrayList<>(first);
        all.addAll(List.of(options));
        all.add(last);
        return all;
    }

    @Test
    @Row({TOPICS_RATE, WAMP_TOPICS_RATE})
    void rate_limits_the_publishes_of_a_connection() throws Exception {
        String grants = TOPICS_PUBLISH.is("anyone");
        String rules = "\"limited.*\"";
        try (Site site = site(
                TOPICS.named(rules, grants, TOPICS_RATE.is("2/h")) + TOPICS.named("free", grants),
                WAMP_TOPICS.named(rules, grants, WAMP_TOPICS_RATE.is("2/h")) + WAMP_TOPICS.named("free", grants))) {
            for (String realm : List.of("realm1", "own")) {
                try (WampPeer one = join(site, realm, NOBODY);
                        WampPeer other = join(site, realm, NOBODY)) {
                    assertThat(one.publish("limited.a", "1")).startsWith("[17,");
                    assertThat(one.publish("limited.b", "1")).startsWith("[17,");
                    assertThat(one.publish("limited.c", "1")).contains("wamp.error.unavailable");
                    assertThat(one.publish("free", "1")).startsWith("[17,");
                    assertThat(other.publish("limited.c", "1")).startsWith("[17,");
                }
            }
        }
    }

    private static String procedures(Key table, Key call, Key register, Key hidden) {
        return String.join(
                "\n",
                table.named("\"jobs.*\"", call.is("authenticated"), register.is("role editor")),
                table.named("\"secret.*\"", call.is("role editor"), register.is("role editor"), hidden.is("on")));
    }

    @Test
    @Row({
        PROCEDURES_CALL,
        PROCEDURES_REGISTER,
        PROCEDURES_HIDDEN,
        WAMP_PROCEDURES_CALL,
        WAMP_PROCEDURES_REGISTER,
        WAMP_PROCEDURES_HIDDEN
    })
    void procedures_are_granted_and_hidden() throws Exception {
        try (Site site = site(
                procedures(PROCEDURES, PROCEDURES_CALL, PROCEDURES_REGISTER, PROCEDURES_HIDDEN),
                procedures(WAMP_PROCEDURES, WAMP_PROCEDURES_CALL, WAMP_PROCEDURES_REGISTER, WAMP_PROCEDURES_HIDDEN))) {
            for (String realm : List.of("realm1", "own")) {
                try (WampPeer nobody = join(site, realm, NOBODY);
                        WampPeer ann = join(site, realm, ANN);
                        WampPeer bob = join(site, realm, BOB)) {
                    assertThat(bob.register("jobs.a")).contains(DENIED);
                    assertThat(ann.register("jobs.a")).startsWith("[65,");
                    assertThat(ann.register("secret.a")).startsWith("[65,");
                    assertThat(nobody.call("jobs.a", "")).contains(DENIED);
                    String hidden = bob.call("secret.a", "");
                    String unknown = bob.call("other.a", "");
                    assertThat(hidden).contains(UNKNOWN);
                    assertThat(hidden.replaceFirst("^\\[8,48,\\d+", "").replace("secret.a", "other.a"))
                            .isEqualTo(unknown.replaceFirst("^\\[8,48,\\d+", ""));
                    bob.request(48, "{},\"jobs.a\"");
                    assertThat(ann.receive()).startsWith("[68,");
                }
            }
        }
    }

    @Test
    @Row({WAMP_TOPICS_BATCH_WINDOW, WAMP_TOPICS_OVERFLOW})
    void topics_of_a_realm_have_batch_window_and_overflow() throws Exception {
        Duration window = Duration.ofMillis(300);
        try (Site site = site(
                        "",
                        WAMP_TOPICS.named("late", WAMP_TOPICS_BATCH_WINDOW.is(window.toMillis() + "ms"))
                                + WAMP_TOPICS.named("drops", WAMP_TOPICS_OVERFLOW.is("drop-newest"))
                                + Site.ALLOW_ALL);
                WampPeer publisher = join(site, "own", NOBODY)) {
            try (WampPeer late = join(site, "own", NOBODY)) {
                late.subscribe("late");
                long before = System.nanoTime();
                publisher.publish("late", "1");
                assertThat(late.receive()).startsWith("[36,");
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(window);
            }
            try (WampPeer drops = join(site, "own", NOBODY);
                    WampPeer other = join(site, "own", NOBODY)) {
                String event = "\"" + "x".repeat(60_000) + "\"";
                int events = 600;
                for (String topic : List.of("drops", "other")) {
                    (topic.equals("drops") ? drops : other).subscribe(topic);
                    for (int i = 0; i < events; i++) {
                        assertThat(publisher.publish(topic, event)).startsWith("[17,");
                    }
                }
                other.socket().raw().readRest();
                int received = 0;
                publisher.publish("drops", "\"end\"");
                for (String text = drops.receive(); !text.contains("end"); text = drops.receive()) {
                    received++;
                    if (received % 10 == 0) {
                        publisher.publish("drops", "\"end\"");
                    }
                }
                assertThat(received).isBetween(1, events - 1);
            }
        }
    }
}
