package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.session.spi.SessionToken;
import java.util.Optional;

/**
 * Logs why tokens are refused, one line a minute for each cause; never the token itself.
 */
@ThreadSafe
final class TokenRejections {
    private static final PeerLog LOG = PeerLog.of(SessionToken.class);

    private TokenRejections() {}

    /** Logs why, and has nothing. */
    static <T> Optional<T> reject(String cookie, String reason) {
        LOG.cause(reason).info(cookie, "cookie {} refused: {}", cookie, reason);
        return Optional.empty();
    }
}
