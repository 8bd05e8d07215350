package dev.sprocket.wamp;

import dev.sprocket.core.Component;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topic;

/**
 * An application under WAMP. The server keeps track of who is subscribed to what; whether a publish reaches anybody, and
 * what a call does, is up to the application.
 *
 * <p>Threads: as {@link Component}.
 */
public interface WampComponent extends Component<WampConnection> {
    /**
     * A procedure is called; answer it now or later, through the call, or throw a {@link CallException}. Unless overridden,
     * it is answered with an error.
     */
    default void onCall(WampConnection conn, Call call) throws Exception {
        call.noSuchProcedure();
    }

    /**
     * A client of WAMP v2 wants to register a procedure that nobody has registered, or to join others who have; then its calls
     * go to that client, and {@link #onCall} hears of those that no client has registered. Throw a {@link CallException} if
     * the procedure is the application's own. Unless overridden, clients may register everything.
     *
     * @param procedure the URI, or the pattern
     * @param match which of them
     */
    default void onRegister(WampConnection conn, String procedure, MatchPolicy match) throws Exception {}

    /** A client has ended a registration, by asking or by disconnecting. */
    default void onUnregister(WampConnection conn, String procedure) throws Exception {}

    /**
     * A connection has subscribed to a topic to which it was not subscribed before; under WAMP v2 perhaps to a
     * {@linkplain Topic#match pattern}.
     */
    default void onSubscribe(WampConnection conn, Topic topic) throws Exception {}

    /** A connection has left a topic, by asking or by disconnecting. */
    default void onUnsubscribe(WampConnection conn, Topic topic) throws Exception {}

    /**
     * A connection wants to publish. Nothing is sent to anybody unless this calls {@code topic.broadcast(event, audience)}.
     * Throw a {@link CallException} to refuse the event: a publisher that asked for an acknowledgement receives it as ERROR.
     * Unless overridden, every event is refused.
     *
     * @param audience for whom the publisher means the event
     */
    default void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {
        throw CallException.publishNotSupported(topic.id());
    }
}
