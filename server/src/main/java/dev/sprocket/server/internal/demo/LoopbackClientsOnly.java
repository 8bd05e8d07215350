package dev.sprocket.server.internal.demo;

import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.BodyAggregator;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.RequestHeadListener;
import java.net.InetSocketAddress;

/** Rejects requests from other machines, because the pushes of the demo are unauthenticated. */
final class LoopbackClientsOnly extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    LoopbackClientsOnly(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(BodyAggregator.wrapIfNeeded(inner));
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        if (conn.remoteAddress() instanceof InetSocketAddress peer
                && !peer.getAddress().isLoopbackAddress()) {
            conn.respond(HttpResponse.error(
                    403, "push from another machine (the demo accepts pushes from its own machine only)"));
        } else {
            super.onOpen(conn);
        }
    }
}
