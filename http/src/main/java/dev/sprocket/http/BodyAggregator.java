package dev.sprocket.http;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.ConnectionFilter;

/**
 * Holds a request back from the component inside until its body is whole.
 *
 * <p>Stands between components that take a {@linkplain RequestHeadListener head alone} and those that do not. The body is asked for here:
 * {@code 100 Continue} is sent when a request comes this far.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
public final class BodyAggregator extends ForwardingComponent<HttpConnection, Message> implements RequestHeadListener {
    private final AttributeKey<Boolean> deferred =
            AttributeKey.of("request whose body was awaited", "was BodyAggregator.onOpen called?");
    private final AsyncFilter bodyFilter;

    /** Around a component that reads bodies. */
    public BodyAggregator(MessageComponent<? super HttpConnection, ? super Message> inner) {
        super(inner);
        this.bodyFilter = AsyncFilter.forBody(inner);
    }

    /** The component itself if it takes heads, else one that waits for bodies around it. */
    public static MessageComponent<? super HttpConnection, ? super Message> wrapIfNeeded(
            MessageComponent<? super HttpConnection, ? super Message> inner) {
        return acceptsHead(inner) ? inner : new BodyAggregator(inner);
    }

    /** Whether a component can be told of a request before its body has arrived. */
    static boolean acceptsHead(Component<?> component) {
        Component<?> at = component;
        while (at instanceof ConnectionFilter decorator) {
            at = decorator.delegate();
        }
        return at instanceof RequestHeadListener;
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
