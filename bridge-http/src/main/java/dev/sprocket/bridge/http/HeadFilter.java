package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.http.BodyAggregator;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.RequestHeadListener;
import java.util.function.Consumer;

/** Rejects requests by their head, before the body is received. */
@ThreadSafe
@ConcurrentComponent
final class HeadFilter extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    private final Consumer<HttpRequest> check;

    /**
     * Creates a filter around a handler.
     *
     * @param check throws {@link PushRejectedException} to reject a request
     */
    HeadFilter(Consumer<HttpRequest> check, PushHandler inner) {
        super(BodyAggregator.wrapIfNeeded(inner));
        this.check = check;
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        try {
            check.accept(HttpRequest.of(conn));
        } catch (PushRejectedException e) {
            conn.respond(e.response());
            return;
        }
        super.onOpen(conn);
    }
}
