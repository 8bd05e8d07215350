package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.metrics.CoreMetrics.AuthMethod;
import dev.sprocket.core.internal.metrics.CoreMetrics.AuthOutcome;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import dev.sprocket.pubsub.internal.push.PushHandler;
import dev.sprocket.pubsub.internal.push.PushTarget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Authenticates the backend of a request. Without configured backends, every request is accepted. */
@ThreadSafe
final class PushAuthenticator {
    /**
     * Backend with its rate limit.
     *
     * @param handler checks its pushes, charges them to the rate limit and delivers them
     */
    record AuthenticatedBackend(String name, TopicPatterns topics, EventRateLimit rate, PushHandler handler) {}

    private final AuthenticatedBackend anonymous;
    private final Map<Backend, AuthenticatedBackend> backends = new LinkedHashMap<>();
    private final Duration tolerance;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final ReplayGuard replayGuard;

    PushAuthenticator(
            List<Backend> backends,
            PushTarget target,
            @Nullable AccessControl accessControl,
            Optional<String> topicField,
            Duration tolerance,
            InstantSource clock,
            LongSupplier ticker,
            ReplayGuard replayGuard) {
        PushHandler all = PushHandler.of(target, accessControl).topicField(topicField.orElse(null));
        this.anonymous = new AuthenticatedBackend("anonymous", TopicPatterns.ALL, new EventRateLimit(0, 0), all);
        for (Backend backend : backends) {
            EventRateLimit rate = new EventRateLimit(backend.eventsPerSecond(), ticker.getAsLong());
            PushTarget limited = (from, events) -> {
                rate.take(events.size());
                return target.deliver(from, events);
            };
            PushHandler handler = PushHandler.of(limited, accessControl)
                    .topicField(topicField.orElse(null))
                    .restrictTo(backend.allowedTopics());
            this.backends.put(
                    backend, new AuthenticatedBackend(backend.name(), backend.allowedTopics(), rate, handler));
        }
        this.tolerance = tolerance;
        this.clock = clock;
        this.ticker = ticker;
        this.replayGuard = replayGuard;
    }

    boolean isAnonymousAllowed() {
        return backends.isEmpty();
    }

    /** Returns the backend; throws {@link PushRejectedException} if unauthenticated or over its rate. */
    AuthenticatedBackend check(HttpRequest request) {
        AuthenticatedBackend backend = isAnonymousAllowed() ? anonymous : find(request);
        try {
            backend.rate().check(ticker.getAsLong());
        } catch (PushRejectedException tooMuch) {
            PubsubMetrics.httpPush(PubsubMetrics.PushOutcome.LIMITED);
            throw tooMuch.withBackend(backend.name());
        }
        return backend;
    }

    /**
     * Checks the head of a request; throws {@link PushRejectedException} like {@link #check}.
     *
     * @return backend; empty if a signature requires the body
     */
    @CanIgnoreReturnValue
    Optional<AuthenticatedBackend> checkHead(HttpRequest request) {
        if (!isAnonymousAllowed()
                && request.headers("Authorization").isEmpty()
                && request.headers(Signature.HEADER).size() == 1) {
            Signature.parse(request.headers(Signature.HEADER).get(0)).checkTime(clock.millis(), tolerance);
            if (backends.keySet().stream().noneMatch(backend -> backend.key() != null)) {
                throw unauthorized("wrong signature");
            }
            return Optional.empty();
        }
        return Optional.of(check(request));
    }

    private AuthenticatedBackend find(HttpRequest request) {
        List<String> signatures = request.headers(Signature.HEADER);
        List<String> authorizations = request.headers("Authorization");
        if (signatures.size() == 1 && authorizations.isEmpty()) {
            return signed(request, Signature.parse(signatures.get(0)));
        }
        if (authorizations.size() == 1
                && signatures.isEmpty()
                && authorizations.get(0).regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
            return bearer(authorizations.get(0).substring("Bearer ".length()).trim());
        }
        throw unauthorized("no credentials (expected: Authorization: Bearer, or " + Signature.HEADER + ")");
    }

    /** Compares all tokens, to take the same time for every result. */
    private AuthenticatedBackend bearer(String candidate) {
        AuthenticatedBackend found = null;
        for (Map.Entry<Backend, AuthenticatedBackend> entry : backends.entrySet()) {
            SharedSecret token = entry.getKey().token();
            if (token != null && token.matches(candidate)) {
                found = entry.getValue();
            }
        }
        return known(AuthMethod.PUSH_TOKEN, found, "unknown token");
    }

    private AuthenticatedBackend signed(HttpRequest request, Signature signature) {
        signature.checkTime(clock.millis(), tolerance);
        AuthenticatedBackend found = null;
        SecretKeySpec signingKey = null;
        for (Map.Entry<Backend, AuthenticatedBackend> entry : backends.entrySet()) {
            SecretKeySpec key = entry.getKey().key();
            if (key != null && signature.matches(key, request)) {
                found = entry.getValue();
                signingKey = key;
            }
        }
        AuthenticatedBackend backend = known(AuthMethod.PUSH_SIGNATURE, found, "wrong signature");
        if (signingKey != null) {
            replayGuard.use(signature.sign(signingKey, request), ticker.getAsLong());
        }
        return backend;
    }

    private static AuthenticatedBackend known(AuthMethod method, @Nullable AuthenticatedBackend found, String reason) {
        CoreMetrics.AUTHENTICATIONS.increment(method, found == null ? AuthOutcome.REJECTED : AuthOutcome.ACCEPTED);
        if (found == null) {
            throw unauthorized(reason);
        }
        return found;
    }

    private static PushRejectedException unauthorized(String reason) {
        return new PushRejectedException(401, reason).with("WWW-Authenticate", "Bearer realm=\"push\"");
    }
}
