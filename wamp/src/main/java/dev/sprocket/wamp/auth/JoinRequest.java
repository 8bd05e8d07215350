package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.message.V2Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * HELLO of a client that wants to join a realm.
 *
 * @param connection connection of the transport, with the attributes of its HTTP request if there was one
 * @param sessionId id of the future session
 * @param realm name of the realm
 * @param authid name of the user that the client claims to be
 * @param authmethods authentication methods that the client offers, preferred ones first
 * @param authextra further data for these methods
 */
@ThreadSafe
public record JoinRequest(
        Connection connection,
        long sessionId,
        String realm,
        Optional<String> authid,
        List<String> authmethods,
        Map<String, ?> authextra) {
    private static final int MAX_AUTHID_LENGTH = 512;
    private static final int MAX_METHODS = 100;

    /** Reads a request. Throws {@link CallException} if a detail has the wrong type or is too long. */
    public static JoinRequest of(Connection connection, long sessionId, V2Message.Hello hello) {
        OptionReader details = new OptionReader(hello.details());
        String authid = details.text("authid");
        List<String> authmethods = details.texts("authmethods");
        if (authid != null && authid.length() > MAX_AUTHID_LENGTH) {
            throw CallException.invalid(
                    "authid of " + authid.length() + " characters (expected: <= " + MAX_AUTHID_LENGTH + ")");
        }
        if (authmethods.size() > MAX_METHODS) {
            throw CallException.invalid(authmethods.size() + " authmethods (expected: <= " + MAX_METHODS + ")");
        }
        return new JoinRequest(
                connection,
                sessionId,
                hello.realm(),
                Optional.ofNullable(authid),
                authmethods,
                dict(details.dict("authextra")));
    }

    @SuppressWarnings("unchecked") // keys of a dictionary are strings in every serialization
    private static Map<String, ?> dict(OptionReader options) {
        return (Map<String, ?>) options.map();
    }
}
