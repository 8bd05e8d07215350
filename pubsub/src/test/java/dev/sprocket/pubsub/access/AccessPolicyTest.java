package dev.sprocket.pubsub.access;

import static dev.sprocket.pubsub.access.AccessRule.EMPTY;
import static dev.sprocket.pubsub.access.Grantee.ANYONE;
import static dev.sprocket.pubsub.access.Grantee.AUTHENTICATED;
import static dev.sprocket.pubsub.access.Grantee.BACKEND;
import static dev.sprocket.pubsub.access.Grantee.NOBODY;
import static dev.sprocket.pubsub.access.Grantee.SELF;
import static dev.sprocket.pubsub.access.Grantee.SUBSCRIBERS;
import static dev.sprocket.pubsub.access.Grantee.role;
import static dev.sprocket.pubsub.access.TestPeer.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.core.User;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AccessPolicyTest {
    private static final AccessPolicy SITE = AccessPolicy.CLOSED
            .topic("news.*", EMPTY.subscribe(ANYONE).publish(BACKEND))
            .topic("user.{user}", EMPTY.subscribe(SELF).publish(BACKEND))
            .topic("user.{user}.*", EMPTY.subscribe(SELF))
            .topic("room.{room}", EMPTY.subscribe(AUTHENTICATED).publish(SUBSCRIBERS, BACKEND))
            .topic("staff.*", EMPTY.subscribe(role("staff")).publish(role("editor"), role("chief")))
            .procedure(
                    "admin.*",
                    EMPTY.call(role("admin")).register(role("worker")).hidden(true))
            .procedure("visible.*", EMPTY.call(NOBODY));

    private static final String NEWS = "topics.\"news.*\".";
    private static final String USER = "topics.\"user.{user}\".";
    private static final String USER_ALL = "topics.\"user.{user}.*\".";
    private static final String ROOM = "topics.\"room.{room}\".";
    private static final String STAFF = "topics.\"staff.*\".";
    private static final String ADMIN = "procedures.\"admin.*\".";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "anonymous  | SUBSCRIBE | news.sport      | allow | " + NEWS + "subscribe = anyone",
                "ann        | SUBSCRIBE | news.sport.a/b  | allow | " + NEWS + "subscribe = anyone",
                "anonymous  | PUBLISH   | news.sport      | deny  | " + NEWS + "publish = backend",
                "ann        | PUBLISH   | news.sport      | deny  | " + NEWS + "publish = backend",
                "backend    | PUBLISH   | news.sport      | allow | " + NEWS + "publish = backend",
                "anonymous  | SUBSCRIBE | news            | deny  | default-access.subscribe = authenticated",
                "anonymous  | SUBSCRIBE | newsletter      | deny  | default-access.subscribe = authenticated",
                "anonymous  | SUBSCRIBE | a.news.b        | deny  | default-access.subscribe = authenticated",
                "ann        | SUBSCRIBE | News.sport      | allow | default-access.subscribe = authenticated",
                "ann        | SUBSCRIBE | user.ann        | allow | " + USER + "subscribe = self",
                "bob        | SUBSCRIBE | user.ann        | deny  | " + USER + "subscribe = self",
                "anonymous  | SUBSCRIBE | user.ann        | deny  | " + USER + "subscribe = self",
                "backend    | SUBSCRIBE | user.backend    | deny  | " + USER + "subscribe = self",
                "role staff | SUBSCRIBE | user.ann        | deny  | " + USER + "subscribe = self",
                "a.b@c.d    | SUBSCRIBE | user.a%2Eb@c%2Ed | allow | " + USER + "subscribe = self",
                "a.b@c.d    | SUBSCRIBE | user.a%2eb@c%2ed | deny | " + USER + "subscribe = self",
                "a.b        | SUBSCRIBE | user.a.b        | deny  | " + USER_ALL + "subscribe = self",
                "a          | SUBSCRIBE | user.a.b        | allow | " + USER_ALL + "subscribe = self",
                "b          | SUBSCRIBE | user.a.b        | deny  | " + USER_ALL + "subscribe = self",
                "a          | PUBLISH   | user.a.b        | deny  | default-access.publish = backend",
                "a          | SUBSCRIBE | user..b         | allow | default-access.subscribe = authenticated",
                "ann        | SUBSCRIBE | room.7          | allow | " + ROOM + "subscribe = authenticated",
                "ann        | SUBSCRIBE | room.7/x        | allow | default-access.subscribe = authenticated",
                "ann        | PUBLISH   | room.7          | deny  | " + ROOM + "publish = [subscribers, backend]",
                "role staff | SUBSCRIBE | staff.x         | allow | " + STAFF + "subscribe = role staff",
                "role chief | SUBSCRIBE | staff.x         | deny  | " + STAFF + "subscribe = role staff",
                "role chief | PUBLISH   | staff.x         | allow | " + STAFF + "publish = [role editor, role chief]",
                "role admin | CALL      | admin.stop      | allow | " + ADMIN + "call = role admin",
                "ann        | CALL      | admin.stop      | hide  | " + ADMIN + "call = role admin",
                "ann        | REGISTER  | admin.stop      | deny  | " + ADMIN + "register = role worker",
                "ann        | CALL      | visible.x       | deny  | procedures.\"visible.*\".call = nobody",
                "ann        | CALL      | news.sport      | allow | default-access.call = authenticated",
                "anonymous  | CALL      | other           | deny  | default-access.call = authenticated",
                "backend    | REGISTER  | other           | deny  | default-access.register = nobody",
                "backend    | PUBLISH   | other           | allow | default-access.publish = backend",
                "anonymous  | SUBSCRIBE | wamp.session.on_join | allow | names that begin with wamp. or sprocket. are"
                        + " reserved",
                "backend    | PUBLISH   | wamp.session.on_join | deny  | names that begin with wamp. or sprocket. are"
                        + " reserved",
                "backend    | REGISTER  | wamp.x          | deny  | names that begin with wamp. or sprocket. are"
                        + " reserved",
            })
    void most_specific_rule_decides(String who, Action action, String name, String expected, String line) {
        AccessRequest request = request(who, action, name);

        assertThat(text(SITE.explain(request).decision()) + " by " + SITE.explain(request))
                .isEqualTo(expected + " by " + line);
        assertThat(text(SITE.authorize(request))).isEqualTo(expected);
    }

    private static String text(AccessDecision decision) {
        return decision.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static AccessPolicy everything() {
        AccessPolicy policy = AccessPolicy.CLOSED;
        for (String pattern :
                List.of("*", "a*", "{x}", "{x}.b", "{x}.{y}", "a.*", "a.b", "a.{y}", "a.bc*", "a.{y}.c*")) {
            policy = policy.topic(pattern, EMPTY.subscribe(role(pattern)));
        }
        return policy;
    }

    @ParameterizedTest
    @CsvSource({
        "z,         {x}",
        "a,         {x}",
        "ab,        a*",
        "z.b,       {x}.b",
        "z.c,       {x}.{y}",
        "z.b.c,     *",
        "a.b,       a.b",
        "a.c,       a.{y}",
        "a.bc,      a.{y}",
        "a.bcd,     a.bc*",
        "a.b.c,     a.*",
        "a.b.cd,    a.{y}.c*",
        "a.bc.cd,   a.bc*",
        "a.b.d,     a.*",
        "a.,        a*",
        "a/b,       a*",
        ".b,        *",
        "z.,        *",
    })
    void literal_comes_before_hole_before_star(String name, String pattern) {
        assertThat(everything().explain(request("ann", Action.SUBSCRIBE, name)).rule())
                .isEqualTo("topics.\"" + pattern + "\".subscribe = role " + pattern);
    }

    @ParameterizedTest
    @CsvSource({
        "anonymous, PREFIX,   news.,          allow, topics.\"news.*\".subscribe = anyone",
        "anonymous, PREFIX,   news.sport,     allow, topics.\"news.*\".subscribe = anyone",
        "anonymous, PREFIX,   news,           deny,  default-access.subscribe = authenticated",
        "anonymous, WILDCARD, news..today,    allow, topics.\"news.*\".subscribe = anyone",
        "anonymous, WILDCARD, .sport,         deny,  topics.\"room.{room}\".subscribe = authenticated",
        "ann,       PREFIX,   n,              allow, default-access.subscribe = authenticated",
        "ann,       PREFIX,   s,              deny,  topics.\"staff.*\".subscribe = role staff",
        "ann,       PREFIX,   user.ann.,      allow, topics.\"user.{user}.*\".subscribe = self",
        "ann,       PREFIX,   user.ann.inbox, allow, topics.\"user.{user}.*\".subscribe = self",
        "ann,       WILDCARD, user.ann.,      allow, topics.\"user.{user}.*\".subscribe = self",
        "ann,       WILDCARD, user..inbox,    deny,  topics.\"user.{user}\".subscribe = self",
        "ann,       PREFIX,   user.ann,       deny,  topics.\"user.{user}\".subscribe = self",
        "bob,       PREFIX,   user.ann.,      deny,  topics.\"user.{user}.*\".subscribe = self",
        "ann,       PREFIX,   zzz,            allow, default-access.subscribe = authenticated",
        "anonymous, PREFIX,   wamp.session.,  allow, names that begin with wamp. or sprocket. are reserved",
        "anonymous, PREFIX,   wam,            deny,  default-access.subscribe = authenticated",
        "anonymous, PREFIX,   wamp,           deny,  default-access.subscribe = authenticated",
    })
    void pattern_needs_all_rules_it_overlaps(
            String who, MatchPolicy match, String pattern, String expected, String line) {
        AccessRequest request = request(who, Action.SUBSCRIBE, pattern).match(match);

        assertThat(text(SITE.authorizePattern(request)) + " by " + SITE.explain(request))
                .isEqualTo(expected + " by " + line);
    }

    @Test
    void less_specific_rule_must_allow_a_pattern_too() {
        AccessPolicy policy =
                AccessPolicy.CLOSED.topic("*", EMPTY.subscribe(AUTHENTICATED)).topic("news.*", EMPTY.subscribe(ANYONE));

        AccessRequest anonymous =
                request("anonymous", Action.SUBSCRIBE, "news.").match(MatchPolicy.PREFIX);
        assertThat(policy.explain(anonymous)).hasToString("topics.\"*\".subscribe = authenticated");
        assertThat(policy.explain(anonymous).isAllowed()).isFalse();
    }

    @Test
    void beginning_of_a_star_rule_is_closed_for_publishers() {
        AccessPolicy policy = AccessPolicy.CLOSED
                .topic("news.*", EMPTY.subscribe(ANYONE))
                .topic("open.*", EMPTY.publish(ANYONE))
                .topic("{any}.", EMPTY.publish(ANYONE))
                .procedure("app.*", EMPTY.register(ANYONE))
                .topic("user.{user}.*", EMPTY)
                .defaults(EMPTY.publish(ANYONE).call(ANYONE));

        assertThat(policy.explain(request("backend", Action.PUBLISH, "user.ann.")))
                .hasToString("topics.\"user.{user}.*\" (longer names only)");
        assertThat(policy.authorize(request("backend", Action.PUBLISH, "user.ann.")))
                .isEqualTo(AccessDecision.deny("name without a rule (expected: a longer name)"));
        assertThat(policy.authorize(request("ann", Action.CALL, "app."))).isInstanceOf(AccessDecision.Deny.class);
        assertThat(policy.authorize(request("ann", Action.SUBSCRIBE, "user.ann.")))
                .isEqualTo(AccessDecision.ALLOW);
        assertThat(policy.authorize(request("ann", Action.PUBLISH, "user.ann"))).isEqualTo(AccessDecision.ALLOW);
        assertThat(policy.authorize(request("ann", Action.PUBLISH, "news."))).isEqualTo(AccessDecision.ALLOW);
    }

    @Test
    void subscribers_publish_what_they_hear() {
        Topics topics = new Topics();
        Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> {});
        AccessRequest publish = request("ann", Action.PUBLISH, "room.7").subscriber(topics, subscriber);

        assertThat(SITE.authorize(publish)).isEqualTo(AccessDecision.deny("not permitted"));
        topics.pattern(MatchPolicy.PREFIX, "room.").subscribe(subscriber);
        assertThat(SITE.authorize(publish)).isEqualTo(AccessDecision.ALLOW);
        topics.pattern(MatchPolicy.PREFIX, "room.").unsubscribe(subscriber);
        topics.topic("room.7").subscribe(subscriber);
        assertThat(SITE.authorize(publish)).isEqualTo(AccessDecision.ALLOW);
        topics.topic("room.7").unsubscribe(subscriber);
        assertThat(SITE.authorize(publish)).isEqualTo(AccessDecision.deny("not permitted"));
    }

    @Test
    void denial_tells_the_peer_no_rule() {
        assertThat(SITE.authorize(request("anonymous", Action.SUBSCRIBE, "staff.x")))
                .isEqualTo(AccessDecision.deny("authentication required"));
        assertThat(SITE.authorize(request("ann", Action.SUBSCRIBE, "staff.x")))
                .isEqualTo(AccessDecision.deny("not permitted"));
        assertThat(SITE.authorize(request("anonymous", Action.PUBLISH, "news.x")))
                .isEqualTo(AccessDecision.deny("not permitted"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "anonymous | SUBSCRIBE | kittensCategory | topics { \"kittensCategory\" { subscribe = anyone } }",
                "ann       | PUBLISH   | a\"b\\c         | topics { \"a\\\"b\\\\c\" { publish = authenticated } }",
                "ann       | PUBLISH   | user.ann.x      | topics { \"user.{user}.*\" { publish = authenticated } }",
                "backend   | REGISTER  | admin           | procedures { \"admin\" { register = backend } }",
                "anonymous | SUBSCRIBE | news*           | none",
                "anonymous | SUBSCRIBE | staff.x         | none",
                "ann       | SUBSCRIBE | other           | none",
            })
    void denial_by_default_suggests_a_line(String who, Action action, String name, String line) {
        assertThat(SITE.explain(request(who, action, name)).suggestion().orElse("none"))
                .isEqualTo(line);
    }

    @Test
    void suggested_line_of_a_pattern_covers_it() {
        AccessRequest request = request("anonymous", Action.SUBSCRIBE, "new").match(MatchPolicy.PREFIX);

        assertThat(SITE.explain(request).suggestion()).contains("topics { \"new*\" { subscribe = anyone } }");
        assertThat(SITE.topic("new*", EMPTY.subscribe(ANYONE)).explain(request).isAllowed())
                .isTrue();
    }

    @Test
    void explanation_has_the_origin_of_the_grant() {
        AccessPolicy policy = AccessPolicy.CLOSED
                .topic(
                        "a",
                        EMPTY.subscribe(ANYONE)
                                .publish(ANYONE)
                                .origin("site.conf:3")
                                .origin(Action.PUBLISH, "site.conf:4"))
                .defaults(EMPTY.call(ANYONE).origin("site.conf:9"));

        assertThat(policy.explain(request("ann", Action.SUBSCRIBE, "a")))
                .hasToString("site.conf:3: topics.\"a\".subscribe = anyone");
        assertThat(policy.explain(request("ann", Action.PUBLISH, "a")).origin()).contains("site.conf:4");
        assertThat(policy.explain(request("ann", Action.CALL, "a")).origin()).contains("site.conf:9");
        assertThat(policy.explain(request("ann", Action.REGISTER, "a")).origin())
                .isEmpty();
    }

    @Test
    void rate_limits_publishes_of_a_connection_and_rule() {
        AccessPolicy policy = AccessPolicy.CLOSED
                .defaults(EMPTY.publish(ANYONE))
                .topic("fast.*", EMPTY.rate(2, Duration.ofDays(1)))
                .topic("slow.*", EMPTY.rate(1, Duration.ofDays(1)));
        AccessRequest fast = request("ann", Action.PUBLISH, "fast.1");

        assertThat(policy.explain(fast).isAllowed()).isTrue();
        assertThat(policy.authorize(fast)).isEqualTo(AccessDecision.ALLOW);
        assertThat(policy.authorize(fast)).isEqualTo(AccessDecision.ALLOW);
        assertThat(policy.authorize(fast)).isEqualTo(AccessDecision.limit("rate limit exceeded: 2/86400s"));
        assertThat(policy.explain(fast).isAllowed()).isTrue();
        TestPeer peer = (TestPeer) fast.connection();
        assertThat(policy.authorize(AccessRequest.of(peer, Action.PUBLISH, "fast.2")))
                .isInstanceOf(AccessDecision.Limit.class);
        assertThat(policy.authorize(AccessRequest.of(peer, Action.PUBLISH, "slow.1")))
                .isEqualTo(AccessDecision.ALLOW);
        assertThat(policy.authorize(AccessRequest.of(peer, Action.SUBSCRIBE, "fast.1")))
                .isEqualTo(AccessDecision.ALLOW);
        assertThat(policy.authorize(request("bob", Action.PUBLISH, "fast.1"))).isEqualTo(AccessDecision.ALLOW);
        assertThat(policy.authorize(request("bob", Action.PUBLISH, "fast.1").meter(peer)))
                .isInstanceOf(AccessDecision.Limit.class);
    }

    @Test
    void denied_publish_does_not_count_towards_the_rate() {
        AccessPolicy policy =
                AccessPolicy.CLOSED.topic("a", EMPTY.publish(BACKEND).rate(1, Duration.ofDays(1)));
        TestPeer peer = new TestPeer();

        assertThat(policy.authorize(AccessRequest.of(peer, Action.PUBLISH, "a")))
                .isInstanceOf(AccessDecision.Deny.class);
        assertThat(policy.authorize(AccessRequest.of(peer, Action.PUBLISH, "a").backend()))
                .isEqualTo(AccessDecision.ALLOW);
    }

    @Test
    void reload_keeps_the_count_of_an_unchanged_rule() {
        AccessRule rule = EMPTY.publish(ANYONE).rate(1, Duration.ofDays(1));
        AccessRequest publish = request("ann", Action.PUBLISH, "a");

        assertThat(AccessPolicy.CLOSED.topic("a", rule).authorize(publish)).isEqualTo(AccessDecision.ALLOW);
        assertThat(AccessPolicy.CLOSED.topic("a", rule).authorize(publish)).isInstanceOf(AccessDecision.Limit.class);
    }

    @ParameterizedTest
    @CsvSource({
        "room.{a},  room.{b}, 'topics.\"room.{b}\": matches the same names as topics.\"room.{a}\" (expected: one"
                + " rule)'",
        "news.*,    news.*,   'topics.\"news.*\": matches the same names as topics.\"news.*\" (expected: one rule)'",
        "{a}.{b}.*, {b}.{a}.*, 'topics.\"{b}.{a}.*\": matches the same names as topics.\"{a}.{b}.*\" (expected: one"
                + " rule)'",
    })
    void equal_rules_are_an_error(String one, String other, String message) {
        AccessPolicy policy = AccessPolicy.CLOSED.topic(one, EMPTY);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.topic(other, EMPTY))
                .withMessage(message);
        assertThat(policy.procedure(other, EMPTY).warnings()).isEmpty();
    }

    @Test
    void parts_of_the_other_table_are_an_error() {
        AccessPolicy policy = AccessPolicy.CLOSED;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.topic("a", EMPTY.call(ANYONE)))
                .withMessage("topics.\"a\": call (expected: call in procedures)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.procedure("a", EMPTY.publish(ANYONE)))
                .withMessage("procedures.\"a\": publish (expected: publish in topics)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.topic("a", EMPTY.hidden(true)))
                .withMessage("topics.\"a\": hidden (expected: hidden in procedures)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.procedure("a", EMPTY.rate(1, Duration.ofSeconds(1))))
                .withMessage("procedures.\"a\": rate (expected: rate in topics)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.defaults(EMPTY.rate(1, Duration.ofSeconds(1))))
                .withMessage("default-access: rate (expected: in a rule for a pattern)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.defaults(EMPTY.hidden(true)))
                .withMessage("default-access: hidden (expected: in a rule for a pattern)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy.defaults(EMPTY.subscribe(SELF)))
                .withMessage("default-access.subscribe: self (expected: in a rule for a pattern with {user})");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user.*", "user.{id}", "user"})
    void self_needs_a_hole(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AccessPolicy.CLOSED.topic(pattern, EMPTY.subscribe(role("x"), SELF)))
                .withMessage("topics.\"" + pattern
                        + "\".subscribe: self without {user} in the pattern (expected: such as user.{user})");
    }

    @Test
    void invalid_grants_are_an_error() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EMPTY.publish())
                .withMessage("publish: an empty list (expected: nobody, or others)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EMPTY.call(NOBODY, ANYONE))
                .withMessage("call: nobody beside others (expected: nobody alone)");
        for (Action action : List.of(Action.SUBSCRIBE, Action.CALL, Action.REGISTER)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> EMPTY.grant(action, List.of(SUBSCRIBERS)))
                    .withMessage(action + ": subscribers (expected: only for publish)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EMPTY.rate(0, Duration.ofSeconds(1)))
                .withMessage("rate: 0 events (expected: 1 or more)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EMPTY.rate(1, Duration.ZERO))
                .withMessage("rate: period of PT0S (expected: 1 ms to 1 day)");
    }

    @Test
    void words_name_grantees() {
        for (Grantee grantee : List.of(ANYONE, AUTHENTICATED, NOBODY, SELF, SUBSCRIBERS, BACKEND, role("head of x"))) {
            assertThat(Grantee.parse(grantee.toString())).isEqualTo(grantee);
        }
        assertThat(Grantee.parse("role  editor ")).isEqualTo(role("editor"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grantee.parse("anybody"))
                .withMessage(
                        "'anybody' (expected: anyone, authenticated, nobody, self, subscribers, backend, token or role"
                                + " NAME)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grantee.parse("role "))
                .withMessage("role without a name (expected: role NAME)");
    }

    @Test
    void rules_that_never_decide_are_reported() {
        String name = "x".repeat(Topics.MAX_ID_LENGTH);
        AccessPolicy policy = Stream.of(
                        "wamp", "wamp.session.*", "wamp.{x}", "wamp*", "wampum", name, name + "*", "y" + name)
                .reduce(AccessPolicy.CLOSED, (all, pattern) -> all.topic(pattern, EMPTY), (one, other) -> one);

        assertThat(policy.warnings())
                .containsExactly(
                        "topics.\"wamp\" has no effect: names that begin with wamp. or sprocket. are reserved (remove"
                                + " it; see meta-api)",
                        "topics.\"wamp.session.*\" has no effect: names that begin with wamp. or sprocket. are"
                                + " reserved (remove it; see meta-api)",
                        "topics.\"wamp.{x}\" has no effect: names that begin with wamp. or sprocket. are reserved"
                                + " (remove it; see meta-api)",
                        "topics.\"" + name
                                + "*\" has no effect: it matches no name of 512 characters or less (shorten it)",
                        "topics.\"y" + name
                                + "\" has no effect: it matches no name of 512 characters or less (shorten it)");
    }

    @Test
    void odd_ids_and_names_are_only_denied() {
        AccessPolicy policy =
                AccessPolicy.CLOSED.topic("u.{user}", EMPTY.subscribe(SELF)).topic("s", EMPTY.publish(SUBSCRIBERS));
        TestPeer peer = new TestPeer();
        User.set(peer, User.named("a\ud800"));

        assertThat(policy.authorize(AccessRequest.of(peer, Action.SUBSCRIBE, "u.a%3F")))
                .isInstanceOf(AccessDecision.Deny.class);
        assertThat(policy.authorize(request("", Action.SUBSCRIBE, "u."))).isEqualTo(AccessDecision.ALLOW);
        assertThat(policy.authorize(request("ann", Action.PUBLISH, ""))).isInstanceOf(AccessDecision.Deny.class);
        assertThat(policy.authorize(request("ann", Action.PUBLISH, "\ud800".repeat(9999))))
                .isInstanceOf(AccessDecision.Deny.class);
    }

    @ParameterizedTest
    @CsvSource({"PT1S, 5/s", "PT1M, 5/m", "PT1H, 5/h", "PT10S, 5/10s", "PT1.5S, 5/1500ms", "P1D, 5/86400s"})
    void rate_prints_as_in_the_file(Duration period, String text) {
        assertThat(EMPTY.rate(5, period)).hasToString("{ rate = " + text + " }");
    }

    @Test
    void policy_prints_as_in_the_file() {
        assertThat(AccessPolicy.CLOSED.topic("a", EMPTY.subscribe(ANYONE).rate(5, Duration.ofSeconds(1))))
                .hasToString("topics { \"a\" { subscribe = anyone, rate = 5/s } } procedures { } default-access"
                        + " { subscribe = authenticated, publish = backend, call = authenticated, register = nobody }");
    }
}
