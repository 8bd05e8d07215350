package dev.sprocket.wamp.internal.v1;

import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.internal.dealer.PendingCall;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.meta.MetaRate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Answers a call with the position of a session, or the events after one.
 *
 * <p>The answer follows all events that it covers, and precedes all later ones. It waits until the client has read what
 * was sent before. One step at a time, usually on the event loop of the session.
 */
final class V1Recovery {
    /** Maximum number of events that one call examines. */
    static final int MAX_EVENTS = 1000;
    /** Maximum size of an answer in bytes, unless it has one event. Smaller if the outbound limit requires it. */
    private static final int MAX_BYTES = 8 << 20;

    private static final int MIN_BYTES = 1024;
    /** Maximum size that an event adds to its text. */
    private static final int EVENT_OVERHEAD = 80;
    /** Position that no log has given. */
    private static final Position NONE = new Position(0, 0, 1);

    private static final PeerLog LOG = PeerLog.of(V1Recovery.class);

    private final V1Session session;
    private final PendingCall call;
    private final Topic topic;
    private final EventLog log;
    private final @Nullable Position after;
    private final int limit;

    private final StringBuilder events = new StringBuilder();
    private Position position;
    private @Nullable Gap gap;
    private int examined;
    private int bytes;
    private int maxBytes = MAX_BYTES;
    /** True when the log has no more events for the answer. */
    private boolean exhausted;

    /**
     * Creates the answer of a call.
     *
     * @param after position of the last event that the client has; null if it has none
     * @param limit maximum number of events to examine
     */
    V1Recovery(V1Session session, PendingCall call, Topic topic, EventLog log, @Nullable Position after, int limit) {
        this.session = session;
        this.call = call;
        this.topic = topic;
        this.log = log;
        this.after = after;
        this.limit = limit;
        this.position = after == null ? NONE : after;
    }

    private boolean hasLog() {
        return topic.settings().history().isPresent() && !Topics.isReserved(topic.id());
    }

    /** Answers with the position of the session; null without a log. */
    void position() {
        MetaRate.of(session).begin();
        if (hasLog()) {
            atPosition(reached -> result("\"" + reached + "\""));
        } else {
            result("null");
        }
    }

    /** Answers with the events after the position of the client. */
    void recover() {
        MetaRate.of(session).begin();
        if (hasLog()) {
            step();
        } else {
            gap = new Gap(topic.id(), after, null, Gap.Reason.NO_LOG);
            answer(true);
        }
    }

    /** Continues in order with the events, at the position of the session or the top. */
    private void atPosition(Consumer<Position> next) {
        topic.position(session.subscriber(), reached -> {
            if (call.isDone() || !session.isOpen()) {
                return;
            }
            Outbound out = PipelineContext.of(session).outbound();
            if (!out.isWritable()) {
                out.whenWritable(() -> atPosition(next));
                return;
            }
            while (maxBytes > MIN_BYTES && !out.fits(maxBytes)) {
                maxBytes /= 2;
            }
            if (reached == null) {
                whenRead(log.statistics(topic.id()), statistics -> next.accept(statistics.top()));
            } else {
                next.accept(reached);
            }
        });
    }

    private void step() {
        atPosition(reached -> {
            if (exhausted || position.equals(reached)) {
                answer(true);
            } else {
                read(reached);
            }
        });
    }

    private void read(Position reached) {
        CompletableFuture<EventLog.Slice> reading = log.read(
                        topic.id(), position, Math.max(1, limit - examined), maxBytes - bytes)
                .toCompletableFuture();
        boolean inOrder = reading.isDone();
        whenRead(reading, slice -> {
            boolean more = add(slice, reached);
            if (!more) {
                answer(false);
            } else if (!inOrder) {
                step(); // later events may have been sent since
            } else if (exhausted || position.equals(reached)) {
                answer(true);
            } else {
                read(reached);
            }
        });
    }

    private <T> void whenRead(CompletionStage<T> reading, Consumer<T> next) {
        reading.whenComplete((read, failure) -> {
            if (failure == null) {
                next.accept(read);
            } else {
                LOG.warn(session, "log not readable, call failed: peer={} call={}", session, call, failure);
                call.error("wamp.error.unavailable", "the log of the topic is not available");
            }
        });
    }

    /** Adds events up to a position. Returns false if a limit is reached, or a gap follows that the next call tells. */
    private boolean add(EventLog.Slice slice, Position reached) {
        Gap missing = slice.gap();
        if (missing != null && examined > 0) {
            return false;
        }
        if (missing != null) {
            gap = new Gap(topic.id(), after, missing.to(), missing.reason());
            position = missing.to() == null ? position : missing.to();
        }
        exhausted = slice.events().isEmpty();
        for (EventLog.LoggedEvent logged : slice.events()) {
            if (isBehind(reached, logged.position())) {
                exhausted = true; // the session receives it after the answer
                break;
            }
            int size = logged.event().size() + EVENT_OVERHEAD;
            if (examined == limit || examined > 0 && bytes + size > maxBytes) {
                return false;
            }
            add(logged, size);
        }
        if (exhausted && (position.equals(Position.EARLIEST) || isBehind(position, reached))) {
            position = reached;
        }
        return true;
    }

    /** Reports whether the session may read an event, as a later reader or by name. */
    private boolean isFor(Audience audience) {
        Subscriber reader = session.subscriber();
        return audience.includesLater(reader) || audience.eligible().contains(reader.id()) && audience.includes(reader);
    }

    private void add(EventLog.LoggedEvent logged, int size) {
        examined++;
        position = logged.position();
        if (isFor(logged.audience())) {
            bytes += size;
            events.append(events.isEmpty() ? "" : ",")
                    .append("{\"position\":\"")
                    .append(position)
                    .append("\",\"event\":")
                    .append(logged.event().json())
                    .append('}');
        }
    }

    /** Reports whether a position is before another one of the same log. */
    private static boolean isBehind(Position one, Position other) {
        return one.epoch() == other.epoch() && one.offset() < other.offset();
    }

    private void answer(boolean complete) {
        MetaRate.of(session).charge(examined);
        boolean none = position.equals(NONE) || !hasLog();
        result("{\"events\":[" + events + "],\"position\":" + (none ? "null" : "\"" + position + "\"")
                + ",\"complete\":" + complete + ",\"gap\":" + (gap == null ? "null" : V1Messages.gapOfTopic(gap))
                + "}");
    }

    private void result(String json) {
        call.result(CallArguments.ofJsonList("[" + json + "]"), false);
    }
}
