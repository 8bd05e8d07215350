package dev.sprocket.app;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Layer;
import dev.sprocket.core.Lines;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.sse.CometServer;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;

/**
 * Sprocket's own layers as values, for a {@code Stack}:
 *
 * <pre>{@code
 * Stack.io(8080).through(http()).through(ws()).through(WampLayer.class).to(Room.class);
 * }</pre>
 */
@ThreadSafe
public final class Layers {
    private Layers() {}

    /** A value with a name, for drawings. */
    private record Named<O, I>(String name, Layer<O, I> layer) implements Layer<O, I> {
        @Override
        public O around(I inner) {
            return layer.around(inner);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** {@link HttpServer}. */
    public static Layer<
                    MessageComponent<Connection, Message>, MessageComponent<? super HttpConnection, ? super Message>>
            http() {
        return new Named<>("http", HttpServer::new);
    }

    /** {@link WsServer}. */
    public static Layer<
                    MessageComponent<HttpConnection, Message>, MessageComponent<? super WsConnection, ? super Message>>
            ws() {
        return new Named<>("ws", WsServer::new);
    }

    /** {@link CometServer}. */
    public static Layer<
                    MessageComponent<HttpConnection, Message>, MessageComponent<? super Connection, ? super Message>>
            comet() {
        return new Named<>("comet", CometServer::new);
    }

    /** {@link Lines}. */
    public static Layer<MessageComponent<Connection, Message>, MessageComponent<? super Connection, ? super Message>>
            lines() {
        return new Named<>("lines", Lines::new);
    }

    /** {@link dev.sprocket.wamp.WampServer} on these topics; {@link WampLayer} takes those that Guice has. */
    public static Layer<MessageComponent<WsConnection, Message>, WampComponent> wamp(
            dev.sprocket.pubsub.Topics topics) {
        return new Named<>("wamp", new WampLayer(topics));
    }
}
