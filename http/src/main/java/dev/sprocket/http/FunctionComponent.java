package dev.sprocket.http;

import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/** Component that answers each request with a function. */
record FunctionComponent(HttpFunction function) implements MessageComponent<HttpConnection, Message> {
    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        conn.respond(function.handle(HttpRequest.of(conn)));
    }

    /** Never called, because a function does not upgrade. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}
}
