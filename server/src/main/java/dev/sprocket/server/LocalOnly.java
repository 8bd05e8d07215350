package dev.sprocket.server;

import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.TakesHead;
import dev.sprocket.http.WholeBody;
import java.net.InetSocketAddress;

/** Refuses requests from other machines: the demo's pushes have no secret. */
final class LocalOnly extends Forwarding<HttpConnection, Message> implements TakesHead {
    LocalOnly(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(WholeBody.before(inner));
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        if (conn.remoteAddress() instanceof InetSocketAddress peer
                && !peer.getAddress().isLoopbackAddress()) {
            conn.respond(HttpResponse.error(
                    403, "push from another machine (expected: from this one, the demo has no secret)"));
        } else {
            super.onOpen(conn);
        }
    }
}
