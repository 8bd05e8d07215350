package dev.sprocket.pubsub.internal.push;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Sender of pushes: a backend that its bridge has let in, or a user. */
public final class PushSender {
    private static final AttributeKey<Boolean> BACKEND = AttributeKey.of("backend", "did a bridge let it in?");

    private PushSender() {}

    /** Marks a connection as that of a backend, which has proved a secret. */
    public static void admit(Connection conn) {
        BACKEND.set(conn, true);
    }

    /** Marks a connection as that of a backend with a name. */
    public static void admit(Connection conn, String name) {
        admit(conn);
        User.set(conn, User.named(name));
    }

    /** Marks a connection from this machine as that of a backend, without a credential. */
    public static void admitLocal(Connection conn) {
        if (isLocal(conn.remoteAddress())) {
            admit(conn);
        }
    }

    /** Reports whether an address is a loopback address or a Unix socket. */
    public static boolean isLocal(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress
                || address instanceof InetSocketAddress inet
                        && inet.getAddress() != null
                        && inet.getAddress().isLoopbackAddress();
    }

    /** Returns the request of a sender. */
    public static AccessRequest request(Connection conn, Action action, String topic) {
        AccessRequest request = AccessRequest.of(conn, action, topic).meter(socket(conn));
        return BACKEND.find(conn).orElse(false) ? request.backend() : request;
    }

    private static Connection socket(Connection conn) {
        Connection lowest = conn;
        while (lowest instanceof StackedConnection stacked) {
            lowest = stacked.underlying();
        }
        return lowest;
    }
}
