package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.internal.broker.SubscriptionListener;
import dev.sprocket.wamp.internal.broker.V2Event;
import dev.sprocket.wamp.internal.broker.V2Recipients;
import dev.sprocket.wamp.internal.broker.V2Subscriber;
import dev.sprocket.wamp.internal.broker.V2Subscription;
import dev.sprocket.wamp.internal.dealer.Callee;
import dev.sprocket.wamp.internal.dealer.Registration;
import dev.sprocket.wamp.internal.dealer.RegistrationListener;
import dev.sprocket.wamp.internal.id.WampIds;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionType;
import dev.sprocket.wamp.internal.session.WampSession;
import java.util.List;
import java.util.Map;

/**
 * Publishes the meta events of a realm below {@code wamp.} for WAMP v2 clients.
 *
 * <p>They report joins, leaves, registrations and subscriptions.
 */
@ThreadSafe
public final class MetaEvents implements RegistrationListener, SubscriptionListener {
    private final Topics topics;

    /** Creates a publisher on the topics of a realm. */
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

    /** Publishes that a session has joined. */
    public void joined(MetaSession session) {
        publish("wamp.session.on_join", session.details());
    }

    /** Publishes that a session has left. */
    public void left(MetaSession session) {
        publish(
                "wamp.session.on_leave",
                session.id(),
                session.identity().authid(),
                session.identity().authrole());
    }

    @Override
    public void created(Callee callee, Registration registration) {
        publish("wamp.registration.on_create", audience(registration), callee.id(), details(registration));
    }

    @Override
    public void registered(Callee callee, Registration registration) {
        publish("wamp.registration.on_register", audience(registration), callee.id(), registration.id);
    }

    @Override
    public void unregistered(Callee callee, Registration registration) {
        publish("wamp.registration.on_unregister", audience(registration), callee.id(), registration.id);
    }

    @Override
    public void deleted(Callee callee, Registration registration) {
        publish("wamp.registration.on_delete", audience(registration), callee.id(), registration.id);
    }

    static Map<String, Object> details(Registration registration) {
        return Map.of(
                "id", registration.id,
                "created", registration.created,
                "uri", registration.uri,
                "match", OptionType.wireName(registration.match),
                "invoke", registration.invoke.wireName());
    }

    @Override
    public void created(V2Subscriber subscriber, V2Subscription subscription) {
        publish("wamp.subscription.on_create", audience(subscription), subscriber.id(), details(subscription));
    }

    @Override
    public void subscribed(V2Subscriber subscriber, V2Subscription subscription) {
        publish("wamp.subscription.on_subscribe", audience(subscription), subscriber.id(), subscription.id);
    }

    @Override
    public void unsubscribed(V2Subscriber subscriber, V2Subscription subscription) {
        publish("wamp.subscription.on_unsubscribe", audience(subscription), subscriber.id(), subscription.id);
    }

    @Override
    public void deleted(V2Subscriber subscriber, V2Subscription subscription) {
        publish("wamp.subscription.on_delete", audience(subscription), subscriber.id(), subscription.id);
    }

    static Map<String, Object> details(V2Subscription subscription) {
        return Map.of(
                "id",
                subscription.id,
                "created",
                subscription.created,
                "uri",
                subscription.topic.id(),
                "match",
                OptionType.wireName(subscription.topic.match()));
    }
}
