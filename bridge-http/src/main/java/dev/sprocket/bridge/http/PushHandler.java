package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import java.util.function.Consumer;

/** Something that answers requests, now or later, and looks at who sent them. */
@ThreadSafe
@ConcurrentComponent
record PushHandler(Consumer<HttpConnection> work) implements MessageComponent<HttpConnection, Message> {
    @Override
    public void onOpen(HttpConnection conn) {
        work.accept(conn);
    }

    /** Never called: nothing is upgraded. */
    @Override
    public void onMessage(HttpConnection from, Message message) {}
}
