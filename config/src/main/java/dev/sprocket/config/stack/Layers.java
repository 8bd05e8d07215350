package dev.sprocket.config.stack;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Layer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.text.Lines;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;

/**
 * Layers of Sprocket as values, for a {@code Stack}:
 *
 * <pre>{@code
 * Stack.io(8080).through(http()).through(ws()).through(wamp()).to(Shop.class);
 * }</pre>
 */
@ThreadSafe
public final class Layers {
    private Layers() {}

    /** Layer with a name for diagrams. */
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

    /** Returns {@link HttpServer} as a layer. */
    public static Layer<
                    MessageComponent<Connection, Message>, MessageComponent<? super HttpConnection, ? super Message>>
            http() {
        return new Named<>("http", HttpServer::new);
    }

    /** Returns {@link WsServer} as a layer. */
    public static Layer<
                    MessageComponent<HttpConnection, Message>, MessageComponent<? super WsConnection, ? super Message>>
            ws() {
        return new Named<>("ws", WsServer::new);
    }

    /** Returns {@link Lines} as a layer. */
    public static Layer<MessageComponent<Connection, Message>, MessageComponent<? super Connection, ? super Message>>
            lines() {
        return new Named<>("lines", Lines::new);
    }

    /** Returns the class of a {@code WampServer} layer, which Guice creates with its {@code Topics}. */
    public static Class<? extends Layer<MessageComponent<WsConnection, Message>, WampComponent>> wamp() {
        return WampLayer.class;
    }

    /** Returns {@code WampServer} on these topics as a layer. */
    public static Layer<MessageComponent<WsConnection, Message>, WampComponent> wamp(
            dev.sprocket.pubsub.Topics topics) {
        return new Named<>("wamp", new WampLayer(topics));
    }
}
