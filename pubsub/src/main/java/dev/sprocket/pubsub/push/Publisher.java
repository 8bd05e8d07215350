package dev.sprocket.pubsub.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.filter.RejectionListener;
import dev.sprocket.core.internal.json.JsonException;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.TopicPatterns;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Component that publishes every received message; bridges deliver to it.
 *
 * <p>A message that is not a {@link PublishRequest} is logged with its sender, counted, and otherwise ignored; of an
 * array with an invalid element nothing is published. Senders with {@link PublishAck} receive a reply to each message.
 *
 * <pre>{@code
 * new Publisher(topics)
 *         .transform(push -> Optional.of(new PublishRequest("blog." + push.topic(), push.event())))
 *         .restrictTo(TopicPatterns.of("blog.*"));
 * }</pre>
 */
@ThreadSafe
@ConcurrentComponent
public final class Publisher implements MessageComponent<Connection, Message>, RejectionListener<Connection> {
    private static final PeerLog LOG = PeerLog.of(Publisher.class);

    private record ResolvedPush(Topic topic, Event event) {}

    private final Topics topics;
    private final Optional<String> topicField;
    private final Function<PublishRequest, Optional<PublishRequest>> transform;
    private final TopicPatterns allowed;
    private final LongAdder published = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    /** Creates a publisher that accepts envelopes only. */
    public Publisher(Topics topics) {
        this(topics, Optional.empty());
    }

    /** Creates a publisher that also accepts objects with the topic in a given member. */
    public Publisher(Topics topics, Optional<String> topicField) {
        this(topics, topicField, Optional::of, TopicPatterns.ALL);
    }

    private Publisher(
            Topics topics,
            Optional<String> topicField,
            Function<PublishRequest, Optional<PublishRequest>> transform,
            TopicPatterns allowed) {
        this.topics = topics;
        this.topicField = topicField;
        this.transform = transform;
        this.allowed = allowed;
    }

    /**
     * Returns a copy that transforms or skips requests before they are published.
     *
     * <p>Use it to rename topics or to filter. Several transformations are applied in the order of these calls.
     *
     * @param next returns the transformed request, or empty to skip it
     */
    public Publisher transform(Function<PublishRequest, Optional<PublishRequest>> next) {
        return new Publisher(topics, topicField, push -> transform.apply(push).flatMap(next), allowed);
    }

    /** Returns a copy that rejects topics other than these; checked after {@link #transform}. */
    public Publisher restrictTo(TopicPatterns allowed) {
        return new Publisher(topics, topicField, transform, allowed);
    }

    @Override
    public void onMessage(Connection from, Message message) {
        String reply;
        try {
            reply = publish(from, resolveAll(PublishRequest.read(BorrowedMessages.bytes(message), topicField)));
        } catch (JsonException | RejectedException e) {
            rejected.increment();
            LOG.cause(String.valueOf(e.getMessage()))
                    .warn(from, "push rejected: peer={} reason={}", from, e.getMessage());
            reply = "error " + String.valueOf(e.getMessage()).replaceFirst("^JSON, ", "");
        }
        if (PublishAck.isWanted(from)) {
            from.send(reply);
        }
    }

    @Override
    public void onRejected(Connection from, Message message, RejectedException rejection) {
        if (PublishAck.isWanted(from)) {
            from.send("error " + rejection.reason());
        }
    }

    /** Checks all requests before the first is published. All requests of a message are published, or none. */
    private List<Optional<ResolvedPush>> resolveAll(List<PublishRequest> pushes) {
        List<Optional<ResolvedPush>> resolved = new ArrayList<>(pushes.size());
        for (PublishRequest push : pushes) {
            resolved.add(transform.apply(push).map(this::resolve));
        }
        return resolved;
    }

    private ResolvedPush resolve(PublishRequest push) {
        if (!allowed.allows(push.topic())) {
            throw new RejectedException(
                    RejectedException.Kind.FORBIDDEN,
                    "topic " + push.topic() + " not allowed (expected: " + allowed + ")");
        }
        if (Topics.isReserved(push.topic())) {
            throw new RejectedException(
                    RejectedException.Kind.FORBIDDEN, "topic " + push.topic() + " is reserved (expected: not wamp.…)");
        }
        try {
            return new ResolvedPush(topics.topic(push.topic()), push.event());
        } catch (IllegalArgumentException e) { // invalid after a transformation
            throw new RejectedException(RejectedException.Kind.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private String publish(Connection from, List<Optional<ResolvedPush>> pushes) {
        StringBuilder reply = new StringBuilder("ok");
        for (Optional<ResolvedPush> push : pushes) {
            int subscribers = 0;
            if (push.isPresent()) {
                Topic topic = push.get().topic();
                subscribers = topic.broadcast(push.get().event());
                published.increment();
                LOG.debug("push published: peer={} topic={} subscribers={}", from, topic, subscribers);
            } else {
                skipped.increment();
                LOG.debug("push skipped by a transformation: peer={}", from);
            }
            reply.append(' ').append(subscribers);
        }
        return reply.toString();
    }

    /**
     * Returns a supplier of the pending bytes of a publisher, see {@link Topics#pendingBytes}.
     *
     * <p>Bridges use it for backpressure. The supplier returns 0 if the component is not a publisher, with or without
     * decorators.
     */
    public static LongSupplier pendingBytes(Component<?> target) {
        return ForwardingComponent.find(target, Publisher.class)
                .<LongSupplier>map(publisher -> publisher.topics::pendingBytes)
                .orElse(() -> 0);
    }

    /** Returns the number of published events. */
    public long published() {
        return published.sum();
    }

    /** Returns the number of requests that {@link #transform} has skipped. */
    public long skipped() {
        return skipped.sum();
    }

    /** Returns the number of rejected messages. */
    public long rejected() {
        return rejected.sum();
    }
}
