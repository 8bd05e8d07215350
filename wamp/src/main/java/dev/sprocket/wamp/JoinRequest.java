package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who wants to join a realm, and what it says of itself in HELLO.
 *
 * @param connection the transport's; tells of the HTTP request if there was one
 * @param sessionId what the session will be called
 * @param realm which realm
 * @param authid as whom, if it says so
 * @param authmethods which methods it offers, the best first
 * @param authextra what else it says for them
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

    /** Throws {@link CallException} if a detail is of the wrong type or too long. */
    static JoinRequest of(Connection connection, long sessionId, V2Message.Hello hello) {
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

    @SuppressWarnings("unchecked") // all that a codec reads has texts for names
    private static Map<String, ?> dict(OptionReader options) {
        return (Map<String, ?>) options.map();
    }
}
