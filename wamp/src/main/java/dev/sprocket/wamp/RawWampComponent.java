package dev.sprocket.wamp;

import dev.sprocket.core.Component;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.server.WampProtocol;
import dev.sprocket.wamp.server.WampServer;

/**
 * WAMP application that keeps its own subscriptions.
 *
 * <p>It is served by {@link WampProtocol} directly and acts as broker and dealer: it decides about subscriptions and
 * delivers events itself. Most applications implement {@link WampComponent} under {@link WampServer} instead.
 *
 * <p>Topics are URIs of 1 to 512 characters; CURIEs are already expanded. The callbacks of a connection follow the
 * rules of {@link Component}.
 */
public interface RawWampComponent extends Component<WampConnection> {
    /**
     * Called when a client calls a procedure.
     *
     * <p>Answer now or later through the call, or throw a {@link CallException}. By default the call is answered
     * with {@code wamp.error.no_such_procedure}.
     */
    default void onCall(WampConnection conn, Call call) throws Exception {
        call.noSuchProcedure();
    }

    /**
     * Called when a connection wants to subscribe, possibly again.
     *
     * <p>This component limits the number of topics per connection.
     */
    default void onSubscribe(WampConnection conn, String topic) throws Exception {}

    /**
     * Called when a connection wants to unsubscribe, subscribed or not.
     *
     * <p>A disconnect causes {@code onClose} only.
     */
    default void onUnsubscribe(WampConnection conn, String topic) throws Exception {}

    /**
     * Called when a connection wants to publish an event.
     *
     * <p>Send the event to subscribers with {@link WampConnection#event(String, Event)}.
     *
     * @param audience subscribers for whom the publisher intends the event, by {@linkplain
     *     WampConnection#sessionId() session ids}
     */
    default void onPublish(WampConnection conn, String topic, Event event, Audience audience) throws Exception {
        throw CallException.publishNotSupported(topic);
    }
}
