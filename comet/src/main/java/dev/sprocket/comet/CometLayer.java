package dev.sprocket.comet;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Layer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;

/** {@link CometServer} as a layer of a stack. */
@ThreadSafe
final class CometLayer
        implements Layer<
                MessageComponent<HttpConnection, Message>, MessageComponent<? super Connection, ? super Message>> {
    @Override
    public MessageComponent<HttpConnection, Message> around(
            MessageComponent<? super Connection, ? super Message> inner) {
        return new CometServer(inner);
    }

    /** Returns {@code comet}, the name in diagrams. */
    @Override
    public String toString() {
        return "comet";
    }
}
