package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.EventStream;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.SseConnection;
import dev.sprocket.http.SseEvent;
import dev.sprocket.http.User;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * Any topic as Server-Sent Events (the HTML standard, 9.2), for whoever does not want a WebSocket:
 *
 * <pre>{@code
 * router.route("GET", "/events/{topic}", new SseSubscriber(topics));
 * }</pre>
 *
 * A page hears it by {@code new EventSource("/events/kittensCategory")}, a shell by {@code curl -N}. The data is the
 * event's JSON text as it was published, the id a number that rises. {@code Last-Event-ID} is not honoured: events
 * that were missed while a client was disconnected are not sent again.
 *
 * <p>Reserved topics ({@link Topics#isReserved}) are refused with 403. Whoever may request the route may listen to others,
 * unless {@link #withAuthorizer} says otherwise: an {@code Authenticator}, {@code OriginFilter} or {@code Cors} goes around
 * it as around any component.
 */
@ThreadSafe
@ConcurrentComponent
public final class SseSubscriber implements MessageComponent<HttpConnection, Message> {
    private static final AttributeKey<Subscriber> SUBSCRIBER =
            AttributeKey.of("subscriber to a topic", "is SseSubscriber below this component?");
    private static final EventFormat FORMAT =
            (published, alloc) -> Message.text(SseEvent.of(published.event().json())
                    .withId(String.valueOf(published.number()))
                    .text());

    private final Topics topics;
    private final Predicate<String> allowed;
    private final BiFunction<? super HttpConnection, String, Optional<String>> authorizer;
    private final EventStream stream;

    /** Lets anybody listen to any topic, with a comment every 15 seconds. */
    public SseSubscriber(Topics topics) {
        this(topics, topic -> true, EventStream.DEFAULT_KEEPALIVE);
    }

    /**
     * Lets anybody listen to some topics.
     *
     * @param allowed which; others are answered with 403
     * @param keepalive how often a comment is sent
     */
    public SseSubscriber(Topics topics, Predicate<String> allowed, Duration keepalive) {
        this.topics = topics;
        this.allowed = allowed;
        this.authorizer = (conn, topic) -> Optional.empty();
        this.stream = new EventStream(new TopicStream(), keepalive).verbatim();
    }

    private SseSubscriber(SseSubscriber same, BiFunction<? super HttpConnection, String, Optional<String>> denial) {
        this.topics = same.topics;
        this.allowed = same.allowed;
        this.authorizer = denial;
        this.stream = same.stream;
    }

    /**
     * Returns a copy that authorizes each request.
     *
     * @param denial why a connection may not subscribe to a topic, which is answered with 403; empty if it may
     */
    public SseSubscriber withAuthorizer(BiFunction<? super HttpConnection, String, Optional<String>> denial) {
        return new SseSubscriber(this, denial);
    }

    private static String topic(HttpRequest request) {
        return request.pathParameter("topic").orElse("");
    }

    @Override
    public void onOpen(HttpConnection conn) throws Exception {
        String topic = topic(HttpRequest.of(conn));
        if (topic.isEmpty() || topic.length() > Topics.MAX_ID_LENGTH) {
            conn.respond(HttpResponse.error(
                    400, "topic of " + topic.length() + " characters (expected: 1-" + Topics.MAX_ID_LENGTH + ")"));
            return;
        }
        Optional<String> denied = Topics.isReserved(topic) || !allowed.test(topic)
                ? Optional.of("expected: one that may be listened to here")
                : authorizer.apply(conn, topic);
        if (denied.isPresent()) {
            conn.respond(forbidden(conn, "topic: " + topic + " (" + denied.get() + ")"));
        } else {
            stream.onOpen(conn);
        }
    }

    /** The same body for each topic that is denied, whether or not there is one; the log has the rule. */
    private static HttpResponse forbidden(HttpConnection conn, String reason) {
        String who = User.find(conn).isPresent() ? "for this user" : "for clients that are not logged in";
        return HttpResponse.text("403 Forbidden: topic denied " + who + "\n")
                .status(403)
                .reason(reason);
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
        stream.onClose(conn);
    }

    /** Above the stream: subscribes when it has begun, and leaves when it ends. */
    private final class TopicStream implements MessageComponent<SseConnection, Message> {
        @Override
        public void onOpen(SseConnection conn) {
            Subscriber subscriber = Subscriber.of(conn.toString(), conn, FORMAT);
            SUBSCRIBER.set(conn, subscriber);
            topics.topic(topic(HttpRequest.of(conn))).subscribe(subscriber);
        }

        @Override
        public void onMessage(SseConnection from, Message message) {}

        @Override
        public void onClose(SseConnection conn) {
            SUBSCRIBER.get(conn).unsubscribeAll();
        }
    }
}
