package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.Authorizer.Action;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a realm tells of itself: who joins and leaves, what is registered, what is subscribed to; for clients of WAMP v2 that
 * subscribe to {@code wamp.…}.
 */
@ThreadSafe
final class MetaEvents {
    private final Topics topics;

    MetaEvents(Topics topics) {
        this.topics = topics;
    }

    private void tell(String topic, Object... arguments) {
        tell(topic, Audience.EVERYBODY, arguments);
    }

    private void tell(String topic, Audience audience, Object... arguments) {
        V2Event event = new V2Event(
                WampIds.publication(),
                Map.of(),
                V2Recipients.NONE,
                CallArguments.of(List.of(arguments), Map.of()),
                null);
        topics.topic(topic).broadcast(Event.carrying(event), audience);
    }

    /** Those whom their realm's authorizer lets call it. */
    private static Audience of(Registration registration) {
        return of(Action.CALL, registration.uri, registration.match);
    }

    /** Those whom their realm's authorizer lets subscribe to it. */
    private static Audience of(V2Subscription subscription) {
        return of(Action.SUBSCRIBE, subscription.topic.id(), subscription.topic.match());
    }

    private static Audience of(Action action, String uri, MatchPolicy match) {
        return Audience.EVERYBODY.only(subscriber -> subscriber
                .connection()
                .map(conn -> conn instanceof WampSession session
                        && session.authorization().shows(session, action, uri, match))
                .orElse(true));
    }

    void joined(V2Session session) {
        tell("wamp.session.on_join", session.details());
    }

    void left(V2Session session) {
        tell(
                "wamp.session.on_leave",
                session.id(),
                session.identity().authid(),
                session.identity().authrole());
    }

    void created(V2Session callee, Registration registration) {
        tell("wamp.registration.on_create", of(registration), callee.id(), details(registration));
    }

    void registered(V2Session callee, Registration registration) {
        tell("wamp.registration.on_register", of(registration), callee.id(), registration.id);
    }

    void unregistered(V2Session callee, Registration registration) {
        tell("wamp.registration.on_unregister", of(registration), callee.id(), registration.id);
    }

    void deleted(V2Session callee, Registration registration) {
        tell("wamp.registration.on_delete", of(registration), callee.id(), registration.id);
    }

    static Map<String, Object> details(Registration registration) {
        return Map.of(
                "id", registration.id,
                "created", time(registration.created),
                "uri", registration.uri,
                "match", word(registration.match),
                "invoke", registration.invoke.word());
    }

    void created(V2Session subscriber, V2Subscription subscription) {
        tell("wamp.subscription.on_create", of(subscription), subscriber.id(), details(subscription));
    }

    void subscribed(V2Session subscriber, V2Subscription subscription) {
        tell("wamp.subscription.on_subscribe", of(subscription), subscriber.id(), subscription.id);
    }

    void unsubscribed(V2Session subscriber, V2Subscription subscription) {
        tell("wamp.subscription.on_unsubscribe", of(subscription), subscriber.id(), subscription.id);
    }

    void deleted(V2Session subscriber, V2Subscription subscription) {
        tell("wamp.subscription.on_delete", of(subscription), subscriber.id(), subscription.id);
    }

    static Map<String, Object> details(V2Subscription subscription) {
        return Map.of(
                "id", subscription.id,
                "created", time(subscription.created),
                "uri", subscription.topic.id(),
                "match", word(subscription.topic.match()));
    }

    static String word(MatchPolicy match) {
        return match.name().toLowerCase(Locale.ROOT);
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
