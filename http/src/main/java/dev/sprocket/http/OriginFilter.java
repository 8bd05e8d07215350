package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.Optional;

/**
 * Lets requests through whose page may connect, and answers others with 403 and the reason (RFC 6455 10.2).
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class OriginFilter extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    private final AttributeKey<Boolean> passed = AttributeKey.of("origin", "did OriginFilter let it pass?");
    private final Origins origins;
    private final MessageComponent<? super HttpConnection, ? super Message> inner;

    /** Guards a component. */
    public OriginFilter(Origins origins, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(BodyAggregator.wrapIfNeeded(inner));
        this.origins = origins;
        this.inner = inner;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        HttpRequest request = HttpRequest.of(conn);
        Optional<String> refusal = origins.rejectionReason(request, isRebound(conn, request));
        if (refusal.isPresent()) {
            conn.respond(HttpResponse.errorWithReason(403, refusal.get()));
        } else {
            passed.set(conn, true);
            super.onOpen(conn);
        }
    }

    private boolean isRebound(HttpConnection conn, HttpRequest request) {
        return LoopbackHostFilter.isRebound(conn, request)
                && !origins.hasHost(request.host())
                && ForwardingComponent.find(inner, Router.class)
                        .filter(router -> router.hasHost(request.host()))
                        .isEmpty();
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        if (passed.peek(conn) != null) {
            super.onClose(conn);
        }
    }
}
