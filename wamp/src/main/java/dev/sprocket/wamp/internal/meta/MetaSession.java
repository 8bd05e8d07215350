package dev.sprocket.wamp.internal.meta;

import dev.sprocket.wamp.auth.SessionIdentity;
import dev.sprocket.wamp.internal.broker.Testaments;
import dev.sprocket.wamp.spi.Serializer;
import java.util.Map;

/** Session of WAMP v2, as the meta API sees it. */
public interface MetaSession {
    /** Returns the id of the session. */
    long id();

    /** Returns the identity under which the session has joined. */
    SessionIdentity identity();

    /** Returns the serializer of the session. */
    Serializer serializer();

    /** Returns the events to publish when the session ends. */
    Testaments testaments();

    /** Ends the session with GOODBYE. */
    void goodbye(String reason, String message, int code);

    /** Returns the description of the session for other clients. */
    default Map<String, Object> details() {
        SessionIdentity identity = identity();
        return Map.of(
                "session", id(),
                "authid", identity.authid(),
                "authrole", identity.authrole(),
                "authmethod", identity.authmethod(),
                "authprovider", identity.authprovider());
    }
}
