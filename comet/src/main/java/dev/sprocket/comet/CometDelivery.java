package dev.sprocket.comet;

import dev.sprocket.core.Message;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.LoopIteration;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.sse.SseConnection;
import dev.sprocket.http.sse.SseEvent;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Delivers messages to a client of {@link CometServer}, by an event stream or a poll.
 *
 * <p>The most recent listener is used. Without one, messages wait. Confined to the event loop of the connection, except
 * for the methods that say otherwise.
 */
final class CometDelivery {
    /** Number of pending bytes at which the connection stops being writable. */
    private static final int HIGH_WATER_MARK = 64 * 1024;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String id;
    private final CometOptions options;
    private final EventLoop loop;
    private final LoopTimer clock;
    private final DropCounter dropStats;
    private final CometOutbox outbox;
    private final List<Runnable> writableTasks = new ArrayList<>(0);
    private @Nullable SseConnection stream;
    private @Nullable HttpConnection poll;
    private @Nullable String closed;
    private @Nullable Runnable onDelivered;
    private boolean responseScheduled;
    /** A callback for writability of the stream is registered. */
    private boolean writableRequested;

    private long pollDeadline;
    private long idleSince;

    CometDelivery(String id, CometOptions options, EventLoop loop, DropCounter dropStats) {
        this.id = id;
        this.options = options;
        this.loop = loop;
        this.dropStats = dropStats;
        this.outbox = new CometOutbox(options.outbound());
        this.clock = LoopTimer.of(loop);
        this.idleSince = clock.now();
    }

    CometOutbox.OfferResult offer(Message copy) {
        List<Message> dropped = new ArrayList<>(0);
        CometOutbox.OfferResult result = outbox.offer(copy, dropped);
        dropped.forEach(message -> dropStats.messageDropped(message.size()));
        if (result == CometOutbox.OfferResult.OVERFLOW) {
            dropStats.connectionClosed();
        }
        pump();
        return result;
    }

    /** Returns the number of pending bytes. May be called from any thread. */
    long pendingBytes() {
        return outbox.pendingBytes();
    }

    /** Reports whether few bytes are pending. May be called from any thread. */
    boolean isWritable() {
        return outbox.pendingBytes() < HIGH_WATER_MARK;
    }

    void onWritable(Runnable task) {
        if (isWritable()) {
            task.run();
        } else {
            writableTasks.add(task);
        }
    }

    /**
     * Resumes after a message, and acknowledges it and all earlier ones. Returns false if later messages were
     * discarded.
     */
    boolean resume(long after) {
        if (!outbox.canResume(after)) {
            return false;
        }
        detach();
        outbox.resume(after);
        return true;
    }

    /** Attaches an event stream. */
    void attach(SseConnection listener) {
        detach();
        stream = listener;
        writableRequested = false;
        listener.send(SseEvent.of(id).type("id").id(id + "." + outbox.last()).retry(RETRY));
        pump();
    }

    /** Attaches a poll. The first poll is answered immediately, because the client does not know the id. */
    void attach(HttpConnection request, boolean first) {
        detach();
        poll = request;
        pollDeadline = clock.now() + options.poll().toNanos();
        if (first || !outbox.isEmpty() || closed != null) {
            respondToPoll();
        }
    }

    /** Ends the current listener, because another one replaces it. */
    private void detach() {
        SseConnection previous = stream;
        stream = null;
        if (previous != null) {
            previous.close();
        }
        if (poll != null) {
            respond(List.of());
        }
    }

    /** Detaches a stream or poll that has ended. */
    void listenerClosed(Object listener) {
        if (listener == stream) {
            stream = null;
            idleSince = clock.now();
        } else if (listener == poll) {
            poll = null;
            idleSince = clock.now();
        }
    }

    /** Sends pending messages. A poll is answered at the end of the loop iteration, with all messages until then. */
    private void pump() {
        SseConnection listener = stream;
        if (listener != null) {
            while (!outbox.isEmpty() && listener.isWritable()) {
                listener.send(CometEncoder.event(id, Objects.requireNonNull(outbox.takeNext())));
            }
            outbox.discardSent(options.replay());
            if (!outbox.isEmpty()) {
                awaitWritable(listener);
            } else if (closed != null) {
                sendClose(listener, closed);
            }
            runWritableTasks();
        } else if (poll != null && !responseScheduled && !outbox.isEmpty()) {
            responseScheduled = LoopIteration.later(loop, () -> {
                responseScheduled = false;
                if (poll != null) {
                    respondToPoll();
                }
            });
        }
    }

    private void awaitWritable(SseConnection listener) {
        if (!writableRequested) {
            writableRequested = true;
            listener.onWritable(() -> LoopIteration.later(loop, () -> {
                if (listener == stream) {
                    writableRequested = false;
                    pump();
                }
            }));
        }
    }

    private void respondToPoll() {
        respond(outbox.takeAll());
        // bounds the memory for clients that never acknowledge messages
        outbox.discardSent(options.replay() + options.outbound().bytes());
        runWritableTasks();
        if (closed != null && onDelivered != null) {
            onDelivered.run();
        }
    }

    private void respond(List<CometOutbox.Entry> entries) {
        HttpConnection request = poll;
        poll = null;
        idleSince = clock.now();
        if (request != null) {
            request.respond(HttpResponse.json(CometEncoder.pollResponse(id, outbox.last(), entries, closed))
                    .header("Cache-Control", "no-store"));
        }
    }

    private void runWritableTasks() {
        if (!writableTasks.isEmpty() && isWritable()) {
            List<Runnable> due = List.copyOf(writableTasks);
            writableTasks.clear();
            due.forEach(Runnable::run);
        }
    }

    private void sendClose(SseConnection listener, String reason) {
        stream = null;
        listener.send(SseEvent.of(reason).type("close"));
        listener.close();
        if (onDelivered != null) {
            onDelivered.run();
        }
    }

    /** Ends the connection. Pending messages are delivered to the current listener, or one within the grace period. */
    void end(String reason, Runnable whenDelivered) {
        closed = reason;
        onDelivered = whenDelivered;
        writableTasks.clear();
        if (stream != null) {
            pump();
        } else if (poll != null) {
            respondToPoll();
        }
    }

    /** Answers an expired poll; returns false if the grace period without a listener has passed. */
    boolean tick(long now) {
        if (poll != null && now - pollDeadline >= 0) {
            respond(List.of());
        }
        return stream != null
                || poll != null
                || now - idleSince < options.grace().toNanos();
    }
}
