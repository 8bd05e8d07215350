package dev.sprocket.http;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/** The simplest thing that answers requests: a function. Threads: called on event loops, so it must not block. */
@FunctionalInterface
public interface HttpFunction {
    /** Answers a request; what it throws is answered with 500 and logged. */
    HttpResponse handle(HttpRequest request) throws Exception;

    /** The same as a component, for what wants one: a decorator, say. */
    default MessageComponent<HttpConnection, Message> toComponent() {
        return new FunctionComponent(this);
    }
}
