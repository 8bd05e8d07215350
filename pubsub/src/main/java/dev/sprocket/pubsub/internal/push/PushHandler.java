package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.internal.pattern.TopicPatterns;
import dev.sprocket.pubsub.internal.push.PushResult.Published;
import dev.sprocket.pubsub.internal.push.PushResult.PushedEvent;
import dev.sprocket.pubsub.internal.push.PushResult.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks pushes for a target; all bridges end here.
 *
 * <p>All events of a push are checked before the first is delivered.
 */
@ThreadSafe
public final class PushHandler {
    private static final PeerLog LOG = PeerLog.of(PushHandler.class);

    private final PushTarget target;
    private final @Nullable String topicField;
    private final Function<PublishRequest, Optional<PublishRequest>> transform;
    private final TopicPatterns allowed;
    private final @Nullable AccessControl accessControl;
    /** Result of an earlier attempt, whose failed events are published now. */
    private final @Nullable Published earlier;

    private PushHandler(
            PushTarget target,
            @Nullable AccessControl accessControl,
            @Nullable String topicField,
            Function<PublishRequest, Optional<PublishRequest>> transform,
            TopicPatterns allowed,
            @Nullable Published earlier) {
        this.earlier = earlier;
        this.target = target;
        this.accessControl = accessControl;
        this.topicField = topicField;
        this.transform = transform;
        this.allowed = allowed;
    }

    /** Creates a handler that publishes to topics. */
    public static PushHandler of(Topics topics) {
        return of(new TopicsTarget(topics, false), AccessControl.of(topics));
    }

    /**
     * Creates a handler for another target.
     *
     * @param accessControl access control that each event must pass; null if the target has its own
     */
    public static PushHandler of(PushTarget target, @Nullable AccessControl accessControl) {
        return new PushHandler(target, accessControl, null, Optional::of, TopicPatterns.ALL, null);
    }

    /** Returns a copy with another topic member, see {@link PublishRequest#read}; null for none. */
    public PushHandler topicField(@Nullable String name) {
        return new PushHandler(target, accessControl, name, transform, allowed, earlier);
    }

    /**
     * Returns a copy that transforms or skips events before they are checked.
     *
     * @param next returns the transformed request, or empty to skip it
     */
    public PushHandler transform(Function<PublishRequest, Optional<PublishRequest>> next) {
        return new PushHandler(
                target, accessControl, topicField, push -> transform.apply(push).flatMap(next), allowed, earlier);
    }

    /** Returns a copy that rejects topics other than these; checked after {@link #transform}. */
    public PushHandler restrictTo(TopicPatterns topics) {
        return new PushHandler(target, accessControl, topicField, transform, topics, earlier);
    }

    /**
     * Returns a copy that publishes what failed at an earlier attempt of the same push.
     *
     * @param attempt result of the earlier attempt
     */
    public PushHandler resume(Published attempt) {
        return new PushHandler(target, accessControl, topicField, transform, allowed, attempt);
    }

    /**
     * Reads and checks a push that names its topics.
     *
     * <p>It is a {@link PublishRequest} or an array of them.
     *
     * @param json JSON text in UTF-8
     */
    public Push read(Connection from, Message json) {
        List<PublishRequest> events;
        try {
            events = PublishRequest.read(BorrowedMessages.bytes(json), topicField);
        } catch (RejectedException e) {
            return new Push(from, Rejected.of(e.rejection()));
        }
        return check(from, events);
    }

    /**
     * Reads and checks a push whose topic is not part of the text.
     *
     * @param json event as JSON text in UTF-8, any value
     */
    public Push read(Connection from, String topic, Message json) {
        PublishRequest event;
        try {
            event = PublishRequest.readEvent(topic, BorrowedMessages.bytes(json));
        } catch (RejectedException e) {
            return new Push(from, Rejected.of(e.rejection()));
        }
        return check(from, List.of(event));
    }

    /** Returns the rejection of a topic; empty if events may be pushed to it. */
    public Optional<Rejected> check(String topic) {
        if (!allowed.allows(topic)) {
            return Optional.of(Rejected.ofTopic(topic, "not allowed (expected: " + allowed + ")"));
        }
        if (Topics.isReserved(topic)) {
            return Optional.of(Rejected.ofTopic(topic, "is reserved (expected: not wamp.…)"));
        }
        try {
            Topics.checkId(topic);
        } catch (IllegalArgumentException e) {
            return Optional.of(Rejected.of(CloseReason.malformed(String.valueOf(e.getMessage()))));
        }
        return Optional.empty();
    }

    private Push check(Connection from, List<PublishRequest> events) {
        List<PublishRequest> checked = new ArrayList<>(events.size());
        SortedMap<Integer, PushedEvent> done = new TreeMap<>();
        for (int i = 0; i < events.size(); i++) {
            PushedEvent before = earlier(i);
            if (before != null) {
                done.put(i, before);
                continue;
            }
            Optional<PublishRequest> event = transform.apply(events.get(i));
            if (event.isEmpty()) {
                LOG.debug("push skipped by a transformation: peer={}", from);
                done.put(i, PushedEvent.skipped(events.get(i).topic()));
                continue;
            }
            Optional<Rejected> rejection = check(event.get().topic());
            if (rejection.isPresent()) {
                return new Push(from, rejection.get());
            }
            checked.add(event.get());
        }
        if (done.isEmpty()) {
            return new Push(from, checked, accessControl, allowedEvents -> target.deliver(from, allowedEvents));
        }
        return new Push(from, checked, accessControl, allowedEvents -> target.deliver(from, allowedEvents)
                .thenApply(result -> result instanceof Published published ? insert(published, done) : result));
    }

    /** Returns the result of an event that an earlier attempt has published or skipped. */
    private @Nullable PushedEvent earlier(int index) {
        Published attempt = earlier;
        if (attempt == null || index >= attempt.events().size()) {
            return null;
        }
        PushedEvent event = attempt.events().get(index);
        return event.outcome() == PushResult.Outcome.FAILED ? null : event.repeated();
    }

    private static Published insert(Published published, SortedMap<Integer, PushedEvent> done) {
        List<PushedEvent> all = new ArrayList<>(published.events());
        done.forEach(all::add);
        return new Published(List.copyOf(all));
    }
}
