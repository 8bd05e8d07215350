package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;

/**
 * Somebody whom a server knows: as whom a session joins that has proved to be this one.
 *
 * @param authid who it is
 * @param authrole in which role
 * @param authprovider who knows it: {@code static}, {@code userdb} …
 * @param authextra what else the client is told
 */
@ThreadSafe
public record WampUser(String authid, String authrole, String authprovider, Map<String, Object> authextra) {
    /** Keeps a copy. */
    public WampUser {
        authextra = Map.copyOf(authextra);
    }

    /** One that is known to {@code static}, with nothing else to tell. */
    public WampUser(String authid, String authrole) {
        this(authid, authrole, "static", Map.of());
    }

    SessionIdentity identity(String authmethod) {
        return new SessionIdentity(authid, authrole, authmethod, authprovider, authextra);
    }
}
