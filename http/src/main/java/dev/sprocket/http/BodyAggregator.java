package dev.sprocket.http;

import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Dispatcher;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.Optional;

/**
 * Delays a request until its body is complete, then opens the inner component.
 *
 * <p>Place it between a {@linkplain RequestHeadListener component that needs only the head} and one that reads the
 * body. The body is requested here: {@code 100 Continue} is sent when a request reaches this component.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
@ConcurrentComponent
final class BodyAggregator extends Dispatcher<HttpConnection, Message> implements RequestHeadListener {
    private final MessageComponent<? super HttpConnection, ? super Message> inner;
    private final AsyncFilter bodyFilter;

    /** Wraps a component that reads bodies. */
    BodyAggregator(MessageComponent<? super HttpConnection, ? super Message> inner) {
        this.inner = inner;
        this.bodyFilter = AsyncFilter.forBody(inner);
    }

    @Override
    protected Optional<MessageComponent<? super HttpConnection, ? super Message>> choose(HttpConnection conn) {
        return Optional.of(HttpExchange.isBodyComplete(conn) ? inner : bodyFilter);
    }

    @Override
    public Optional<Component<?>> delegate() {
        return Optional.of(inner);
    }

    @Override
    public String toString() {
        return "BodyAggregator(" + inner + ")";
    }
}
