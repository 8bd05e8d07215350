package dev.sprocket.comet;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.User;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import java.net.SocketAddress;
import java.util.Optional;

/** Properties of the request that opened a connection, which identify its owner. */
@ThreadSafe
record CometRequest(
        String host, String path, Optional<String> user, String name, SocketAddress remote, SocketAddress local) {
    static CometRequest of(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        return new CometRequest(
                request.host(),
                request.path(),
                User.find(conn).map(User::id),
                conn.toString(),
                conn.remoteAddress(),
                conn.localAddress());
    }

    /** Reports whether another request may use the connection: same route and user, from any address. */
    boolean matches(HttpConnection conn) {
        CometRequest other = of(conn);
        return host.equals(other.host) && path.equals(other.path) && user.equals(other.user);
    }
}
