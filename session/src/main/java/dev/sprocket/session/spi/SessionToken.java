package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpRequest;
import java.util.List;
import java.util.Optional;

/**
 * Part of a request that identifies its session.
 *
 * <p>It is the id of a stored session, or a signed session that needs no store.
 */
@ThreadSafe
@FunctionalInterface
public interface SessionToken {
    /**
     * Returns the token of a request, verified as far as possible without a store.
     *
     * @return empty if the request has no valid token; the token is a secret and must not be logged
     */
    Optional<String> find(HttpRequest request);

    /**
     * Returns all tokens of a request; the first one known to the store is used.
     *
     * <p>A browser may send several cookies of one name.
     *
     * @return a small number of tokens; by default the result of {@link #find}
     */
    default List<String> findAll(HttpRequest request) {
        return find(request).stream().toList();
    }
}
