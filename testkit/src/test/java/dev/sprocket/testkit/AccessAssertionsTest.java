package dev.sprocket.testkit;

import static dev.sprocket.pubsub.access.Action.CALL;
import static dev.sprocket.pubsub.access.Action.PUBLISH;
import static dev.sprocket.pubsub.access.Action.SUBSCRIBE;
import static dev.sprocket.testkit.AccessAssertions.assertAccess;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.core.User;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.pubsub.access.Grantee;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AccessAssertionsTest {
    private final AccessPolicy policy = AccessPolicy.CLOSED
            .topic(
                    "news.*",
                    AccessRule.EMPTY
                            .subscribe(Grantee.ANYONE)
                            .origin("site.conf:2")
                            .rate(1, Duration.ofDays(1)))
            .topic("user.{user}.*", AccessRule.EMPTY.subscribe(Grantee.SELF))
            .topic("room.{room}", AccessRule.EMPTY.publish(Grantee.SUBSCRIBERS))
            .procedure("admin.*", AccessRule.EMPTY.call(Grantee.role("admin")).hidden(true));
    private final User ann = User.named("ann");

    private static void assertFails(ThrowingCallable assertion, String message) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion).withMessage(message);
    }

    @Test
    void assertions_follow_the_policy() {
        assertAccess(policy).of(ann).to(SUBSCRIBE, "user.ann.inbox").isAllowed().isDecidedBy("user.{user}.*");
        assertAccess(policy)
                .of(User.named("bob"))
                .to(SUBSCRIBE, "user.ann.inbox")
                .isDenied();
        assertAccess(policy).to(SUBSCRIBE, "news.sport").isAllowed().isDecidedBy("site.conf:2");
        assertAccess(policy).of(ann).ofAnonymous().to(SUBSCRIBE, "other").isDenied();
        assertAccess(policy).of(ann).to(CALL, "admin.stop").isDenied().isHidden();
        assertAccess(policy).of(ann.roles("admin")).to(CALL, "admin.stop").isAllowed();
        assertAccess(policy).of(ann).ofBackend().to(PUBLISH, "other").isAllowed();
        assertAccess(policy)
                .of(ann)
                .to(SUBSCRIBE, MatchPolicy.PREFIX, "user.ann.")
                .isAllowed();
        assertAccess(policy).of(ann).to(SUBSCRIBE, MatchPolicy.PREFIX, "user.").isDenied();
    }

    @Test
    void peer_has_only_the_named_subscriptions() {
        AccessAssertions peer = assertAccess(policy).of(ann);

        peer.to(PUBLISH, "room.7").isDenied();
        peer.subscribedTo("room.7", "room.8").to(PUBLISH, "room.7").isAllowed();
        peer.subscribedTo("room.8").to(PUBLISH, "room.7").isDenied();
    }

    @Test
    void rate_is_not_counted() {
        AccessPolicy open = policy.defaults(AccessRule.EMPTY.publish(Grantee.ANYONE));

        for (int i = 0; i < 3; i++) {
            assertAccess(open).to(PUBLISH, "news.sport").isAllowed();
        }
    }

    @Test
    void failure_names_the_line_that_decided() {
        assertFails(
                () -> assertAccess(policy).of(ann).to(SUBSCRIBE, "news.sport").isDenied(),
                "subscribe news.sport by ann []: allow by site.conf:2: topics.\"news.*\".subscribe = anyone"
                        + " (expected: deny)");
        assertFails(
                () -> assertAccess(policy).to(SUBSCRIBE, "other").isAllowed(),
                "subscribe other by anonymous: deny by default-access.subscribe = authenticated (expected: allow)");
        assertFails(
                () -> assertAccess(policy).to(SUBSCRIBE, "other").isHidden(),
                "subscribe other by anonymous: deny by default-access.subscribe = authenticated (expected: hide)");
        assertFails(
                () -> assertAccess(policy).to(SUBSCRIBE, "other").isDecidedBy("news"),
                "subscribe other by anonymous: deny by default-access.subscribe = authenticated"
                        + " (expected: decided by news)");
    }

    @Test
    void other_authorizers_decide_now_or_later() {
        Authorizer later = request -> AccessDecision.later(CompletableFuture.completedFuture(
                request.name().equals("a") ? AccessDecision.ALLOW : AccessDecision.deny("no")));

        assertAccess(Authorizer.ALLOW_ALL)
                .to(SUBSCRIBE, MatchPolicy.PREFIX, "a")
                .isAllowed();
        assertAccess(later).to(SUBSCRIBE, "a").isAllowed();
        assertAccess(later).to(SUBSCRIBE, "b").isDenied();
        assertAccess(later).to(SUBSCRIBE, MatchPolicy.PREFIX, "a").isDenied();
        assertFails(
                () -> assertAccess(later).to(SUBSCRIBE, "b").isAllowed(),
                "subscribe b by anonymous: deny (expected: allow)");
    }

    @Test
    void undecided_or_failing_authorizer_fails() {
        Authorizer never = request -> AccessDecision.later(new CompletableFuture<>());
        Authorizer failing = request -> {
            throw new IOException("no database");
        };

        assertFails(
                () -> assertAccess(never).to(SUBSCRIBE, "a").isDenied(),
                "subscribe a by anonymous: the authorizer has not decided yet");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> assertAccess(failing).to(SUBSCRIBE, "a").isDenied())
                .withMessage("subscribe a by anonymous: the authorizer failed")
                .withCauseInstanceOf(IOException.class);
    }
}
