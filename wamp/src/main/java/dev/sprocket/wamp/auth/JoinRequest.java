package dev.sprocket.wamp.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
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
        Map<String, ?> authextra) {}
