package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.sse.EventStream;
import dev.sprocket.http.sse.SseConnection;
import dev.sprocket.http.sse.SseEvent;
import dev.sprocket.pubsub.EventFormat;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Serves topics as Server-Sent Events (HTML standard, 9.2), as an alternative to WebSocket.
 *
 * <pre>{@code
 * router = router.route("GET", "/events/{topic}", new SseSubscriber(topics));
 * }</pre>
 *
 * <p>A page subscribes by {@code new EventSource("/events/kittensCategory")}, a shell by {@code curl -N}. The data is
 * the JSON text of the event as it was published, the id an increasing number. {@code Last-Event-ID} is ignored: events
 * that were missed while a client was disconnected are not sent again.
 *
 * <p>Reserved topics ({@link Topics#isReserved}) are rejected with 403. All clients that may request the route may
 * subscribe to the other topics, unless restricted by {@link #restrictTo(String...)} or {@link #authorizer}. An {@code
 * Authenticator}, {@code OriginFilter} or {@code Cors} can be placed around it, as around any component.
 */
@ThreadSafe
@ConcurrentComponent
public final class SseSubscriber implements MessageComponent<HttpConnection, Message> {
    private static final AttributeKey<Subscriber> SUBSCRIBER =
            AttributeKey.of("subscriber to a topic", "is SseSubscriber below this component?");
    private static final EventFormat FORMAT =
            (published, alloc) -> Message.text(SseEvent.of(published.event().json())
                    .id(String.valueOf(published.number()))
                    .text());

    private final Topics topics;
    private final TopicPatterns allowed;
    private final BiFunction<? super HttpConnection, String, Optional<String>> authorizer;
    private final Duration keepAlive;
    private final EventStream stream;

    /** Allows all clients to subscribe to any topic, with a comment every 15 seconds. */
    public SseSubscriber(Topics topics) {
        this(topics, TopicPatterns.ALL, (conn, topic) -> Optional.empty(), EventStream.DEFAULT_KEEPALIVE);
    }

    private SseSubscriber(
            Topics topics,
            TopicPatterns allowed,
            BiFunction<? super HttpConnection, String, Optional<String>> authorizer,
            Duration keepAlive) {
        this.topics = topics;
        this.allowed = allowed;
        this.authorizer = authorizer;
        this.keepAlive = keepAlive;
        this.stream = new EventStream(new TopicStream()).keepAlive(keepAlive).verbatim();
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
        return new SseSubscriber(topics, TopicPatterns.of(patterns), authorizer, keepAlive);
    }

    /**
     * Returns a copy that authorizes each request.
     *
     * @param other returns the reason to deny a topic to a connection, which is answered with 403; empty to allow it
     */
    public SseSubscriber authorizer(BiFunction<? super HttpConnection, String, Optional<String>> other) {
        return new SseSubscriber(topics, allowed, other, keepAlive);
    }

    /** Returns a copy with another interval between comments; 15 seconds by default. */
    public SseSubscriber keepAlive(Duration interval) {
        return new SseSubscriber(topics, allowed, authorizer, interval);
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
        Optional<String> denied = Topics.isReserved(topic) || !allowed.allows(topic)
                ? Optional.of("expected: an allowed topic")
                : authorizer.apply(conn, topic);
        if (denied.isPresent()) {
            conn.respond(forbidden(conn, "topic: " + topic + " (" + denied.get() + ")"));
        } else {
            stream.onOpen(conn);
        }
    }

    /** Returns the same body for all denied topics, existing or not. The rule is logged. */
    private static HttpResponse forbidden(HttpConnection conn, String reason) {
        String clients = User.find(conn).isPresent() ? "for this user" : "for clients that are not logged in";
        return HttpResponse.text("403 Forbidden: topic denied " + clients + "\n")
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

    /** Subscribes when the stream begins, and unsubscribes when it ends. */
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
