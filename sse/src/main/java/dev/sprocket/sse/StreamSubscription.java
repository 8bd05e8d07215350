package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Message;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.http.sse.SseConnection;
import dev.sprocket.http.sse.SseEvent;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.access.AccessChecks;
import dev.sprocket.pubsub.internal.access.CheckedPeer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Subscription of an event stream to its topic. */
@ThreadSafe
final class StreamSubscription implements CheckedPeer, Authentication.Listener {
    private static final AttributeKey<StreamSubscription> KEY =
            AttributeKey.of("subscription to a topic", "is SseSubscriber below this component?");
    private static final EventFormat FORMAT =
            (published, alloc) -> Message.text(SseEvent.of(published.event().json())
                    .id(String.valueOf(published.number()))
                    .text());

    private final SseConnection conn;
    private final Topic topic;
    private final AccessControl accessControl;
    private final Subscriber subscriber;

    private StreamSubscription(SseConnection conn, Topic topic, AccessControl accessControl) {
        this.conn = conn;
        this.topic = topic;
        this.accessControl = accessControl;
        this.subscriber = Subscriber.of(conn.toString(), conn, FORMAT);
    }

    /** Subscribes a stream to its topic. */
    static void open(SseConnection conn, Topic topic, AccessControl accessControl) {
        StreamSubscription opened = new StreamSubscription(conn, topic, accessControl);
        KEY.set(conn, opened);
        CheckedPeer.KEY.set(conn, opened);
        Authentication.find(conn).ifPresent(authentication -> authentication.listen(opened));
        topic.subscribe(opened.subscriber);
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
        AccessChecks.run(conn, List.of(done -> recheck(topic, done)));
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
        Map<String, String> data = new LinkedHashMap<>();
        data.put("topic", subscribed.id());
        data.put("reason", "no longer authorized");
        conn.send(SseEvent.of(Event.of(data).json()).type("unsubscribed"));
        if (subscriber.size() == 0) {
            conn.close();
        }
    }
}
