package dev.sprocket.http;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/**
 * Function that answers requests.
 *
 * <p>Called on event loops, so it must not block.
 */
@FunctionalInterface
public interface HttpFunction {
    /** Handles a request. An exception is logged and answered with 500. */
    HttpResponse handle(HttpRequest request) throws Exception;

    /** Returns this function as a component, for use with decorators. */
    default MessageComponent<HttpConnection, Message> toComponent() {
        return new FunctionComponent(this);
    }
}
