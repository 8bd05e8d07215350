package dev.sprocket.wamp.internal.history;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.pubsub.EventLog.LoggedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.internal.broker.V2Event;
import dev.sprocket.wamp.internal.broker.V2EventEncoder;
import dev.sprocket.wamp.internal.broker.V2Subscription;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.spi.Serializer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Event in the log of a topic.
 *
 * @param topic name of the topic
 * @param logged event as the log keeps it
 */
@SuppressWarnings("Immutable") // of the log, which shares it
@Immutable
record KeptEvent(String topic, LoggedEvent logged) {
    /** Order of events: that of the log in one topic, by time in several. */
    static final Comparator<KeptEvent> ORDER = KeptEvent::compare;

    private static int compare(KeptEvent one, KeptEvent other) {
        if (one.topic.equals(other.topic)) {
            return Long.compare(
                    one.logged.position().offset(), other.logged.position().offset());
        }
        int byTime = one.logged.time().compareTo(other.logged.time());
        return byTime != 0 ? byTime : one.topic.compareTo(other.topic);
    }

    /**
     * Reports whether a client may read the event.
     *
     * <p>Events for or without certain sessions are not returned, since sessions end with their connections.
     */
    boolean isFor(Subscriber reader) {
        return logged.audience().includesLater(reader);
    }

    /** Returns the approximate size in an answer, in bytes. */
    int size() {
        return logged.event().size() + 256;
    }

    /** Returns the entry of an answer, as an event of a subscription. */
    Map<String, Object> entry(V2Subscription subscription, Serializer format) {
        Map<String, Object> details = new HashMap<>();
        logged.event().payload(V2Event.class).ifPresent(payload -> details.putAll(payload.publisherDetails()));
        if (subscription.topic.match() != MatchPolicy.EXACT) {
            details.put("topic", topic);
        }
        details.put(V2EventEncoder.POSITION, logged.position().toString());
        CallArguments arguments = V2Event.arguments(logged.event());
        return Map.of(
                "timestamp",
                logged.time(),
                "subscription",
                subscription.id,
                "publication",
                logged.publication(),
                "details",
                details,
                "args",
                arguments.encodedList(format),
                "kwargs",
                arguments.encodedMap(format));
    }
}
