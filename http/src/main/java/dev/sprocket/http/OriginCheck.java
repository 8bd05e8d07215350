package dev.sprocket.http;

import dev.sprocket.core.Concurrent;
import dev.sprocket.core.Forwarding;
import dev.sprocket.core.Key;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.Optional;

/**
 * Lets requests through whose page may connect, and answers others with 403 and the reason (RFC 6455 10.2).
 *
 * <p>Threads: as the stack around it.
 */
@Concurrent
public final class OriginCheck extends Forwarding<HttpConnection, Message> implements TakesHead {
    private final Key<Boolean> passed = Key.of("origin", "did OriginCheck let it pass?");
    private final Origins origins;
    private final MessageComponent<? super HttpConnection, ? super Message> inner;

    /** Guards a component. */
    public OriginCheck(Origins origins, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(WholeBody.before(inner));
        this.origins = origins;
        this.inner = inner;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        HttpRequest request = HttpRequest.of(conn);
        Optional<String> refusal = origins.refusal(request, isRebound(conn, request));
        if (refusal.isPresent()) {
            conn.respond(HttpResponse.explained(403, refusal.get()));
        } else {
            passed.set(conn, true);
            super.onOpen(conn);
        }
    }

    private boolean isRebound(HttpConnection conn, HttpRequest request) {
        return LoopbackHosts.isRebound(conn, request)
                && !origins.names(request.host())
                && Forwarding.find(inner, Router.class)
                        .filter(router -> router.names(request.host()))
                        .isEmpty();
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        if (passed.peek(conn) != null) {
            super.onClose(conn);
        }
    }
}
