package dev.sprocket.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.User;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessExplanation;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Assertions about the access of a peer under an {@link AccessPolicy} or another {@link Authorizer}.
 *
 * <pre>{@code
 * AccessPolicy policy = AccessPolicy.CLOSED.topic("user.{user}", AccessRule.EMPTY.subscribe(Grantee.SELF));
 * AccessAssertions.assertAccess(policy).of(User.named("ann")).to(Action.SUBSCRIBE, "user.ann").isAllowed();
 * AccessAssertions.assertAccess(policy).ofAnonymous().to(Action.SUBSCRIBE, "user.ann").isDenied();
 * }</pre>
 *
 * <p>Nothing is published or called. A rate of the policy is not counted. A peer has no subscriptions, except those of
 * {@link #subscribedTo}.
 */
public final class AccessAssertions {
    private final Authorizer authorizer;
    private final @Nullable User user;
    private final boolean backend;
    private final List<String> subscriptions;

    private AccessAssertions(Authorizer authorizer, @Nullable User user, boolean backend, List<String> subscriptions) {
        this.authorizer = authorizer;
        this.user = user;
        this.backend = backend;
        this.subscriptions = subscriptions;
    }

    /** Starts an assertion about a client without authentication. */
    public static AccessAssertions assertAccess(Authorizer authorizer) {
        return new AccessAssertions(authorizer, null, false, List.of());
    }

    /** Returns a copy for a client with a user. */
    public AccessAssertions of(User other) {
        return new AccessAssertions(authorizer, other, false, subscriptions);
    }

    /** Returns a copy for a client without authentication. */
    public AccessAssertions ofAnonymous() {
        return new AccessAssertions(authorizer, null, false, subscriptions);
    }

    /** Returns a copy for a backend that a push route or bridge has let in. */
    public AccessAssertions ofBackend() {
        return new AccessAssertions(authorizer, null, true, subscriptions);
    }

    /** Returns a copy for a peer that is subscribed to topics. */
    public AccessAssertions subscribedTo(String... topics) {
        return new AccessAssertions(authorizer, user, backend, List.of(topics));
    }

    /** Asks for a topic or procedure. */
    public Decision to(Action action, String name) {
        return to(action, MatchPolicy.EXACT, name);
    }

    /** Asks for a pattern of a subscription or registration. */
    public Decision to(Action action, MatchPolicy match, String pattern) {
        MemoryConnection conn = new MemoryConnection("peer");
        if (user != null) {
            User.set(conn, user);
        }
        Topics topics = new Topics();
        Subscriber subscriber = Subscriber.of("peer", Runnable::run, (topic, event) -> {});
        subscriptions.forEach(name -> topics.topic(name).subscribe(subscriber));
        AccessRequest request =
                AccessRequest.of(conn, action, pattern).match(match).subscriber(topics, subscriber);
        return new Decision(authorizer, backend ? request.backend() : request);
    }

    /** Decision about a request, with assertions. */
    public static final class Decision {
        private final AccessRequest request;
        private final AccessDecision decision;
        private final @Nullable AccessExplanation explanation;

        private Decision(Authorizer authorizer, AccessRequest request) {
            this.request = request;
            this.explanation = authorizer instanceof AccessPolicy policy ? policy.explain(request) : null;
            this.decision = explanation != null ? explanation.decision() : ask(authorizer, request);
        }

        private static AccessDecision ask(Authorizer authorizer, AccessRequest request) {
            AccessDecision made;
            try {
                made = request.match() == MatchPolicy.EXACT
                        ? authorizer.authorize(request)
                        : authorizer.authorizePattern(request);
            } catch (Exception e) {
                throw new AssertionError(request + ": the authorizer failed", e);
            }
            if (!(made instanceof AccessDecision.Later later)) {
                return made;
            }
            CompletableFuture<AccessDecision> decision = later.decision().toCompletableFuture();
            if (!decision.isDone()) {
                throw new AssertionError(request + ": the authorizer has not decided yet");
            }
            return decision.join();
        }

        /** Asserts that the request is allowed. */
        @CanIgnoreReturnValue
        public Decision isAllowed() {
            return check(decision instanceof AccessDecision.Allow, "allow");
        }

        /** Asserts that the request is not allowed. */
        @CanIgnoreReturnValue
        public Decision isDenied() {
            return check(!(decision instanceof AccessDecision.Allow), "deny");
        }

        /** Asserts that the request is denied as if the procedure did not exist. */
        @CanIgnoreReturnValue
        public Decision isHidden() {
            return check(decision instanceof AccessDecision.Hide, "hide");
        }

        /**
         * Asserts which line of an {@link AccessPolicy} decided.
         *
         * @param line text or part of the line, such as <code>topics."news.*".subscribe</code> or {@code site.conf:2}
         */
        @CanIgnoreReturnValue
        public Decision isDecidedBy(String line) {
            return check(explanation != null && explanation.toString().contains(line), "decided by " + line);
        }

        private Decision check(boolean matches, String expected) {
            if (!matches) {
                throw new AssertionError(this + " (expected: " + expected + ")");
            }
            return this;
        }

        /** Returns the request, the decision, and the line that decided. */
        @Override
        public String toString() {
            return request + ": " + decision.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                    + (explanation == null ? "" : " by " + explanation);
        }
    }
}
