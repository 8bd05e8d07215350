package dev.sprocket.pubsub.access;

import static dev.sprocket.pubsub.access.TestPeer.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AccessControlTest {
    private final Topics topics = new Topics();
    private final AccessControl access = AccessControl.of(topics);

    @Test
    void topics_have_one_access_control() {
        assertThat(AccessControl.of(topics)).isSameAs(access).isNotSameAs(AccessControl.of(new Topics()));
    }

    @Test
    void without_an_authorizer_everything_is_allowed() throws Exception {
        for (Action action : Action.values()) {
            assertThat(access.check(request("anonymous", action, "x"))).isEqualTo(AccessDecision.ALLOW);
        }
        assertThat(access.denied()).isZero();
    }

    @Test
    void listeners_hear_each_change_after_it() {
        List<Authorizer> heard = new ArrayList<>();
        access.addListener(() -> heard.add(access.authorizer()));

        access.authorizer(AccessPolicy.CLOSED);
        access.authorizer(Authorizer.ALLOW_ALL);

        assertThat(heard).containsExactly(AccessPolicy.CLOSED, Authorizer.ALLOW_ALL);
    }

    @Test
    void visible_is_what_is_allowed_now() {
        access.authorizer(request -> request.name().equals("later")
                ? AccessDecision.later(CompletableFuture.completedFuture(AccessDecision.ALLOW))
                : AccessPolicy.CLOSED.authorize(request));

        assertThat(access.isVisible(request("ann", Action.SUBSCRIBE, "x"))).isTrue();
        assertThat(access.isVisible(request("anonymous", Action.SUBSCRIBE, "x")))
                .isFalse();
        assertThat(access.isVisible(request("ann", Action.SUBSCRIBE, "later"))).isFalse();
        assertThat(access.denied()).isZero();
    }
}
