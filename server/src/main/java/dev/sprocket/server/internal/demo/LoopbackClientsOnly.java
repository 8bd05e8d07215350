package dev.sprocket.server.internal.demo;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpGuard;
import dev.sprocket.http.HttpResponse;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Rejects requests from other machines, because the pushes and commands of the demo are unauthenticated. */
final class LoopbackClientsOnly extends HttpGuard {
    private final String what;

    /**
     * Guards a component.
     *
     * @param what what the request does, for the answer, such as {@code push}
     */
    LoopbackClientsOnly(String what, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.what = what;
    }

    @Override
    protected Optional<HttpResponse> admit(HttpConnection conn) {
        boolean remote = conn.remoteAddress() instanceof InetSocketAddress peer
                && !peer.getAddress().isLoopbackAddress();
        return remote
                ? Optional.of(HttpResponse.error(
                        403, what + " from another machine (the demo accepts it from its own machine only)"))
                : Optional.empty();
    }
}
