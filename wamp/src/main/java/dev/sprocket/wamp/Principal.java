package dev.sprocket.wamp;

import java.util.Map;

/**
 * Somebody whom a server knows: as whom a session joins that has proved to be this one.
 *
 * <p>Threads: any; it does not change.
 *
 * @param authid who it is
 * @param authrole in which role
 * @param authprovider who knows it: {@code static}, {@code userdb} …
 * @param authextra what else the client is told
 */
public record Principal(String authid, String authrole, String authprovider, Map<String, Object> authextra) {
    /** Keeps a copy. */
    public Principal {
        authextra = Map.copyOf(authextra);
    }

    /** One that is known to {@code static}, with nothing else to tell. */
    public Principal(String authid, String authrole) {
        this(authid, authrole, "static", Map.of());
    }

    Identity identity(String authmethod) {
        return new Identity(authid, authrole, authmethod, authprovider, authextra);
    }
}
