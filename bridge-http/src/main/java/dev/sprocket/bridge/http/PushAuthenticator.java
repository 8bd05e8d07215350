package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.SharedSecret;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.pubsub.TopicPatterns;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Finds out whose a request is. If there are no backends, everybody may push everything. */
@ThreadSafe
final class PushAuthenticator {
    /** A backend, and what it has left. */
    record Member(String name, TopicPatterns topics, EventRateLimit rate) {}

    private static final Member ANYBODY = new Member("anybody", TopicPatterns.ALL, new EventRateLimit(0, 0));

    private final Map<Backend, Member> members = new LinkedHashMap<>();
    private final Duration window;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final ReplayGuard replays;

    PushAuthenticator(
            List<Backend> backends, Duration window, InstantSource clock, LongSupplier ticker, ReplayGuard replays) {
        for (Backend backend : backends) {
            members.put(
                    backend,
                    new Member(
                            backend.name(),
                            backend.topics(),
                            new EventRateLimit(backend.perSecond(), ticker.getAsLong())));
        }
        this.window = window;
        this.clock = clock;
        this.ticker = ticker;
        this.replays = replays;
    }

    boolean isOpen() {
        return members.isEmpty();
    }

    /** Throws {@link PushRejectedException} if it is nobody's, or too much. */
    Member check(HttpRequest request) {
        Member member = isOpen() ? ANYBODY : find(request);
        try {
            member.rate().check(ticker.getAsLong());
        } catch (PushRejectedException tooMuch) {
            throw tooMuch.of(member.name());
        }
        return member;
    }

    /**
     * Checks what the head of a request says by itself; throws {@link PushRejectedException} as {@link #check} would.
     *
     * @return empty if the body has to be known first, as a signature covers it
     */
    Optional<Member> checkHead(HttpRequest request) {
        if (!isOpen()
                && request.headers("Authorization").isEmpty()
                && request.headers(Signature.HEADER).size() == 1) {
            Signature.parse(request.headers(Signature.HEADER).get(0)).checkTime(clock.millis(), window);
            if (members.keySet().stream().noneMatch(backend -> backend.key() != null)) {
                throw unknown("wrong signature");
            }
            return Optional.empty();
        }
        return Optional.of(check(request));
    }

    private Member find(HttpRequest request) {
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
        throw unknown("no credentials (expected: Authorization: Bearer, or " + Signature.HEADER + ")");
    }

    /** Asks all, whichever it is, so that the time it takes tells nothing. */
    private Member bearer(String candidate) {
        Member found = null;
        for (Map.Entry<Backend, Member> entry : members.entrySet()) {
            SharedSecret token = entry.getKey().token();
            if (token != null && token.matches(candidate)) {
                found = entry.getValue();
            }
        }
        return known(found, "unknown token");
    }

    private Member signed(HttpRequest request, Signature signature) {
        signature.checkTime(clock.millis(), window);
        Member found = null;
        SecretKeySpec with = null;
        for (Map.Entry<Backend, Member> entry : members.entrySet()) {
            SecretKeySpec key = entry.getKey().key();
            if (key != null && signature.matches(key, request)) {
                found = entry.getValue();
                with = key;
            }
        }
        Member member = known(found, "wrong signature");
        if (with != null) {
            replays.use(signature.sign(with, request), ticker.getAsLong());
        }
        return member;
    }

    private static Member known(@Nullable Member found, String otherwise) {
        if (found == null) {
            throw unknown(otherwise);
        }
        return found;
    }

    private static PushRejectedException unknown(String reason) {
        return new PushRejectedException(401, reason).with("WWW-Authenticate", "Bearer realm=\"push\"");
    }
}
