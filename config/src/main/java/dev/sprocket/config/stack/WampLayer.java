package dev.sprocket.config.stack;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.inject.Inject;
import dev.sprocket.core.Layer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsConnection;

/** {@link WampServer} as a layer that Guice creates, with injected topics. */
@ThreadSafe
final class WampLayer implements Layer<MessageComponent<WsConnection, Message>, WampComponent> {
    private final Topics topics;

    /** Creates the layer; called by Guice. */
    @Inject
    WampLayer(Topics topics) {
        this.topics = topics;
    }

    @Override
    public MessageComponent<WsConnection, Message> around(WampComponent inner) {
        return new WampServer(inner, topics);
    }
}
