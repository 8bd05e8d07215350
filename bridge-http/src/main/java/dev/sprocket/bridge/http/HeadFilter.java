package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpGuard;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import java.util.Optional;
import java.util.function.Consumer;

/** Rejects requests by their head, before the body is received. */
@ThreadSafe
@ConcurrentComponent
final class HeadFilter extends HttpGuard {
    private final Consumer<HttpRequest> check;

    /**
     * Creates a filter around a handler.
     *
     * @param check throws {@link PushRejectedException} to reject a request
     */
    HeadFilter(Consumer<HttpRequest> check, MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.check = check;
    }

    @Override
    protected Optional<HttpResponse> admit(HttpConnection conn) {
        try {
            check.accept(HttpRequest.of(conn));
            return Optional.empty();
        } catch (PushRejectedException e) {
            return Optional.of(e.response());
        }
    }
}
