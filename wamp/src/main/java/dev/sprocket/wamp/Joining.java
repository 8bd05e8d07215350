package dev.sprocket.wamp;

import dev.sprocket.core.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who wants to join a realm, and what it says of itself in HELLO.
 *
 * <p>Threads: any; it does not change.
 *
 * @param connection the transport's; tells of the HTTP request if there was one
 * @param sessionId what the session will be called
 * @param realm which realm
 * @param authid as whom, if it says so
 * @param authmethods which methods it offers, the best first
 * @param authextra what else it says for them
 */
public record Joining(
        Connection connection,
        long sessionId,
        String realm,
        Optional<String> authid,
        List<String> authmethods,
        Map<String, ?> authextra) {
    /** Throws {@link CallException} if a detail is of the wrong type. */
    static Joining of(Connection connection, long sessionId, V2Message.Hello hello) {
        Options details = new Options(hello.details());
        return new Joining(
                connection,
                sessionId,
                hello.realm(),
                Optional.ofNullable(details.text("authid")),
                details.texts("authmethods"),
                dict(details.dict("authextra")));
    }

    @SuppressWarnings("unchecked") // all that a codec reads has texts for names
    private static Map<String, ?> dict(Options options) {
        return (Map<String, ?>) options.map();
    }
}
