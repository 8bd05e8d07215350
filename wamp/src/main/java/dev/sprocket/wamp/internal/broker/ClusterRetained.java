package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Retained events that servers share by their log.
 *
 * <p>They are limited in number and bytes for all servers together, and not for each client.
 */
@ThreadSafe
final class ClusterRetained {
    /** Limit of the number of retained events. */
    private static final int MAX_EVENTS = 10_000;
    /** Time for which publishes are refused after the limits were reached. */
    private static final long FULL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final String LIMIT = "limit of retained events of all servers reached";

    private static final PeerLog LOG = PeerLog.of(RetainedEvents.class);

    private final EventLog log;
    private final LongSupplier clock;
    /** Time when the limits were reached last. */
    private volatile long fullNanos;

    private volatile boolean full;

    ClusterRetained(EventLog log, LongSupplier clock) {
        this.log = log;
        this.clock = clock;
    }

    /** Throws {@link CallException} if events cannot be retained or read now. */
    void check() {
        if (!log.isAvailable()) {
            throw new CallException("wamp.error.unavailable", "retained events are not available (retry later)");
        }
    }

    /** Throws {@link CallException} if the event cannot be retained now. */
    void checkSpace(V2Event event) {
        check();
        if (full && !event.arguments().isEmpty() && clock.getAsLong() - fullNanos < FULL_NANOS) {
            throw new CallException("wamp.error.unavailable", LIMIT);
        }
    }

    /**
     * Retains an event of this server.
     *
     * <p>An event without arguments removes the retained events of its topic.
     *
     * @param historyNanos time for which the topic keeps events; 0 without a history
     */
    void retain(PublishedEvent published, V2Event event, Audience audience, long historyNanos) {
        String topic = published.topic();
        RetainOption retention = event.retention();
        if (retention == null) {
            return;
        }
        if (event.arguments().isEmpty()) {
            retention
                    .result()
                    .set(log.clearRetained(topic)
                            .handle((done, failure) -> failure == null ? null : failed(topic, failure)));
            return;
        }
        long own = retention.ttlNanos();
        long ttl = own == 0 || historyNanos == 0 ? Math.max(own, historyNanos) : Math.min(own, historyNanos);
        long millis = ttl == 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(ttl));
        EventLog.RetainLimits limits =
                new EventLog.RetainLimits(millis, MAX_EVENTS, retention.limits().realmBytes());
        retention
                .result()
                .set(log.retain(
                                topic,
                                published.event(),
                                audience,
                                published.publication(),
                                published.position(),
                                limits)
                        .handle((retained, failure) -> {
                            if (failure != null) {
                                return failed(topic, failure);
                            }
                            full = !retained;
                            return retained ? null : refused(topic);
                        }));
    }

    private Void refused(String topic) {
        fullNanos = clock.getAsLong();
        LOG.warn(topic, "event not retained: topic={} reason=\"{}\"", SafeText.excerpt(topic), LIMIT);
        throw RetainedEvents.notRetained(LIMIT);
    }

    private static Void failed(String topic, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        LOG.warn(topic, "event not retained: topic={} reason=\"{}\"", SafeText.excerpt(topic), cause.getMessage());
        throw RetainedEvents.notRetained("the log is not available");
    }

    /** Removes the retained events of a topic; returns true, as the answer follows later. */
    boolean clear(String topic) {
        var unused = log.clearRetained(topic).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn(
                        topic,
                        "retained events not removed: topic={} reason=\"{}\" (remove them again)",
                        SafeText.excerpt(topic),
                        failure.getMessage());
            }
        });
        return true;
    }

    /** Passes the retained events for a subscriber when the log has answered. */
    void read(Topic subscribed, Subscriber subscriber, Consumer<PublishedEvent> receiver) {
        String name = subscribed.id();
        var unused = log.retained(subscribed.match(), name, RetainedEvents.MAX_PER_SUBSCRIPTION)
                .whenComplete((found, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                name,
                                "retained events not read: topic={} reason=\"{}\" (the client must subscribe again)",
                                SafeText.excerpt(name),
                                failure.getMessage());
                    } else if (subscribed.has(subscriber)) {
                        pass(found, subscribed, subscriber, receiver);
                    }
                });
    }

    private static void pass(
            List<EventLog.RetainedEvent> found,
            Topic subscribed,
            Subscriber subscriber,
            Consumer<PublishedEvent> receiver) {
        Set<String> topics = new HashSet<>();
        for (EventLog.RetainedEvent event : found) {
            if (!event.audience().includes(subscriber) || !topics.add(event.topic())) {
                continue;
            }
            if (topics.size() > RetainedEvents.MAX_PER_SUBSCRIPTION) {
                LOG.warn(
                        subscribed.id(),
                        "retained events left out: topic={} limit={} (use a narrower pattern)",
                        SafeText.excerpt(subscribed.id()),
                        RetainedEvents.MAX_PER_SUBSCRIPTION);
                return;
            }
            receiver.accept(new PublishedEvent(
                    event.topic(),
                    event.event(),
                    0,
                    MatchPolicy.EXACT,
                    event.topic(),
                    event.publication(),
                    event.position()));
        }
    }
}
