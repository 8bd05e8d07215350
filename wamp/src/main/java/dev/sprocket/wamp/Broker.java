package dev.sprocket.wamp;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.Subprotocols;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps who is subscribed to what in a realm, for a {@link WampComponent}, and hands calls to clients that have registered
 * their procedures. Stands right on {@link WampProtocol}.
 */
final class Broker implements RawWampComponent, Subprotocols {
    private static final AttributeKey<Set<Call>> PENDING_CALLS =
            AttributeKey.of("outstanding calls", "was a call routed?");
    private static final AttributeKey<MemoryUsage> MEMORY_USAGE =
            AttributeKey.of("holdings", "was Broker.onOpen called?");

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

    WampComponent app() {
        return app;
    }

    static Collection<Topic> subscriptions(WampConnection conn) {
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
        if (Uris.isReserved(call.procedure()) && realm.metaProcedures().call(call)) {
            return;
        }
        track(conn, call);
        if (realm.dealer().has(call.procedure())
                && realm.dealer().route(call, realm.realm().limits())) {
            return;
        }
        if (call.options().progress()) {
            call.error("wamp.error.feature_not_supported", "the application takes no calls that come bit by bit");
        } else if (!call.isDone()) {
            call.startTimer();
            app.onCall(conn, call);
        }
    }

    /** Counts it, and remembers it for the end of the caller, until it is answered. Throws {@link CallException}. */
    private void track(WampConnection conn, Call call) {
        MemoryUsage holdings = memoryUsage(conn);
        holdings.reserve(MemoryUsage.Kind.CALLS, call.size(), realm.realm().limits());
        call.whenDone(() -> holdings.release(MemoryUsage.Kind.CALLS, call.size()));
        Set<Call> outstanding = pendingCalls(conn);
        outstanding.add(call);
        call.whenDone(() -> outstanding.remove(call));
    }

    /** What a client has in memory. */
    static MemoryUsage memoryUsage(WampConnection conn) {
        return MEMORY_USAGE.get(conn);
    }

    private static Set<Call> pendingCalls(WampConnection conn) {
        Set<Call> waiting = PENDING_CALLS.peek(conn);
        if (waiting == null) {
            waiting = ConcurrentHashMap.newKeySet();
            PENDING_CALLS.set(conn, waiting);
        }
        return waiting;
    }

    @Override
    public void onSubscribe(WampConnection conn, String uri) throws Exception {
        Topic topic = topics.topic(uri);
        Subscriber subscriber;
        try {
            subscriber = checkedSubscriber(conn, topic);
        } catch (CallException excess) { // WAMP v1 cannot report it
            throw new RejectedException(RejectedException.Kind.LIMIT_EXCEEDED, excess.description());
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
                    "more than " + options.maxSubscriptions() + " subscriptions");
        }
        long most = realm.realm().limits().realmBytes();
        if (!topic.has(subscriber) && topics.subscriptionBytes() + Topics.subscriptionCost(topic.id()) > most) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + most + " bytes of subscriptions in this realm");
        }
        return subscriber;
    }

    /** Subscribes, and says under which id before the first event can come. */
    void subscribe(V2Session conn, MatchPolicy match, String uri, boolean retained, Dealer.IdListener said)
            throws Exception {
        Topic topic = topics.pattern(match, uri);
        Subscriber subscriber = checkedSubscriber(conn, topic);
        int most = realm.realm().limits().patternsPerTopic();
        if (match != MatchPolicy.EXACT
                && !topic.has(subscriber)
                && PatternOverlap.upperBound(subscriber.topics(), match, uri) > most) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + most + " patterns that may match one topic");
        }
        if (retained) {
            realm.retained().find(topic, subscriber); // may be too many
        }
        long id = realm.subscriptions().join(conn, topic).id;
        said.onId(id);
        boolean added = topic.subscribe(subscriber);
        if (retained) {
            realm.retained().find(topic, subscriber).forEach(event -> conn.sendRetained(id, topic, event));
        }
        if (added) {
            app.onSubscribe(conn, topic);
        }
    }

    static Subscriber subscriber(WampConnection conn) {
        return SUBSCRIBER.get(conn);
    }

    /** Returns what it was subscribed to under this id. */
    Optional<Topic> unsubscribe(V2Session conn, long id) {
        Optional<Topic> topic = realm.subscriptions().topic(conn, id);
        topic.ifPresent(one -> {
            one.unsubscribe(SUBSCRIBER.get(conn));
            realm.subscriptions().leave(conn, one);
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
