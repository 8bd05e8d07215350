package dev.sprocket.server;

import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.BodyAggregator;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.RequestHeadListener;
import java.net.InetSocketAddress;

/** Refuses requests from other machines: the demo's pushes have no secret. */
final class LoopbackClientsOnly extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    LoopbackClientsOnly(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(BodyAggregator.wrapIfNeeded(inner));
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
