package dev.sprocket.http.origin;

import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpGuard;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.internal.loopback.LoopbackHostFilter;
import dev.sprocket.http.route.Router;
import java.util.Optional;

/**
 * Admits requests from pages with an allowed origin, and rejects others with 403.
 *
 * <p>The response contains the reason (RFC 6455 10.2). Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class OriginFilter extends HttpGuard {
    private final Origins origins;
    private final MessageComponent<? super HttpConnection, ? super Message> inner;

    /** Filters requests of a component by origin. */
    public OriginFilter(Origins origins, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.origins = origins;
        this.inner = inner;
    }

    @Override
    protected Optional<HttpResponse> admit(HttpConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        return origins.rejectionReason(request, isRebound(conn, request)).map(reason -> {
            CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.ORIGIN);
            return HttpResponse.errorWithReason(403, reason);
        });
    }

    private boolean isRebound(HttpConnection conn, HttpRequest request) {
        return LoopbackHostFilter.isRebound(conn, request)
                && !origins.hasHost(request.host())
                && ForwardingComponent.find(inner, Router.class)
                        .filter(router -> router.hasHost(request.host()))
                        .isEmpty();
    }
}
