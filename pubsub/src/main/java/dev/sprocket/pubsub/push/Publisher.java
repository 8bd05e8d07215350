package dev.sprocket.pubsub.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import dev.sprocket.pubsub.internal.push.PushHandler;
import dev.sprocket.pubsub.internal.push.PushOutcomes;
import dev.sprocket.pubsub.internal.push.PushQueue;
import dev.sprocket.pubsub.internal.push.PushResult;
import dev.sprocket.pubsub.internal.push.PushResults;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Component that publishes every received message; bridges deliver to it.
 *
 * <p>A message that is not a {@link PublishRequest} is logged with its sender, counted, and otherwise ignored; of an
 * array with an invalid element nothing is published. Bridges acknowledge each message with its result.
 *
 * <p>The {@link dev.sprocket.pubsub.access.AccessControl} of the topics is asked for each event; of an array with a
 * denied event nothing is published. The sender is a backend if a bridge has let it in, else a user. If a
 * decision follows later, reading from the connection pauses.
 *
 * <p>A copy publishes to the same topics; its counters start at zero.
 *
 * <pre>{@code
 * new Publisher(topics)
 *         .transform(push -> Optional.of(push.topic("blog." + push.topic())))
 *         .restrictTo("blog.*");
 * }</pre>
 */
@ThreadSafe
@ConcurrentComponent
public final class Publisher implements MessageComponent<Connection, Message>, Limiter.RejectionListener<Connection> {
    private final Topics topics;
    private final PushHandler handler;
    private final LongAdder published = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder superseded = new LongAdder();
    private final LongAdder rejected = new LongAdder();

    /** Creates a publisher that accepts envelopes only, on all topics. */
    public Publisher(Topics topics) {
        this(topics, PushHandler.of(topics));
    }

    private Publisher(Topics topics, PushHandler handler) {
        this.topics = topics;
        this.handler = handler;
    }

    /** Returns a copy that also accepts objects with the topic in a given member. */
    public Publisher topicField(String name) {
        return new Publisher(topics, handler.topicField(name));
    }

    /**
     * Returns a copy that transforms or skips requests before they are published.
     *
     * <p>Use it to rename topics or to filter; a copy of a request keeps its key and version. Several transformations
     * are applied in the order of these calls.
     *
     * @param next returns the transformed request, or empty to skip it
     */
    public Publisher transform(Function<PublishRequest, Optional<PublishRequest>> next) {
        return new Publisher(topics, handler.transform(next));
    }

    /**
     * Returns a copy that rejects topics other than these; checked after {@link #transform}.
     *
     * @param allowed names, or prefixes followed by {@code *}
     */
    public Publisher restrictTo(String... allowed) {
        return restrictTo(List.of(allowed));
    }

    /**
     * Returns a copy that rejects topics other than those of a collection; checked after {@link #transform}.
     *
     * @param allowed names, or prefixes followed by {@code *}
     */
    public Publisher restrictTo(Collection<String> allowed) {
        return new Publisher(topics, handler.restrictTo(TopicPatterns.of(allowed)));
    }

    @Override
    public void onMessage(Connection from, Message message) {
        PushQueue.submit(from, handler.read(from, message), (push, result) -> {
            if (result instanceof PushResult.Published all) {
                all.events().forEach(event -> counter(event).increment());
            } else if (result instanceof PushResult.Rejected rejection) {
                rejected.increment();
                if (!rejection.isDenial()) { // otherwise access control has logged it
                    PushResults.logRejection(from, rejection);
                }
            }
            PubsubMetrics.push(from, PushOutcomes.of(result));
            PushResults.report(from, result);
        });
    }

    private LongAdder counter(PushResult.PushedEvent event) {
        if (event.isDuplicate()) {
            return duplicates;
        }
        return switch (event.outcome()) {
            case PUBLISHED -> published;
            case SKIPPED -> skipped;
            case SUPERSEDED -> superseded;
            case FAILED -> rejected;
        };
    }

    @Override
    public void onRejected(Connection from, Message message, CloseReason.Rejection rejection) {
        PushResults.report(from, PushResult.Rejected.of(rejection));
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

    /** Returns the number of unpublished events whose key was used before. */
    public long duplicates() {
        return duplicates.sum();
    }

    /** Returns the number of unpublished events that were not newer than their topic. */
    public long superseded() {
        return superseded.sum();
    }

    /** Returns the number of rejected messages, and of events that a log has not stored. */
    public long rejected() {
        return rejected.sum();
    }
}
