package dev.sprocket.wamp;

import dev.sprocket.core.Component;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
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
        call.unknown();
    }

    /** A connection has subscribed to a topic to which it was not subscribed before. */
    default void onSubscribe(WampConnection conn, Topic topic) throws Exception {}

    /** A connection has left a topic, by asking or by disconnecting. */
    default void onUnsubscribe(WampConnection conn, Topic topic) throws Exception {}

    /**
     * A connection wants to publish. Nothing is sent to anybody unless this calls {@code topic.broadcast(event, audience)}.
     *
     * @param audience for whom the publisher means the event
     */
    default void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) throws Exception {}
}
