package dev.sprocket.pubsub.access;

import static dev.sprocket.pubsub.access.AccessRule.EMPTY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.User;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TokenGrantsTest {
    private static final AccessPolicy SITE = AccessPolicy.CLOSED
            .topic("news.*", EMPTY.subscribe(Grantee.parse("token")).publish(Grantee.TOKEN, Grantee.BACKEND))
            .topic("room.{room}", EMPTY.subscribe(Grantee.TOKEN).publish(Grantee.TOKEN))
            .topic("staff.*", EMPTY.subscribe(Grantee.role("staff")))
            .procedure("job.*", EMPTY.call(Grantee.TOKEN));

    private static final User ANN = User.named("ann")
            .claims(Map.of(
                    "topics",
                    Map.of(
                            "news.sport.*", List.of("subscribe"),
                            "room.7", List.of("subscribe", "publish"),
                            "staff.*", List.of("subscribe"),
                            "room.8", "subscribe"),
                    "procedures",
                    Map.of("job.start", List.of("call"))));

    private static boolean allows(User user, Action action, String name, MatchPolicy match) {
        AccessRequest request =
                TestPeer.request("anonymous", action, name).user(user).match(match);
        return SITE.explain(request).decision() instanceof AccessDecision.Allow;
    }

    @ParameterizedTest
    @CsvSource({
        "SUBSCRIBE, news.sport.golf, EXACT,  true",
        "PUBLISH,   news.sport.golf, EXACT,  false",
        "SUBSCRIBE, news.sport.,     EXACT,  false",
        "SUBSCRIBE, news.sport,      EXACT,  false",
        "SUBSCRIBE, news.other,      EXACT,  false",
        "SUBSCRIBE, news.sport.,     PREFIX, true",
        "SUBSCRIBE, news.sport.g,    PREFIX, true",
        "SUBSCRIBE, news.,           PREFIX, false",
        "SUBSCRIBE, room.7,          EXACT,  true",
        "PUBLISH,   room.7,          EXACT,  true",
        "PUBLISH,   room.77,         EXACT,  false",
        "SUBSCRIBE, room.7,          PREFIX, false",
        "SUBSCRIBE, room.8,          EXACT,  false",
        "CALL,      job.start,       EXACT,  true",
        "CALL,      job.stop,        EXACT,  false",
    })
    void token_grants_what_its_claims_name(Action action, String name, MatchPolicy match, boolean allowed) {
        assertThat(allows(ANN, action, name, match)).isEqualTo(allowed);
    }

    @Test
    void claims_grant_nothing_unless_the_policy_asks_them() {
        assertThat(allows(ANN, Action.SUBSCRIBE, "staff.x", MatchPolicy.EXACT)).isFalse();
    }

    @Test
    void claims_of_another_form_grant_nothing() {
        for (Object topics : List.of("news.*", List.of("news.*"), Map.of("news.*", Map.of()), 1)) {
            User user = User.named("ann").claims(Map.of("topics", topics));
            assertThat(allows(user, Action.SUBSCRIBE, "news.sport", MatchPolicy.EXACT))
                    .as(topics.toString())
                    .isFalse();
        }
        assertThat(allows(User.named("ann"), Action.SUBSCRIBE, "news.sport", MatchPolicy.EXACT))
                .isFalse();
    }
}
