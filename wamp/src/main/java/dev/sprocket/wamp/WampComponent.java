package dev.sprocket.wamp;

import dev.sprocket.core.Component;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.pattern.MatchPolicy;

/**
 * WAMP application.
 *
 * <p>The server keeps the subscriptions. The application decides about publishes and answers calls. The callbacks of
 * a connection follow the rules of {@link Component}.
 */
public interface WampComponent extends Component<WampConnection> {
    /**
     * Called when a client calls a procedure.
     *
     * <p>Answer now or later through the call, or throw a {@link CallException}. By default the call is answered
     * with {@code wamp.error.no_such_procedure}. Calls of procedures that a client has registered go to that client
     * instead.
     */
    default void onCall(WampConnection conn, Call call) throws Exception {
        call.noSuchProcedure();
    }

    /**
     * Called when a client of WAMP v2 wants to register a procedure.
     *
     * <p>Called for the first registration and for clients that join a shared one. Later calls of the procedure go
     * to the client, not to {@link #onCall}. Throw a {@link CallException} to refuse, for example if the procedure
     * belongs to the application. By default clients may register everything.
     *
     * @param procedure URI or pattern
     * @param match match policy of the pattern
     */
    default void onRegister(WampConnection conn, String procedure, MatchPolicy match) throws Exception {}

    /** Called when a client has ended a registration, by UNREGISTER or by disconnecting. */
    default void onUnregister(WampConnection conn, String procedure) throws Exception {}

    /**
     * Called when a connection has subscribed to a topic for the first time.
     *
     * <p>Under WAMP v2 the topic may be a {@linkplain Topic#match pattern}.
     */
    default void onSubscribe(WampConnection conn, Topic topic) throws Exception {}

    /** Called when a connection has left a topic, by request or by disconnecting. */
    default void onUnsubscribe(WampConnection conn, Topic topic) throws Exception {}

    /**
     * Called when a connection wants to publish an event.
     *
     * <p>The event is sent only if the application calls {@code topic.broadcast(event, audience)}. Throw a {@link
     * CallException} to refuse it: a publisher that asked for an acknowledgement receives it as ERROR. By default
     * every event is refused.
     *
     * @param audience subscribers for whom the publisher intends the event
     */
    default void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        throw CallException.publishNotSupported(topic.id());
    }
}
