package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.Authorizer.Action;
import dev.sprocket.wamp.internal.broker.V2Event;
import dev.sprocket.wamp.internal.broker.V2Recipients;
import dev.sprocket.wamp.internal.broker.V2Subscription;
import dev.sprocket.wamp.internal.dealer.Registration;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.session.WampSession;
import dev.sprocket.wamp.internal.v2.V2Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Publishes the meta events of a realm below {@code wamp.} for WAMP v2 clients.
 *
 * <p>They report joins, leaves, registrations and subscriptions.
 */
@ThreadSafe
public final class MetaEvents {
    private final Topics topics;

    public MetaEvents(Topics topics) {
        this.topics = topics;
    }

    private void publish(String topic, Object... arguments) {
        publish(topic, Audience.ALL, arguments);
    }

    private void publish(String topic, Audience audience, Object... arguments) {
        V2Event event = new V2Event(
                WampIds.publication(),
                Map.of(),
                V2Recipients.ALL,
                CallArguments.of(List.of(arguments), Map.of()),
                null);
        topics.topic(topic).broadcast(Event.ofPayload(event), audience);
    }

    /** Returns the sessions that may call the procedure. */
    private static Audience audience(Registration registration) {
        return audience(Action.CALL, registration.uri, registration.match);
    }

    /** Returns the sessions that may subscribe to the topic. */
    private static Audience audience(V2Subscription subscription) {
        return audience(Action.SUBSCRIBE, subscription.topic.id(), subscription.topic.match());
    }

    private static Audience audience(Action action, String uri, MatchPolicy match) {
        return Audience.ALL.only(subscriber -> subscriber
                .connection()
                .map(conn -> conn instanceof WampSession session
                        && session.accessControl().isVisible(session, action, uri, match))
                .orElse(true));
    }

    public void joined(V2Session session) {
        publish("wamp.session.on_join", session.details());
    }

    public void left(V2Session session) {
        publish(
                "wamp.session.on_leave",
                session.id(),
                session.identity().authid(),
                session.identity().authrole());
    }

    public void created(V2Session callee, Registration registration) {
        publish("wamp.registration.on_create", audience(registration), callee.id(), details(registration));
    }

    public void registered(V2Session callee, Registration registration) {
        publish("wamp.registration.on_register", audience(registration), callee.id(), registration.id);
    }

    public void unregistered(V2Session callee, Registration registration) {
        publish("wamp.registration.on_unregister", audience(registration), callee.id(), registration.id);
    }

    public void deleted(V2Session callee, Registration registration) {
        publish("wamp.registration.on_delete", audience(registration), callee.id(), registration.id);
    }

    static Map<String, Object> details(Registration registration) {
        return Map.of(
                "id", registration.id,
                "created", timestamp(registration.created),
                "uri", registration.uri,
                "match", wireName(registration.match),
                "invoke", registration.invoke.wireName());
    }

    public void created(V2Session subscriber, V2Subscription subscription) {
        publish("wamp.subscription.on_create", audience(subscription), subscriber.id(), details(subscription));
    }

    public void subscribed(V2Session subscriber, V2Subscription subscription) {
        publish("wamp.subscription.on_subscribe", audience(subscription), subscriber.id(), subscription.id);
    }

    public void unsubscribed(V2Session subscriber, V2Subscription subscription) {
        publish("wamp.subscription.on_unsubscribe", audience(subscription), subscriber.id(), subscription.id);
    }

    public void deleted(V2Session subscriber, V2Subscription subscription) {
        publish("wamp.subscription.on_delete", audience(subscription), subscriber.id(), subscription.id);
    }

    static Map<String, Object> details(V2Subscription subscription) {
        return Map.of(
                "id", subscription.id,
                "created", timestamp(subscription.created),
                "uri", subscription.topic.id(),
                "match", wireName(subscription.topic.match()));
    }

    static String wireName(MatchPolicy match) {
        return match.name().toLowerCase(Locale.ROOT);
    }

    public static String timestamp(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).toString();
    }
}
