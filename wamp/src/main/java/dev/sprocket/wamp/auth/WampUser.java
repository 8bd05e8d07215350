package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Map;

/**
 * User of a WAMP session, as determined by a {@link WampAuthenticator}.
 *
 * @param authid name of the user
 * @param authrole role of the user
 * @param authprovider source of the user, such as {@code static} or {@code userdb}
 * @param authextra further details for the client, sent in WELCOME
 */
@ThreadSafe
public record WampUser(String authid, String authrole, String authprovider, Map<String, Object> authextra) {
    /** Copies {@code authextra}. */
    public WampUser {
        authextra = Map.copyOf(authextra);
    }

    /** Creates a user of the provider {@code static} without further details. */
    public WampUser(String authid, String authrole) {
        this(authid, authrole, "static", Map.of());
    }

    SessionIdentity identity(String authmethod) {
        return new SessionIdentity(authid, authrole, authmethod, authprovider, authextra);
    }
}
