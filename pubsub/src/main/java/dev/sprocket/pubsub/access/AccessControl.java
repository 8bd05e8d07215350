package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Access control of topics and procedures: asks an {@link Authorizer}, and logs and counts its denials.
 *
 * <pre>{@code
 * AccessControl.of(topics).authorizer(request -> request.hasRole("staff")
 *         ? AccessDecision.ALLOW
 *         : AccessDecision.deny("for staff only"));
 * }</pre>
 *
 * <p>Every protocol asks it for each request of a peer. What the application itself subscribes, publishes or calls is
 * not authorized. Without an authorizer every peer may subscribe, publish and call; WAMP passes publishes of clients to
 * the application.
 */
@ThreadSafe
public final class AccessControl {
    private static final PeerLog LOG = PeerLog.of(Authorizer.class);

    private volatile Authorizer authorizer = Authorizer.ALLOW_ALL;
    private final LongAdder denied = new LongAdder();
    private final AtomicLong version = new AtomicLong();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    private AccessControl() {}

    /** Returns the access control of topics. */
    public static AccessControl of(Topics topics) {
        return topics.shared(AccessControl.class, AccessControl::new);
    }

    /**
     * Sets the authorizer, and replaces a previous one.
     *
     * <p>Open subscriptions and registrations of peers are checked again, and end if they are no longer allowed.
     */
    public void authorizer(Authorizer other) {
        authorizer = other;
        version.incrementAndGet();
        listeners.forEach(Runnable::run);
    }

    /** Returns the authorizer. */
    public Authorizer authorizer() {
        return authorizer;
    }

    /**
     * Returns the number of changes of the authorizer.
     *
     * <p>A decision of an earlier version may no longer hold.
     */
    public long version() {
        return version.get();
    }

    /** Adds a listener that the changing thread calls after each change of the authorizer. */
    public void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /** Returns the number of denied requests. */
    public long denied() {
        return denied.sum();
    }

    /**
     * Decides about a request of a peer.
     *
     * @return may be {@link AccessDecision.Later}, which never fails
     */
    public AccessDecision check(AccessRequest request) throws Exception {
        AccessDecision decision = decide(request);
        if (decision == AccessDecision.ALLOW) {
            return decision;
        }
        if (decision instanceof AccessDecision.Later later) {
            return AccessDecision.later(later.decision().thenApply(made -> {
                logDenial(request, made);
                return made;
            }));
        }
        logDenial(request, decision);
        return decision;
    }

    /**
     * Decides about a request of a peer, without logging and counting a denial; see {@link #logDenial}.
     *
     * @return may be {@link AccessDecision.Later}, which never fails and makes another decision
     */
    public AccessDecision decide(AccessRequest request) throws Exception {
        AccessDecision decision = request.match() == MatchPolicy.EXACT
                ? authorizer.authorize(request)
                : authorizer.authorizePattern(request);
        return decision instanceof AccessDecision.Later later
                ? AccessDecision.later(later.decision().handle((made, failure) -> settled(request, made, failure)))
                : decision;
    }

    private static AccessDecision settled(
            AccessRequest request, @Nullable AccessDecision made, @Nullable Throwable failure) {
        if (made != null && !(made instanceof AccessDecision.Later)) {
            return made;
        }
        Throwable cause = failure != null
                ? failure
                : new IllegalStateException("decision of the stage: " + made + " (expected: not null, not Later)");
        LOG.warn(request.connection(), "authorizer failed, request denied: request={}", request, cause);
        return AccessDecision.deny("the authorizer failed");
    }

    /**
     * Reports whether a topic or procedure may be shown to a peer.
     *
     * <p>Denials are neither logged nor counted. What is decided later is not shown.
     */
    public boolean isVisible(AccessRequest request) {
        try {
            return decide(request) instanceof AccessDecision.Allow;
        } catch (Exception e) {
            LOG.debug("authorizer failed, entry hidden from the meta API: request={}", request, e);
            return false;
        }
    }

    /** Counts and logs a denial that was decided elsewhere. */
    public void logDenial(AccessRequest request, AccessDecision decision) {
        if (decision instanceof AccessDecision.Deny deny) {
            denied(request, "access denied", deny.reason());
        } else if (decision instanceof AccessDecision.Hide hide) {
            denied(request, "access denied, procedure hidden", hide.reason());
        } else if (decision instanceof AccessDecision.Limit limit) {
            denied(request, "access denied, rate exceeded", limit.reason());
        } else if (decision instanceof AccessDecision.Close close) {
            denied(request, "access denied, connection closed", close.reason());
        }
    }

    /** Counts and logs the end of a subscription or registration that is no longer allowed. */
    public void logRevocation(AccessRequest request, AccessDecision decision) {
        denied(
                request,
                request.action().isTopicAction()
                        ? "subscription ended, no longer allowed"
                        : "registration ended, no longer allowed",
                reason(decision));
    }

    private static String reason(AccessDecision decision) {
        if (decision instanceof AccessDecision.Deny deny) {
            return deny.reason();
        } else if (decision instanceof AccessDecision.Hide hide) {
            return hide.reason();
        } else if (decision instanceof AccessDecision.Limit limit) {
            return limit.reason();
        }
        return decision instanceof AccessDecision.Close close ? close.reason() : "";
    }

    private void denied(AccessRequest request, String event, String reason) {
        denied.increment();
        Connection conn = request.connection();
        String user = request.user().map(User::toString).map(SafeText::excerpt).orElse("none");
        String name = SafeText.excerpt(request.name(), 100);
        String why = SafeText.excerpt(reason);
        PeerLog log = LOG.cause(request.action());
        if (authorizer instanceof AccessPolicy policy) {
            AccessExplanation explanation = policy.explain(request);
            String advice = explanation.suggestion().orElse("");
            log.info(
                    conn,
                    advice.isEmpty()
                            ? "{}: peer={} user={} action={} uri={} rule={} reason={}"
                            : "{}: peer={} user={} action={} uri={} rule={} reason={} (write {})",
                    event,
                    conn,
                    user,
                    request.action(),
                    name,
                    explanation,
                    why,
                    advice);
        } else {
            log.info(
                    conn,
                    "{}: peer={} user={} action={} uri={} reason={}",
                    event,
                    conn,
                    user,
                    request.action(),
                    name,
                    why);
        }
    }
}
