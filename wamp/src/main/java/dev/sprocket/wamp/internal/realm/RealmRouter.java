package dev.sprocket.wamp.internal.realm;

import dev.sprocket.core.RejectedException;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscribed;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.delivery.AcknowledgedPublisher;
import dev.sprocket.pubsub.internal.subscribe.TopicConnection;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RawWampComponent;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.internal.broker.PatternOverlap;
import dev.sprocket.wamp.internal.broker.SubscribeOptions;
import dev.sprocket.wamp.internal.broker.V2Subscriber;
import dev.sprocket.wamp.internal.broker.V2Subscription;
import dev.sprocket.wamp.internal.dealer.Caller;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.meta.MetaProcedures;
import dev.sprocket.wamp.internal.meta.RegistrationProcedures;
import dev.sprocket.wamp.internal.meta.SessionProcedures;
import dev.sprocket.wamp.internal.meta.SubscriptionProcedures;
import dev.sprocket.wamp.internal.meta.TestamentProcedures;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.session.SessionAccess;
import dev.sprocket.wamp.internal.session.WampSession;
import dev.sprocket.websocket.WsServer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Realm as one server serves it, with the state shared by all its servers.
 *
 * <p>Routes calls, subscriptions and events between the sessions of the realm and its {@link WampComponent}. Calls of
 * registered procedures go to the clients that registered them.
 */
public final class RealmRouter implements RawWampComponent, WsServer.Subprotocols {
    private final RealmSettings settings;
    private final SharedRealmState state;
    private final WampComponent app;
    private final Topics topics;
    private final SessionAccess accessControl;
    private final MetaProcedures metaProcedures;

    /** Creates a router of a realm. */
    public RealmRouter(RealmSettings settings, SharedRealmState state) {
        this.settings = settings;
        this.state = state;
        this.app = settings.app();
        this.topics = settings.topics();
        this.accessControl = new SessionAccess(topics, settings.meta());
        this.metaProcedures = new MetaProcedures(
                new SessionProcedures(state.sessions(), settings.sessionKill()),
                new RegistrationProcedures(state.dealer(), accessControl),
                new SubscriptionProcedures(state.subscriptions(), topics, accessControl),
                new TestamentProcedures(settings.uris(), settings.limits(), accessControl));
    }

    /** Starts listening to the topics of the realm. */
    void start() {
        state.start();
    }

    /** Returns the settings of the realm. */
    public RealmSettings settings() {
        return settings;
    }

    /** Returns the state shared with other servers of the realm. */
    public SharedRealmState state() {
        return state;
    }

    /** Returns the access control of the realm. */
    public SessionAccess accessControl() {
        return accessControl;
    }

    @Override
    public List<String> subprotocols() {
        return app instanceof WsServer.Subprotocols own ? own.subprotocols() : List.of();
    }

    @Override
    public void onOpen(WampConnection conn) throws Exception {
        app.onOpen(conn);
    }

    @Override
    public void onCall(WampConnection conn, Call call) throws Exception {
        PendingCall pending = (PendingCall) call;
        count(pending);
        if (Uris.isReserved(call.procedure()) && (RenewProcedure.handle(pending) || metaProcedures.handle(pending))) {
            return;
        }
        if (state.dealer().route(pending, settings.limits())) {
            return;
        }
        if (pending.options().progress()) {
            refuseProgress(call);
        } else if (!call.isDone()) {
            pending.startTimer();
            app.onCall(conn, call);
        }
    }

    private static void refuseProgress(Call call) {
        call.error("wamp.error.feature_not_supported", "the application does not support progressive calls");
    }

    /** Answers a call like one of an unknown procedure. */
    public void noSuchProcedure(PendingCall call) {
        if (call.options().progress()) {
            refuseProgress(call);
        } else {
            call.noSuchProcedure();
        }
    }

    /** Counts a call until it is answered. Throws {@link CallException} beyond a limit. */
    private void count(PendingCall call) {
        MemoryUsage memory = call.caller().memoryUsage();
        memory.reserve(MemoryUsage.Kind.CALLS, call.size(), settings.limits());
        call.whenDone(() -> memory.release(MemoryUsage.Kind.CALLS, call.size()));
    }

    @Override
    public void onSubscribe(WampConnection conn, String uri) throws Exception {
        Topic topic = topics.topic(uri);
        Subscriber subscriber = session(conn).subscriber();
        try {
            checkLimits(subscriber, topic);
        } catch (CallException exceeded) { // WAMP v1 cannot report it
            throw RejectedException.limitExceeded(exceeded.description());
        }
        if (topic.subscribe(subscriber)) {
            app.onSubscribe(conn, topic);
        }
    }

    private static WampSession session(WampConnection conn) {
        return (WampSession) conn;
    }

    private void checkLimits(Subscriber subscriber, Topic topic) {
        int maxTopics = settings.options().maxSubscriptions();
        if (!topic.has(subscriber) && subscriber.size() >= maxTopics) {
            throw RejectedException.limitExceeded("limit of " + maxTopics + " subscriptions per connection reached");
        }
        long max = settings.limits().realmBytes();
        if (!topic.has(subscriber) && topics.subscriptionBytes() + Topics.subscriptionCost(topic.id()) > max) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + max + " bytes of subscriptions in this realm");
        }
    }

    /**
     * Checks whether a session of WAMP v2 may subscribe.
     *
     * <p>Throws {@link CallException} beyond a limit.
     *
     * @return false if it is subscribed already
     */
    public boolean checkSubscribe(V2Subscriber session, String uri, SubscribeOptions options) {
        Topic topic = topics.pattern(options.match(), uri);
        Subscriber subscriber = session.subscriber();
        checkLimits(subscriber, topic);
        int max = settings.limits().patternsPerTopic();
        if (options.match() != MatchPolicy.EXACT
                && !topic.has(subscriber)
                && PatternOverlap.upperBound(subscriber.topics(), options.match(), uri) > max) {
            throw new CallException(
                    "wamp.error.unavailable", "more than " + max + " patterns that may match one topic");
        }
        if (options.retained()) {
            state.retained().checkReadable(topic, subscriber);
        }
        return !topic.has(subscriber);
    }

    /**
     * Connects the topic of a subscription with other servers.
     *
     * @param askedNanos time of the request
     * @return null if there are no other servers
     */
    public @Nullable TopicConnection connect(String uri, SubscribeOptions options, long askedNanos) {
        return TopicConnection.open(topics, topics.pattern(options.match(), uri), askedNanos);
    }

    /**
     * Finds where a session of WAMP v2 begins.
     *
     * @param newest position of the newest event; null if it is not known
     * @return null if the session asks for new events only, and no position is known
     */
    public @Nullable CompletableFuture<Subscribed> find(
            String uri, SubscribeOptions options, @Nullable Position newest) {
        Position after = options.after();
        if (after != null) {
            return topics.pattern(options.match(), uri)
                    .find(after, options.onGap())
                    .toCompletableFuture();
        }
        return newest == null ? null : CompletableFuture.completedFuture(new Subscribed(newest, newest, 0, null));
    }

    /**
     * Subscribes a session of WAMP v2.
     *
     * @param beginning beginning in the log of the topic; null for new events only
     * @param onId receives the id of the subscription before the first event can follow
     */
    public void subscribe(
            V2Subscriber session,
            String uri,
            SubscribeOptions options,
            @Nullable Subscribed beginning,
            LongConsumer onId)
            throws Exception {
        Topic topic = topics.pattern(options.match(), uri);
        Subscriber subscriber = session.subscriber();
        long id = state.subscriptions().join(session, topic).id;
        onId.accept(id);
        boolean added = add(topic, subscriber, options, beginning);
        if (options.retained()) {
            state.retained().read(topic, subscriber, event -> {
                if (options.after() == null || !options.isRecovered(event, beginning)) {
                    session.sendRetained(id, topic, event);
                }
            });
        }
        if (added) {
            app.onSubscribe(session, topic);
        }
    }

    private static boolean add(
            Topic topic, Subscriber subscriber, SubscribeOptions options, @Nullable Subscribed beginning) {
        Position newest = beginning == null || options.after() != null ? null : beginning.start();
        if (newest != null) {
            return topic.subscribeFrom(subscriber, newest);
        }
        return beginning == null ? topic.subscribe(subscriber) : topic.subscribeAt(subscriber, beginning);
    }

    /** Ends a subscription of WAMP v2. Returns its topic; empty if the id is unknown. */
    public Optional<Topic> unsubscribe(V2Subscriber session, long id) {
        Optional<Topic> topic = state.subscriptions().topic(session, id);
        topic.ifPresent(found -> {
            found.unsubscribe(session.subscriber());
            state.subscriptions().leave(session, found);
        });
        return topic;
    }

    /** Ends a subscription that is no longer allowed. Returns its id; 0 if there is none. */
    public long revoke(V2Subscriber session, Topic topic) {
        V2Subscription subscription = state.subscriptions().find(topic);
        long id = subscription == null ? 0 : subscription.id;
        topic.unsubscribe(session.subscriber());
        state.subscriptions().leave(session, topic);
        return id;
    }

    @Override
    public void onUnsubscribe(WampConnection conn, String uri) throws Exception {
        Topic topic = topics.topic(uri);
        if (topic.unsubscribe(session(conn).subscriber())) {
            app.onUnsubscribe(conn, topic);
        }
    }

    @Override
    public void onPublish(WampConnection conn, String uri, Event event, Audience audience) throws Exception {
        Topic topic = topics.topic(uri);
        app.onPublish(conn, topics.log().isShared() ? topic.by(conn) : topic, event, audience);
    }

    /**
     * Publishes an event whose publisher waits for an acknowledgement.
     *
     * @return completes when the event was stored and delivered; fails if it was not
     */
    public CompletableFuture<?> onAcknowledgedPublish(WampConnection conn, String uri, Event event, Audience audience)
            throws Exception {
        if (!topics.log().isShared()) {
            onPublish(conn, uri, event, audience);
            return CompletableFuture.completedFuture(null);
        }
        AcknowledgedPublisher publisher = new AcknowledgedPublisher(conn);
        app.onPublish(conn, topics.topic(uri).by(publisher), event, audience);
        return publisher.result();
    }

    @Override
    public void onError(WampConnection conn, Throwable cause) throws Exception {
        app.onError(conn, cause);
    }

    @Override
    public void onClose(WampConnection conn) throws Exception {
        Caller session = (Caller) conn;
        session.pendingCalls().abandon();
        try {
            if (!settings.options().silentDisconnect()) {
                for (Topic topic : unsubscribeAll(session)) {
                    session.runAtEnd(c -> app.onUnsubscribe(c, topic));
                }
            }
            app.onClose(conn);
        } finally {
            unsubscribeAll(session);
        }
    }

    private List<Topic> unsubscribeAll(WampSession session) {
        List<Topic> left = session.subscriber().unsubscribeAll();
        if (session instanceof V2Subscriber subscriber) {
            state.subscriptions().leave(subscriber);
        }
        return left;
    }
}
