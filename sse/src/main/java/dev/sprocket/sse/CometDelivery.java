package dev.sprocket.sse;

import dev.sprocket.core.DropStats;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.SseConnection;
import dev.sprocket.http.SseEvent;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * How what is sent gets to a client of {@link CometServer}: by the stream that listens, or the poll that waits, whichever came last;
 * if there is neither, it waits for one.
 *
 * <p>Threads: the connection's event loop, but for what says otherwise.
 */
final class CometDelivery {
    /** From how many waiting bytes on a connection is not writable. */
    private static final int HIGH_WATER_MARK = 64 * 1024;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String id;
    private final CometOptions options;
    private final EventLoop loop;
    private final LoopTimer clock;
    private final DropStats dropStats;
    private final CometOutbox outbox;
    private final List<Runnable> writableTasks = new ArrayList<>(0);
    private @Nullable SseConnection stream;
    private @Nullable HttpConnection poll;
    private @Nullable String closed;
    private @Nullable Runnable onDelivered;
    private boolean responseScheduled;
    /** The stream will say when it takes more. */
    private boolean writableRequested;

    private long pollDeadline;
    private long idleSince;

    CometDelivery(String id, CometOptions options, EventLoop loop, DropStats losses) {
        this.id = id;
        this.options = options;
        this.loop = loop;
        this.dropStats = losses;
        this.outbox = new CometOutbox(options.outbound());
        this.clock = LoopTimer.of(loop);
        this.idleSince = clock.now();
    }

    CometOutbox.OfferResult offer(Message kept) {
        List<Message> dropped = new ArrayList<>(0);
        CometOutbox.OfferResult fate = outbox.offer(kept, dropped);
        dropped.forEach(message -> dropStats.messageDropped(message.size()));
        if (fate == CometOutbox.OfferResult.OVERFLOW) {
            dropStats.connectionClosed();
        }
        pump();
        return fate;
    }

    /** From any thread. */
    long waiting() {
        return outbox.waiting();
    }

    /** From any thread. */
    boolean isWritable() {
        return outbox.waiting() < HIGH_WATER_MARK;
    }

    void onWritable(Runnable task) {
        if (isWritable()) {
            task.run();
        } else {
            writableTasks.add(task);
        }
    }

    /** Whether a client can go on behind the message of this number; if so it has all before. */
    boolean resume(long after) {
        if (!outbox.canResume(after)) {
            return false;
        }
        detach();
        outbox.resume(after);
        return true;
    }

    /** A stream listens. */
    void attach(SseConnection listener) {
        detach();
        stream = listener;
        writableRequested = false;
        listener.send(
                SseEvent.of(id).withType("id").withId(id + "." + outbox.last()).withRetry(RETRY));
        pump();
    }

    /** A poll waits; the first is answered at once, since its client does not know the id. */
    void attach(HttpConnection request, boolean first) {
        detach();
        poll = request;
        pollDeadline = clock.now() + options.poll().toNanos();
        if (first || !outbox.isEmpty() || closed != null) {
            respondToPoll();
        }
    }

    /** Whoever listened is told that another does now. */
    private void detach() {
        SseConnection before = stream;
        stream = null;
        if (before != null) {
            before.close();
        }
        if (poll != null) {
            respond(List.of());
        }
    }

    /** A stream or a poll has gone. */
    void listenerClosed(Object listener) {
        if (listener == stream) {
            stream = null;
            idleSince = clock.now();
        } else if (listener == poll) {
            poll = null;
            idleSince = clock.now();
        }
    }

    /** Sends what can be sent; a poll is answered when the turn is over, with all that has come by then. */
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
            responseScheduled = execute(() -> {
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
            listener.onWritable(() -> execute(() -> {
                if (listener == stream) {
                    writableRequested = false;
                    pump();
                }
            }));
        }
    }

    private boolean execute(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    private void respondToPoll() {
        respond(outbox.takeAll());
        // a client that never says what it has would be kept everything for
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
        listener.send(SseEvent.of(reason).withType("close"));
        listener.close();
        if (onDelivered != null) {
            onDelivered.run();
        }
    }

    /** The connection is over: what waits is still delivered, to who listens now or asks within the time of grace. */
    void end(String reason, Runnable whenTold) {
        closed = reason;
        onDelivered = whenTold;
        writableTasks.clear();
        if (stream != null) {
            pump();
        } else if (poll != null) {
            respondToPoll();
        }
    }

    /** Returns false if nobody has listened for too long. */
    boolean sweep(long now) {
        if (poll != null && now - pollDeadline >= 0) {
            respond(List.of());
        }
        return stream != null
                || poll != null
                || now - idleSince < options.grace().toNanos();
    }
}
