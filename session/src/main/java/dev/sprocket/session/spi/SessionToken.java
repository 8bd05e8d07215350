package dev.sprocket.session.spi;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.http.HttpRequest;
import java.util.List;
import java.util.Optional;

/**
 * What a request has to show for its session: an id that a store knows, or all of a session where it is signed and needs no
 * store.
 */
@ThreadSafe
@FunctionalInterface
public interface SessionToken {
    /**
     * What the request shows, verified as far as that needs no store.
     *
     * @return empty if it shows nothing that is good; what it shows is a secret, and not for a log
     */
    Optional<String> find(HttpRequest request);

    /**
     * All that the request shows, the first that a store knows counts: a browser may send several cookies of one name.
     *
     * @return at most a few; by default what {@link #find} returns
     */
    default List<String> findAll(HttpRequest request) {
        return find(request).stream().toList();
    }
}
