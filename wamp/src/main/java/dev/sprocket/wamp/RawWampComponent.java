package dev.sprocket.wamp;

import dev.sprocket.core.Component;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;

/**
 * An application that keeps its own topics: it stands right on {@link WampProtocol}, and decides itself who is subscribed
 * to what and who hears of a publish (in WAMP's words it is broker and dealer). Most applications have their topics kept for
 * them, as a {@link WampComponent} under {@link WampServer}.
 *
 * <p>Topics are URIs of 1 to 512 characters; CURIEs are expanded already.
 *
 * <p>Threads: as {@link Component}.
 */
public interface RawWampComponent extends Component<WampConnection> {
    /** As {@link WampComponent#onCall}. */
    default void onCall(WampConnection conn, Call call) throws Exception {
        call.noSuchProcedure();
    }

    /** A connection wants to subscribe, perhaps once more; how many topics it may have is this component's to limit. */
    default void onSubscribe(WampConnection conn, String topic) throws Exception {}

    /** A connection wants to unsubscribe, whether or not it is subscribed. When it goes, {@code onClose} alone says so. */
    default void onUnsubscribe(WampConnection conn, String topic) throws Exception {}

    /**
     * A connection wants to publish. An event reaches somebody by {@link WampConnection#event(String, Event)}.
     *
     * @param audience for whom the publisher means the event, by {@linkplain WampConnection#sessionId() session ids}
     */
    default void onPublish(WampConnection conn, String topic, Event event, Audience audience) throws Exception {
        throw CallException.publishNotSupported(topic);
    }
}
