package dev.sprocket.http.internal.auth;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.RequestHeadListener;
import java.util.Optional;

/**
 * Decorator above a layer that authenticates, for the time limits of the connections.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class AuthenticatedComponent extends ForwardingComponent<HttpConnection, Message>
        implements RequestHeadListener {
    /** Decorates the component of authenticated users. */
    public AuthenticatedComponent(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(RequestHeadListener.around(inner));
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        Authentication authentication = Authentication.find(conn).orElse(null);
        if (authentication != null && !authentication.isNamed()) {
            HttpRequest request = HttpRequest.of(conn);
            if (authentication.user().expires().isPresent() && mayLast(request)) {
                RenewableConnections.add(authentication, request);
                conn.addHeader(RenewableConnections.HEADER, authentication.id());
            }
            authentication.open();
        }
        super.onOpen(conn);
    }

    /** Reports whether a request may begin a stream or a WebSocket (RFC 8441). */
    private static boolean mayLast(HttpRequest request) {
        return request.method().equals("GET") || request.method().equals("CONNECT");
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        Optional<Authentication> next = Authentication.find(conn);
        while (next.isPresent()) {
            Authentication authentication = next.get();
            authentication.end();
            if (authentication.isNamed()) {
                RenewableConnections.remove(authentication);
            }
            next = authentication.below();
        }
        super.onClose(conn);
    }
}
