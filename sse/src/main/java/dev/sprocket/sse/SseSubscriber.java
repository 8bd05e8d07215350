package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.sse.EventStream;
import dev.sprocket.http.sse.SseConnection;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.pubsub.internal.access.AccessChecks;
import dev.sprocket.pubsub.internal.access.DecisionBatch;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import dev.sprocket.pubsub.internal.subscribe.TopicConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Serves topics as Server-Sent Events (HTML standard, 9.2), as an alternative to WebSocket.
 *
 * <pre>{@code
 * router = router.route("GET", "/events/{topic}", new SseSubscriber(topics));
 * }</pre>
 *
 * <p>A page subscribes by {@code new EventSource("/events/kittensCategory")}, a shell by {@code curl -N}. The data is
 * the JSON text of the event as it was published.
 *
 * <p>On a topic with a history, the stream begins with an event {@code position}, whose id and data are the position
 * after which events follow, and each event has its position as id. A client that returns with {@code Last-Event-ID},
 * or with the query parameter {@code last-event-id} (an id or {@code earliest}), receives the events that it missed,
 * and then an event {@code recovered}. What may be missing is told before the next event by an event {@code gap} with
 * <code>{"topic": …, "from": …, "to": …, "reason": …}</code>; {@link Gap} lists the reasons. The query parameter
 * {@code on-gap} ({@code none}, {@code newest}, {@code all}) selects what is sent after a gap at the beginning. On a
 * topic without a history, a client that returns is told a gap.
 *
 * <p>{@code GET /events?topic=a&topic=b} serves up to 32 topics in one stream, if the component is also routed at
 * {@code /events}. The id then contains the positions of all topics, and the data is <code>{"topic": …, "event":
 * …}</code>.
 *
 * <p>Reserved topics ({@link Topics#isReserved}) are rejected with 403, as are topics that {@link
 * #restrictTo(String...)} or the {@link AccessControl} of the topics denies. A decision that follows later delays the
 * response, up to the time limit of responses. If a topic is no longer allowed after a change of the policy or the
 * user, the client receives an event {@code unsubscribed} with <code>{"topic": …, "reason": …}</code>, and the stream
 * ends.
 *
 * <p>With other servers, the stream begins when their events will be received. If the log of a topic is not available
 * within 5 seconds, the response is 503 with {@code Retry-After}.
 *
 * <p>If the authentication of the client has an end, it receives an event {@code expiring} 30 seconds before, with
 * <code>{"expires": …, "connection": …}</code>: the time, and the id for a {@code RenewalEndpoint}. At the end the
 * stream ends.
 *
 * <p>An {@code Authenticator}, {@code OriginFilter} or {@code Cors} can be placed around it, as around any component.
 */
@ThreadSafe
@ConcurrentComponent
public final class SseSubscriber implements MessageComponent<HttpConnection, Message> {
    private static final PeerLog LOG = PeerLog.of(SseSubscriber.class);

    private static final AttributeKey<StreamRequest> REQUEST =
            AttributeKey.of("request for topics", "is SseSubscriber below this component?");

    private static final AttributeKey<ConnectedTopics> CONNECTED =
            AttributeKey.of("connected topics", "is SseSubscriber below this component?");

    private final Topics topics;
    private final AccessControl accessControl;
    private final TopicPatterns allowed;
    private final Duration keepAlive;
    private final EventStream stream;

    /** Allows all clients to subscribe to any topic, with a comment every 15 seconds. */
    public SseSubscriber(Topics topics) {
        this(topics, TopicPatterns.ALL, EventStream.DEFAULT_KEEPALIVE);
    }

    private SseSubscriber(Topics topics, TopicPatterns allowed, Duration keepAlive) {
        this.topics = topics;
        this.accessControl = AccessControl.of(topics);
        this.allowed = allowed;
        this.keepAlive = keepAlive;
        this.stream = new EventStream(new TopicStream()).keepAlive(keepAlive).verbatim();
        var unused = AccessChecks.of(topics); // from now on, a changed policy ends streams
    }

    /**
     * Returns a copy that answers other topics with 403.
     *
     * @param topics names, or prefixes followed by {@code *}
     */
    public SseSubscriber restrictTo(String... topics) {
        return restrictTo(List.of(topics));
    }

    /**
     * Returns a copy that answers topics outside of a collection with 403.
     *
     * @param patterns names, or prefixes followed by {@code *}
     */
    public SseSubscriber restrictTo(Collection<String> patterns) {
        return new SseSubscriber(topics, TopicPatterns.of(patterns), keepAlive);
    }

    /** Returns a copy with another interval between comments; 15 seconds by default. */
    public SseSubscriber keepAlive(Duration interval) {
        return new SseSubscriber(topics, allowed, interval);
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        StreamRequest request;
        try {
            request = StreamRequest.of(HttpRequest.of(conn), accessControl.version());
        } catch (IllegalArgumentException malformed) {
            conn.respond(HttpResponse.text("400 Bad Request: " + malformed.getMessage() + "\n")
                    .status(400)
                    .reason(String.valueOf(malformed.getMessage())));
            return;
        }
        REQUEST.set(conn, request);
        for (String topic : request.topics()) {
            if (Topics.isReserved(topic) || !allowed.allows(topic)) {
                conn.respond(forbidden(conn, topic, "expected: an allowed topic"));
                return;
            }
        }
        ask(conn, request.topics());
    }

    private void ask(HttpConnection conn, List<String> names) throws Exception {
        long version = accessControl.version();
        DecisionBatch batch =
                new DecisionBatch(names.size(), index -> accessControl.decide(request(conn, names, index)));
        AccessDecision decision = batch.ask();
        if (decision instanceof AccessDecision.Later later) {
            later.decision()
                    .whenComplete((made, failure) -> CallbackExecutor.run(
                            conn,
                            () -> answerLate(
                                    conn,
                                    names,
                                    version,
                                    batch,
                                    failure == null ? made : AccessDecision.deny("the authorizer failed"))));
        } else {
            answer(conn, names, batch, decision);
        }
    }

    private static AccessRequest request(HttpConnection conn, List<String> names, int index) {
        return AccessRequest.of(conn, Action.SUBSCRIBE, names.get(index));
    }

    private void answerLate(
            HttpConnection conn, List<String> names, long version, DecisionBatch batch, AccessDecision made) {
        if (!conn.isOpen()) {
            return;
        }
        try {
            if (accessControl.version() == version) {
                answer(conn, names, batch, made);
            } else {
                ask(conn, names);
            }
        } catch (Exception e) {
            LOG.warn(conn, "request failed: peer={} topic={}", conn, SafeText.excerpt(names.get(batch.denied())), e);
            conn.respond(HttpResponse.error(500, "authorizer failed"));
        }
    }

    private void answer(HttpConnection conn, List<String> names, DecisionBatch batch, AccessDecision decision) {
        if (decision instanceof AccessDecision.Allow) {
            connect(conn, names);
            return;
        }
        AccessRequest denied = request(conn, names, batch.denied());
        accessControl.logDenial(denied, decision);
        conn.respond(
                decision instanceof AccessDecision.Limit limit
                        ? HttpResponse.error(429, limit.reason())
                        : forbidden(conn, denied.name(), "access denied"));
    }

    /** Opens the stream once its topics are connected with other servers, at once without them. */
    private void connect(HttpConnection conn, List<String> names) {
        ConnectedTopics connected = ConnectedTopics.open(topics, names);
        if (connected != ConnectedTopics.NONE) {
            CONNECTED.set(conn, connected);
        }
        CompletableFuture<Void> ready = connected.ready();
        if (ready.isDone()) {
            open(conn, connected, ready);
        } else {
            ready.whenComplete((done, failure) -> CallbackExecutor.run(conn, () -> open(conn, connected, ready)));
        }
    }

    private void open(HttpConnection conn, ConnectedTopics connected, CompletableFuture<Void> ready) {
        if (!conn.isOpen()) {
            connected.close();
            return;
        }
        try {
            ready.join();
        } catch (CompletionException unavailable) {
            connected.close();
            String reason = TopicConnection.reason(unavailable);
            LOG.cause("log").warn(conn, "stream refused: peer={} reason=\"{}\" (the client may return)", conn, reason);
            conn.respond(HttpResponse.error(503, reason).header("Retry-After", "1"));
            return;
        }
        stream.onOpen(conn);
    }

    /** Returns the same body for all denied topics, existing or not. The rule is logged. */
    private static HttpResponse forbidden(HttpConnection conn, String topic, String reason) {
        String clients = User.find(conn).isPresent() ? "for this user" : "for clients that are not logged in";
        return HttpResponse.text("403 Forbidden: topic denied " + clients + "\n")
                .status(403)
                .reason("topic: " + topic + " (" + reason + ")");
    }

    @Override
    public void onMessage(HttpConnection from, Message message) {
        stream.onMessage(from, message);
    }

    @Override
    public void onError(HttpConnection conn, Throwable cause) throws Exception {
        stream.onError(conn, cause);
    }

    @Override
    public void onClose(HttpConnection conn) {
        CONNECTED.find(conn).ifPresent(ConnectedTopics::close);
        stream.onClose(conn);
    }

    /** Subscribes when the stream begins, and unsubscribes when it ends. */
    private final class TopicStream implements MessageComponent<SseConnection, Message> {
        @Override
        public void onOpen(SseConnection conn) {
            ConnectedTopics connected = CONNECTED.find(conn).orElse(ConnectedTopics.NONE);
            StreamSubscription.open(conn, REQUEST.get(conn), connected, topics, accessControl);
        }

        @Override
        public void onMessage(SseConnection from, Message message) {}

        @Override
        public void onClose(SseConnection conn) {
            StreamSubscription.close(conn);
        }
    }
}
