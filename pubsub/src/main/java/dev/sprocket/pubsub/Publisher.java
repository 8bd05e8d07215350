package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.JsonException;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.RejectionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Publishes every message that it receives: where bridges end. A message that is no {@link PublishRequest} is logged with its sender
 * and counted, and harms nothing else; of an array with a mistake nothing is published. Who wants {@link PublishAck} gets one
 * for each message.
 *
 * <pre>{@code
 * new Publisher(topics)
 *         .through(push -> Optional.of(new Push("blog." + push.topic(), push.event())))
 *         .only(TopicPatterns.of("blog.*"))
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

    /** Takes envelopes only. */
    public Publisher(Topics topics) {
        this(topics, Optional.empty());
    }

    /** Takes envelopes, and objects whose topic is in the member of this name. */
    public Publisher(Topics topics, Optional<String> topicField) {
        this(topics, topicField, Optional::of, TopicPatterns.ALL);
    }

    private Publisher(
            Topics topics,
            Optional<String> topicField,
            Function<PublishRequest, Optional<PublishRequest>> change,
            TopicPatterns rules) {
        this.topics = topics;
        this.topicField = topicField;
        this.transform = change;
        this.allowed = rules;
    }

    /**
     * The same, which changes each push before it is published, or passes over it: to rename topics, to filter. Several are
     * asked in the order in which they were added.
     *
     * @param next empty for what is not to be published
     */
    public Publisher transform(Function<PublishRequest, Optional<PublishRequest>> next) {
        return new Publisher(topics, topicField, push -> transform.apply(push).flatMap(next), allowed);
    }

    /** The same, which publishes to these topics and refuses others, by the names under which it would publish. */
    public Publisher restrictTo(TopicPatterns allowed) {
        return new Publisher(topics, topicField, transform, allowed);
    }

    @Override
    public void onMessage(Connection from, Message message) {
        String answer;
        try {
            answer = publish(from, resolveAll(PublishRequest.read(BorrowedMessages.bytes(message), topicField)));
        } catch (JsonException | RejectedException e) {
            rejected.increment();
            LOG.cause(String.valueOf(e.getMessage())).warn(from, "push from {} refused: {}", from, e.getMessage());
            answer = "error " + String.valueOf(e.getMessage()).replaceFirst("^JSON, ", "");
        }
        if (PublishAck.isWanted(from)) {
            from.send(answer);
        }
    }

    @Override
    public void onRejected(Connection from, Message message, RejectedException why) {
        if (PublishAck.isWanted(from)) {
            from.send("error " + why.reason());
        }
    }

    /** All or none: nothing is published before all are known to be right. */
    private List<Optional<ResolvedPush>> resolveAll(List<PublishRequest> pushes) {
        List<Optional<ResolvedPush>> steps = new ArrayList<>(pushes.size());
        for (PublishRequest push : pushes) {
            steps.add(transform.apply(push).map(this::resolve));
        }
        return steps;
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
        } catch (IllegalArgumentException e) { // it was renamed
            throw new RejectedException(RejectedException.Kind.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private String publish(Connection from, List<Optional<ResolvedPush>> steps) {
        StringBuilder answer = new StringBuilder("ok");
        for (Optional<ResolvedPush> step : steps) {
            int subscribers = 0;
            if (step.isPresent()) {
                Topic topic = step.get().topic();
                subscribers = topic.broadcast(step.get().event());
                published.increment();
                LOG.debug("{} pushed {} to {} subscribers", from, topic, subscribers);
            } else {
                skipped.increment();
                LOG.debug("{} pushed what is passed over", from);
            }
            answer.append(' ').append(subscribers);
        }
        return answer.toString();
    }

    /**
     * How much waits to be delivered of what a component publishes, as {@link Topics#pendingBytes}: what a bridge asks to hold
     * its senders back. Nothing, if the component is no publisher that at most decorators wrap.
     */
    public static LongSupplier pendingBytes(Component<?> target) {
        return ForwardingComponent.find(target, Publisher.class)
                .<LongSupplier>map(publisher -> publisher.topics::pendingBytes)
                .orElse(() -> 0);
    }

    /** How many events were published. */
    public long published() {
        return published.sum();
    }

    /** How many events {@link #transform} has passed over. */
    public long skipped() {
        return skipped.sum();
    }

    /** How many messages were refused. */
    public long rejected() {
        return rejected.sum();
    }
}
