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
    private static final AttributeKey<Set<Call>> OUTSTANDING =
            AttributeKey.of("outstanding calls", "was a call routed?");
    private static final AttributeKey<MemoryUsage> HOLDINGS = AttributeKey.of("holdings", "was Broker.onOpen called?");

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
        HOLDINGS.set(conn, realm.holdings().ofClient());
        SUBSCRIBER.set(conn, Subscriber.of(conn.sessionId(), conn, ((WampSession) conn).format()));
        app.onOpen(conn);
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        if (Uris.isReserved(call.procedure()) && realm.procedures().call(call)) {
            return;
        }
        hold(conn, call);
        if (realm.dealer().has(call.procedure())
                && realm.dealer().route(call, realm.realm().limits())) {
            return;
        }
        if (call.options().progress()) {
            call.error("wamp.error.feature_not_supported", "the application takes no calls that come bit by bit");
        } else if (!call.isOver()) {
            call.startTimer();
            app.onCall(conn, call);
        }
    }

    /** Counts it, and remembers it for the end of the caller, until it is answered. Throws {@link CallException}. */
    private void hold(WampConnection conn, Call call) {
        MemoryUsage holdings = holdings(conn);
        holdings.take(MemoryUsage.Kind.CALLS, call.size(), realm.realm().limits());
        call.atEnd(() -> holdings.give(MemoryUsage.Kind.CALLS, call.size()));
        Set<Call> outstanding = outstanding(conn);
        outstanding.add(call);
        call.atEnd(() -> outstanding.remove(call));
    }

    /** What a client has in memory. */
    static MemoryUsage holdings(WampConnection conn) {
        return HOLDINGS.get(conn);
    }

    private static Set<Call> outstanding(WampConnection conn) {
        Set<Call> waiting = OUTSTANDING.peek(conn);
        if (waiting == null) {
            waiting = ConcurrentHashMap.newKeySet();
            OUTSTANDING.set(conn, waiting);
        }
        return waiting;
    }

    @Override
    public void onSubscribe(WampConnection conn, String uri) throws Exception {
        Topic topic = topics.topic(uri);
        Subscriber subscriber;
        try {
            subscriber = admitted(conn, topic);
        } catch (CallException excess) { // WAMP v1 cannot report it
            throw new RejectedException(RejectedException.Kind.TOO_MUCH, excess.description());
        }
        if (topic.subscribe(subscriber)) {
            app.onSubscribe(conn, topic);
        }
    }

    private Subscriber admitted(WampConnection conn, Topic topic) {
        Subscriber subscriber = SUBSCRIBER.get(conn);
        if (!topic.has(subscriber) && subscriber.size() >= options.subscriptions()) {
            throw new RejectedException(
                    RejectedException.Kind.TOO_MUCH, "more than " + options.subscriptions() + " subscriptions");
        }
        long most = realm.realm().limits().realmBytes();
        if (!topic.has(subscriber) && topics.subscribed() + Topics.subscriptionCost(topic.id()) > most) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + most + " bytes of subscriptions in this realm");
        }
        return subscriber;
    }

    /** Subscribes, and says under which id before the first event can come. */
    void subscribe(V2Session conn, MatchPolicy match, String uri, boolean retained, Dealer.Said said) throws Exception {
        Topic topic = topics.pattern(match, uri);
        Subscriber subscriber = admitted(conn, topic);
        int most = realm.realm().limits().patternsPerTopic();
        if (match != MatchPolicy.EXACT
                && !topic.has(subscriber)
                && PatternOverlap.most(subscriber.topics(), match, uri) > most) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + most + " patterns that may match one topic");
        }
        if (retained) {
            realm.retained().of(topic, subscriber); // may be too many
        }
        long id = realm.subscriptions().join(conn, topic).id;
        said.say(id);
        boolean added = topic.subscribe(subscriber);
        if (retained) {
            realm.retained().of(topic, subscriber).forEach(event -> conn.sendRetained(id, topic, event));
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
        OUTSTANDING.find(conn).ifPresent(calls -> calls.forEach(Call::abandon));
        try {
            if (!options.silentDisconnect()) {
                for (Topic topic : leaveAll(conn, subscriber)) {
                    ((WampSession) conn).runAtEnd(c -> app.onUnsubscribe(c, topic));
                }
            }
            app.onClose(conn);
        } finally {
            leaveAll(conn, subscriber);
        }
    }

    private List<Topic> leaveAll(WampConnection conn, Subscriber subscriber) {
        List<Topic> left = subscriber.unsubscribeAll();
        if (conn instanceof V2Session session) {
            realm.subscriptions().leave(session);
        }
        return left;
    }
}
