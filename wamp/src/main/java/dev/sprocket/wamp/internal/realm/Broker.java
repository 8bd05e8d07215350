package dev.sprocket.wamp.internal.realm;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.RejectedException;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.internal.broker.PatternOverlap;
import dev.sprocket.wamp.internal.dealer.Dealer;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.session.WampSession;
import dev.sprocket.wamp.internal.v2.V2Session;
import dev.sprocket.wamp.server.WampProtocol;
import dev.sprocket.websocket.Subprotocols;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the subscriptions of a realm and routes calls, for a {@link WampComponent}.
 *
 * <p>Calls of registered procedures go to the clients that registered them. Served by {@link WampProtocol}.
 */
public final class Broker implements RawWampComponent, Subprotocols {
    private static final AttributeKey<Set<Call>> PENDING_CALLS = AttributeKey.of("pending calls", "was a call routed?");
    private static final AttributeKey<MemoryUsage> MEMORY_USAGE =
            AttributeKey.of("memory usage", "was Broker.onOpen called?");

    private static final AttributeKey<Subscriber> SUBSCRIBER =
            AttributeKey.of("subscriber", "was Broker.onOpen called?");

    private final WampComponent app;
    private final Topics topics;
    private final WampOptions options;
    private final RealmRuntime realm;

    Broker(WampComponent app, Topics topics, WampOptions options, RealmRuntime realm) {
        this.app = app;
        this.topics = topics;
        this.options = options;
        this.realm = realm;
    }

    public WampComponent app() {
        return app;
    }

    public static Collection<Topic> subscriptions(WampConnection conn) {
        return SUBSCRIBER.find(conn).map(Subscriber::topics).orElse(List.of());
    }

    @Override
    public List<String> subprotocols() {
        return app instanceof Subprotocols own ? own.subprotocols() : List.of();
    }

    @Override
    public void onOpen(WampConnection conn) throws Exception {
        MEMORY_USAGE.set(conn, realm.memoryUsage().forClient());
        SUBSCRIBER.set(conn, Subscriber.of(conn.sessionId(), conn, ((WampSession) conn).format()));
        app.onOpen(conn);
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        if (Uris.isReserved(call.procedure()) && realm.metaProcedures().handle(call)) {
            return;
        }
        track(conn, call);
        if (realm.dealer().has(call.procedure())
                && realm.dealer().route(call, realm.realm().limits())) {
            return;
        }
        if (call.options().progress()) {
            call.error("wamp.error.feature_not_supported", "the application does not support progressive calls");
        } else if (!call.isDone()) {
            call.startTimer();
            app.onCall(conn, call);
        }
    }

    /** Counts a call until it is answered, and ends it with its caller. Throws {@link CallException}. */
    private void track(WampConnection conn, Call call) {
        MemoryUsage memory = memoryUsage(conn);
        memory.reserve(MemoryUsage.Kind.CALLS, call.size(), realm.realm().limits());
        call.whenDone(() -> memory.release(MemoryUsage.Kind.CALLS, call.size()));
        Set<Call> pending = pendingCalls(conn);
        pending.add(call);
        call.whenDone(() -> pending.remove(call));
    }

    /** Returns the memory usage of a client. */
    public static MemoryUsage memoryUsage(WampConnection conn) {
        return MEMORY_USAGE.get(conn);
    }

    private static Set<Call> pendingCalls(WampConnection conn) {
        Set<Call> pending = PENDING_CALLS.peek(conn);
        if (pending == null) {
            pending = ConcurrentHashMap.newKeySet();
            PENDING_CALLS.set(conn, pending);
        }
        return pending;
    }

    @Override
    public void onSubscribe(WampConnection conn, String uri) throws Exception {
        Topic topic = topics.topic(uri);
        Subscriber subscriber;
        try {
            subscriber = checkedSubscriber(conn, topic);
        } catch (CallException exceeded) { // WAMP v1 cannot report it
            throw new RejectedException(RejectedException.Kind.LIMIT_EXCEEDED, exceeded.description());
        }
        if (topic.subscribe(subscriber)) {
            app.onSubscribe(conn, topic);
        }
    }

    private Subscriber checkedSubscriber(WampConnection conn, Topic topic) {
        Subscriber subscriber = SUBSCRIBER.get(conn);
        if (!topic.has(subscriber) && subscriber.size() >= options.maxSubscriptions()) {
            throw new RejectedException(
                    RejectedException.Kind.LIMIT_EXCEEDED,
                    "limit of " + options.maxSubscriptions() + " subscriptions per connection reached");
        }
        long max = realm.realm().limits().realmBytes();
        if (!topic.has(subscriber) && topics.subscriptionBytes() + Topics.subscriptionCost(topic.id()) > max) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + max + " bytes of subscriptions in this realm");
        }
        return subscriber;
    }

    /** Subscribes, and reports the subscription id before the first event can follow. */
    public void subscribe(V2Session conn, MatchPolicy match, String uri, boolean retained, Dealer.IdListener listener)
            throws Exception {
        Topic topic = topics.pattern(match, uri);
        Subscriber subscriber = checkedSubscriber(conn, topic);
        int max = realm.realm().limits().patternsPerTopic();
        if (match != MatchPolicy.EXACT
                && !topic.has(subscriber)
                && PatternOverlap.upperBound(subscriber.topics(), match, uri) > max) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + max + " patterns that may match one topic");
        }
        if (retained) {
            realm.retained().find(topic, subscriber); // checks the limit
        }
        long id = realm.subscriptions().join(conn, topic).id;
        listener.onId(id);
        boolean added = topic.subscribe(subscriber);
        if (retained) {
            realm.retained().find(topic, subscriber).forEach(event -> conn.sendRetained(id, topic, event));
        }
        if (added) {
            app.onSubscribe(conn, topic);
        }
    }

    public static Subscriber subscriber(WampConnection conn) {
        return SUBSCRIBER.get(conn);
    }

    /** Ends a subscription. Returns its topic; empty if the id is unknown. */
    public Optional<Topic> unsubscribe(V2Session conn, long id) {
        Optional<Topic> topic = realm.subscriptions().topic(conn, id);
        topic.ifPresent(found -> {
            found.unsubscribe(SUBSCRIBER.get(conn));
            realm.subscriptions().leave(conn, found);
        });
        return topic;
    }

    @Override
    public void onUnsubscribe(WampConnection conn, String uri) throws Exception {
        Topic topic = topics.topic(uri);
        if (topic.unsubscribe(SUBSCRIBER.get(conn))) {
            app.onUnsubscribe(conn, topic);
        }
    }

    @Override
    public void onPublish(WampConnection conn, String uri, Event event, Audience audience) throws Exception {
        app.onPublish(conn, topics.topic(uri), event, audience);
    }

    @Override
    public void onError(WampConnection conn, Throwable cause) throws Exception {
        app.onError(conn, cause);
    }

    @Override
    public void onClose(WampConnection conn) throws Exception {
        Subscriber subscriber = SUBSCRIBER.get(conn);
        PENDING_CALLS.find(conn).ifPresent(calls -> calls.forEach(Call::abandon));
        try {
            if (!options.silentDisconnect()) {
                for (Topic topic : unsubscribeAll(conn, subscriber)) {
                    ((WampSession) conn).runAtEnd(c -> app.onUnsubscribe(c, topic));
                }
            }
            app.onClose(conn);
        } finally {
            unsubscribeAll(conn, subscriber);
        }
    }

    private List<Topic> unsubscribeAll(WampConnection conn, Subscriber subscriber) {
        List<Topic> left = subscriber.unsubscribeAll();
        if (conn instanceof V2Session session) {
            realm.subscriptions().leave(session);
        }
        return left;
    }
}
