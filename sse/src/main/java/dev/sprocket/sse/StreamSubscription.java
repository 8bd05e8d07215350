package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.http.sse.SseConnection;
import dev.sprocket.http.sse.SseEvent;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscribed;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.access.AccessChecks;
import dev.sprocket.pubsub.internal.access.CheckedPeer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Subscription of an event stream to its topics. */
@ThreadSafe
final class StreamSubscription implements CheckedPeer, Authentication.Listener {
    private static final PeerLog LOG = PeerLog.of(SseSubscriber.class);
    private static final AttributeKey<StreamSubscription> KEY =
            AttributeKey.of("subscription to topics", "is SseSubscriber below this component?");

    /** Beginning of a subscription without a position. */
    private static final Subscribed NEW_EVENTS = new Subscribed(null, null, 0, null);

    private final SseConnection conn;
    private final AccessControl accessControl;
    private final List<Topic> topics;
    private final Subscriber subscriber;
    private final StreamIds ids;

    private StreamSubscription(
            SseConnection conn, StreamRequest request, List<Topic> topics, AccessControl accessControl) {
        this.conn = conn;
        this.accessControl = accessControl;
        this.topics = topics;
        this.ids = new StreamIds(request.topics());
        this.subscriber = request.isList()
                ? Subscriber.of(conn.toString(), conn, StreamFormat.LIST, ids)
                : Subscriber.of(conn.toString(), conn, StreamFormat.SINGLE);
    }

    /** Subscribes a stream to its topics. */
    static void open(
            SseConnection conn,
            StreamRequest request,
            ConnectedTopics connected,
            Topics all,
            AccessControl accessControl) {
        List<Topic> topics = request.topics().stream().map(all::topic).toList();
        StreamSubscription opened = new StreamSubscription(conn, request, topics, accessControl);
        KEY.set(conn, opened);
        CheckedPeer.KEY.set(conn, opened);
        Authentication.find(conn).ifPresent(authentication -> authentication.listen(opened));
        // on the event loop, so that no event precedes the position
        PipelineContext.of(conn).onLoop(() -> opened.subscribe(request, connected));
    }

    private void subscribe(StreamRequest request, ConnectedTopics connected) {
        conn.send(StreamFormat.retry());
        List<CompletableFuture<Subscribed>> found = new ArrayList<>();
        for (int i = 0; i < topics.size(); i++) {
            Position after = request.after().get(i);
            found.add(
                    after == null
                            ? CompletableFuture.completedFuture(NEW_EVENTS)
                            : topics.get(i).find(after, request.onGap()).toCompletableFuture());
        }
        CompletableFuture.allOf(found.toArray(CompletableFuture[]::new))
                .whenComplete((all, failure) -> PipelineContext.of(conn).onLoop(() -> {
                    try {
                        begin(request, connected, found, failure);
                    } finally {
                        connected.close();
                    }
                }));
    }

    private void begin(
            StreamRequest request,
            ConnectedTopics connected,
            List<CompletableFuture<Subscribed>> found,
            @Nullable Throwable failure) {
        if (!conn.isOpen()) {
            return;
        }
        if (failure != null) {
            LOG.warn(
                    conn,
                    "log not readable, stream ends: peer={} topics={} (the client returns)",
                    conn,
                    topics.size(),
                    failure);
            for (int i = 0; i < topics.size(); i++) {
                if (found.get(i).isCompletedExceptionally()) {
                    sendUnsubscribed(topics.get(i), "history not readable");
                }
            }
            conn.close();
            return;
        }
        for (int i = 0; i < topics.size(); i++) {
            begin(i, connected, found.get(i).join());
        }
        if (ids.isAny()) {
            String id = request.isList() ? ids.text() : ids.single();
            conn.send(StreamFormat.position(id));
        }
        if (accessControl.version() != request.policyVersion()) {
            recheckAll(); // the change may have overtaken the subscription
        }
        if (!conn.isOpen()) { // it was closed by another thread, which did not see the subscription
            subscriber.unsubscribeAll();
        }
    }

    @SuppressWarnings("ReferenceEquality") // a mark
    private void begin(int index, ConnectedTopics connected, Subscribed found) {
        Topic topic = topics.get(index);
        Position newest = connected.newest(index);
        if (found == NEW_EVENTS && newest != null) {
            topic.subscribeFrom(subscriber, newest);
            ids.start(topic.id(), newest);
        } else if (found == NEW_EVENTS && connected.isConnected(index)) {
            topic.subscribe(subscriber);
        } else if (found == NEW_EVENTS) {
            topic.subscribe(subscriber, null, Gap.Action.NONE)
                    .thenAccept(subscribed -> ids.start(topic.id(), subscribed.start()))
                    .toCompletableFuture()
                    .join(); // complete without a position and other servers
        } else {
            topic.subscribeAt(subscriber, found);
            ids.start(topic.id(), found.start());
        }
    }

    private void sendUnsubscribed(Topic topic, String reason) {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("topic", topic.id());
        data.put("reason", reason);
        conn.send(SseEvent.of(Event.of(data).json()).type("unsubscribed"));
    }

    /** Unsubscribes a stream. */
    static void close(SseConnection conn) {
        KEY.get(conn).subscriber.unsubscribeAll();
    }

    /** Sends the event {@code expiring}, with the end and the id for a renewal. */
    @Override
    public boolean onExpiring(Authentication expiring, Instant end) {
        Map<String, String> data = new LinkedHashMap<>();
        data.put("expires", end.toString());
        data.put("connection", expiring.id());
        conn.send(SseEvent.of(Event.of(data).json()).type("expiring"));
        return true;
    }

    @Override
    public void onChanged(User before, User now) {
        recheckAll();
    }

    private void recheckAll() {
        AccessChecks.run(
                conn,
                topics.stream()
                        .<AccessChecks.Check>map(topic -> done -> recheck(topic, done))
                        .toList());
    }

    @Override
    public void recheck(Topic subscribed, Runnable done) {
        if (!conn.isOpen() || !subscribed.has(subscriber)) {
            done.run();
            return;
        }
        AccessRequest request = AccessRequest.of(conn, Action.SUBSCRIBE, subscribed.id());
        AccessDecision decision;
        try {
            decision = accessControl.decide(request);
        } catch (Exception failure) {
            decision = AccessDecision.deny("the authorizer failed: " + failure);
        }
        if (decision instanceof AccessDecision.Later later) {
            later.decision()
                    .thenAccept(made -> CallbackExecutor.run(conn, () -> {
                        apply(subscribed, request, made);
                        done.run();
                    }));
        } else {
            apply(subscribed, request, decision);
            done.run();
        }
    }

    private void apply(Topic subscribed, AccessRequest request, AccessDecision decision) {
        if (decision instanceof AccessDecision.Allow
                || decision instanceof AccessDecision.Limit
                || !subscribed.unsubscribe(subscriber)) {
            return;
        }
        accessControl.logRevocation(request, decision);
        sendUnsubscribed(subscribed, "no longer authorized");
        if (subscriber.size() == 0) {
            conn.close();
        }
    }
}
