package dev.sprocket.pubsub.access;

import static dev.sprocket.pubsub.access.AccessRule.EMPTY;
import static dev.sprocket.pubsub.access.Grantee.ANYONE;
import static dev.sprocket.pubsub.access.Grantee.AUTHENTICATED;
import static dev.sprocket.pubsub.access.Grantee.BACKEND;
import static dev.sprocket.pubsub.access.Grantee.SELF;
import static dev.sprocket.pubsub.access.Grantee.SUBSCRIBERS;
import static dev.sprocket.pubsub.access.Grantee.role;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AccessPolicyTest {
    private static final AccessPolicy SITE = AccessPolicy.CLOSED
            .topic("news.*", EMPTY.subscribe(ANYONE).publish(BACKEND))
            .topic("user.{user}", EMPTY.subscribe(SELF).publish(BACKEND))
            .topic(
                    "room.{room}",
                    EMPTY.subscribe(AUTHENTICATED).publish(SUBSCRIBERS, BACKEND).rate(5, Duration.ofSeconds(1)))
            .topic("staff.*", EMPTY.subscribe(role("staff")).publish(role("editor"), role("chief")))
            .procedure(
                    "admin.*",
                    EMPTY.call(role("admin")).register(role("worker")).hidden(true));

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "anonymous,  SUBSCRIBE, news.sport,  allow, topics.\"news.*\".subscribe = anyone",
                "anonymous,  PUBLISH,   news.sport,  deny,  topics.\"news.*\".publish = backend",
                "backend,    PUBLISH,   news.sport,  allow, topics.\"news.*\".publish = backend",
                "ann,        SUBSCRIBE, user.ann,    allow, topics.\"user.{user}\".subscribe = self",
                "bob,        SUBSCRIBE, user.ann,    deny,  topics.\"user.{user}\".subscribe = self",
                "a.b@c.d,    SUBSCRIBE, user.a%2Eb@c%2Ed, allow, topics.\"user.{user}\".subscribe = self",
                "role chief, PUBLISH,   staff.x,     allow, `topics.\"staff.*\".publish = [role editor, role chief]`",
                "role staff, PUBLISH,   staff.x,     deny,  `topics.\"staff.*\".publish = [role editor, role chief]`",
                "role admin, CALL,      admin.stop,  allow, procedures.\"admin.*\".call = role admin",
                "ann,        CALL,      admin.stop,  hide,  procedures.\"admin.*\".call = role admin",
                "ann,        CALL,      other,       allow, default-access.call = authenticated",
                "ann,        PUBLISH,   other,       deny,  default-access.publish = backend",
            })
    void most_specific_rule_decides(String who, Action action, String name, String expected, String line) {
        AccessExplanation explanation = SITE.explain(TestPeer.request(who, action, name));

        assertThat(decision(explanation) + " by " + explanation).isEqualTo(expected + " by " + line);
    }

    private static String decision(AccessExplanation explanation) {
        AccessDecision decision = explanation.decision();
        return decision instanceof AccessDecision.Allow
                ? "allow"
                : decision instanceof AccessDecision.Hide
                        ? "hide"
                        : decision instanceof AccessDecision.Deny ? "deny" : "?";
    }
}
