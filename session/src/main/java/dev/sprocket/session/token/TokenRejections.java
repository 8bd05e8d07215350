package dev.sprocket.session.token;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.PeerLog;
import java.util.Optional;

/**
 * Logs rejected session tokens, one line a minute for each cause.
 *
 * <p>The token itself is never logged.
 */
@ThreadSafe
final class TokenRejections {
    private static final PeerLog LOG = PeerLog.of(SessionToken.class);

    private TokenRejections() {}

    /** Logs the reason and returns empty. */
    static <T> Optional<T> reject(String cookie, String reason) {
        LOG.cause(reason).info(cookie, "session cookie rejected: cookie={} cause={}", cookie, reason);
        return Optional.empty();
    }
}
