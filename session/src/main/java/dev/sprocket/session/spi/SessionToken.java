package dev.sprocket.session.spi;

import dev.sprocket.http.HttpRequest;
import java.util.Optional;

/**
 * What a request has to show for its session: an id that a store knows, or all of a session where it is signed and needs no
 * store.
 *
 * <p>Threads: any; it does not block.
 */
@FunctionalInterface
public interface SessionToken {
    /**
     * What the request shows, verified as far as that needs no store.
     *
     * @return empty if it shows nothing that is good; what it shows is a secret, and not for a log
     */
    Optional<String> of(HttpRequest request);
}
