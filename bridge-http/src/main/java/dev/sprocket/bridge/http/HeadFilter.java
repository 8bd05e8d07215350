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

/** Refuses requests by their heads, before their bodies are taken. */
@ThreadSafe
@ConcurrentComponent
final class HeadFilter extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    private final Consumer<HttpRequest> check;

    /**
     * Around what answers a request.
     *
     * @param check throws {@link PushRejectedException}
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
            conn.respond(e.answer());
            return;
        }
        super.onOpen(conn);
    }
}
