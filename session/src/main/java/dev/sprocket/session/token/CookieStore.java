package dev.sprocket.session.token;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.session.spi.SessionStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Store for sessions whose content is in a signed cookie; nothing is stored.
 *
 * <p>A {@link dev.sprocket.session.token.SessionToken} that has verified a session passes it on as an {@link #id} that
 * only this process can create. With a token that verifies nothing, this store therefore finds no session, regardless
 * of the values that a client sends.
 */
@ThreadSafe
public final class CookieStore implements SessionStore {
    private static final SigningKeys PROCESS_KEY = SigningKeys.ofBytes("HmacSHA256", List.of(random()));

    private final Clock clock;

    /** Creates a store that uses the system clock. */
    public CookieStore() {
        this(Clock.systemUTC());
    }

    /** Creates a store that uses the given clock. */
    public CookieStore(Clock clock) {
        this.clock = clock;
    }

    private static byte[] random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** Returns the id of a verified session without expiry. */
    public static String id(String session) {
        return seal("." + session);
    }

    /** Returns the id of a verified session that expires, to the second. */
    public static String id(String session, Instant expiry) {
        return seal(expiry.getEpochSecond() + "." + session);
    }

    private static String seal(String content) {
        byte[] seal = PROCESS_KEY.sign(content.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(seal) + "." + content;
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String id) {
        return CompletableFuture.completedStage(
                Optional.of(id).filter(CookieStore::isSealed).flatMap(this::session));
    }

    /** Returns the end that the signature of the session covers. */
    @Override
    public Optional<Instant> expires(String id) {
        String[] parts = id.split("\\.", 3);
        return parts.length < 3 || parts[1].isEmpty() || !isSealed(id)
                ? Optional.empty()
                : Optional.of(Instant.ofEpochSecond(Long.parseLong(parts[1])));
    }

    private static boolean isSealed(String id) {
        int dot = id.indexOf('.');
        try {
            return dot > 0
                    && PROCESS_KEY.verify(
                            id.substring(dot + 1).getBytes(StandardCharsets.UTF_8),
                            Base64.getUrlDecoder().decode(id.substring(0, dot)));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Optional<byte[]> session(String id) {
        String[] parts = id.split("\\.", 3);
        boolean ended = !parts[1].isEmpty()
                && Long.parseLong(parts[1]) <= clock.instant().getEpochSecond();
        return ended ? Optional.empty() : Optional.of(parts[2].getBytes(StandardCharsets.UTF_8));
    }
}
