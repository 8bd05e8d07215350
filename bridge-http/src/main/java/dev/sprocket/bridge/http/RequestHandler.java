package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import java.util.function.Consumer;

/** Handles requests with access to the connection, possibly asynchronously. */
@ThreadSafe
@ConcurrentComponent
record RequestHandler(Consumer<HttpConnection> work) implements MessageComponent<HttpConnection, Message> {
    @Override
    public void onOpen(HttpConnection conn) {
        work.accept(conn);
    }

    /** Never called, since requests are not upgraded. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}
}
