package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/**
 * Delays a request until its body is complete, then opens the inner component.
 *
 * <p>Place it between a {@linkplain RequestHeadListener component that needs only the head} and one that reads the
 * body. The body is requested here: {@code 100 Continue} is sent when a request reaches this component.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class BodyAggregator extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    private final AttributeKey<Boolean> deferred =
            AttributeKey.of("request with a delayed body", "was BodyAggregator.onOpen called?");
    private final AsyncFilter bodyFilter;

    /** Wraps a component that reads bodies. */
    public BodyAggregator(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.bodyFilter = AsyncFilter.forBody(inner);
    }

    /** Returns the component if it is a {@link RequestHeadListener}, otherwise a {@link BodyAggregator} around it. */
    public static MessageComponent<? super HttpConnection, ? super Message> wrapIfNeeded(
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        return RequestHeadListener.accepts(inner) ? inner : new BodyAggregator(inner);
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        if (HttpExchange.isBodyComplete(conn)) {
            super.onOpen(conn);
        } else {
            deferred.set(conn, true);
            bodyFilter.onOpen(conn);
        }
    }

    @Override
    public void onMessage(HttpConnection from, Message message) throws Exception {
        if (deferred.peek(from) == null) {
            super.onMessage(from, message);
        } else {
            bodyFilter.onMessage(from, message);
        }
    }

    @Override
    public void onError(HttpConnection conn, Throwable cause) throws Exception {
        if (deferred.peek(conn) == null) {
            super.onError(conn, cause);
        } else {
            bodyFilter.onError(conn, cause);
        }
    }

    @Override
    public void onClose(HttpConnection conn) throws Exception {
        if (deferred.peek(conn) == null) {
            super.onClose(conn);
        } else {
            bodyFilter.onClose(conn);
        }
    }
}
