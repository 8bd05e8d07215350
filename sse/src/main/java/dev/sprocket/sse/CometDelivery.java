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
    private static final int HIGH = 64 * 1024;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String id;
    private final CometOptions options;
    private final EventLoop loop;
    private final LoopTimer clock;
    private final DropStats losses;
    private final CometOutbox outbox;
    private final List<Runnable> whenWritable = new ArrayList<>(0);
    private @Nullable SseConnection stream;
    private @Nullable HttpConnection poll;
    private @Nullable String closed;
    private @Nullable Runnable told;
    private boolean answering;
    /** The stream will say when it takes more. */
    private boolean asked;

    private long pollEnds;
    private long alone;

    CometDelivery(String id, CometOptions options, EventLoop loop, DropStats losses) {
        this.id = id;
        this.options = options;
        this.loop = loop;
        this.losses = losses;
        this.outbox = new CometOutbox(options.outbound());
        this.clock = LoopTimer.of(loop);
        this.alone = clock.now();
    }

    CometOutbox.Fate offer(Message kept) {
        List<Message> dropped = new ArrayList<>(0);
        CometOutbox.Fate fate = outbox.offer(kept, dropped);
        dropped.forEach(message -> losses.message(message.size()));
        if (fate == CometOutbox.Fate.TOO_MUCH) {
            losses.connection();
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
        return outbox.waiting() < HIGH;
    }

    void whenWritable(Runnable task) {
        if (isWritable()) {
            task.run();
        } else {
            whenWritable.add(task);
        }
    }

    /** Whether a client can go on behind the message of this number; if so it has all before. */
    boolean resume(long after) {
        if (!outbox.reaches(after)) {
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
        asked = false;
        listener.send(
                SseEvent.of(id).withType("id").withId(id + "." + outbox.last()).withRetry(RETRY));
        pump();
    }

    /** A poll waits; the first is answered at once, since its client does not know the id. */
    void attach(HttpConnection request, boolean first) {
        detach();
        poll = request;
        pollEnds = clock.now() + options.poll().toNanos();
        if (first || !outbox.isEmpty() || closed != null) {
            answer();
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
    void gone(Object listener) {
        if (listener == stream) {
            stream = null;
            alone = clock.now();
        } else if (listener == poll) {
            poll = null;
            alone = clock.now();
        }
    }

    /** Sends what can be sent; a poll is answered when the turn is over, with all that has come by then. */
    private void pump() {
        SseConnection listener = stream;
        if (listener != null) {
            while (!outbox.isEmpty() && listener.isWritable()) {
                listener.send(CometEncoder.event(id, Objects.requireNonNull(outbox.next())));
            }
            outbox.forget(options.replay());
            if (!outbox.isEmpty()) {
                askForRoom(listener);
            } else if (closed != null) {
                farewell(listener, closed);
            }
            wake();
        } else if (poll != null && !answering && !outbox.isEmpty()) {
            answering = later(() -> {
                answering = false;
                if (poll != null) {
                    answer();
                }
            });
        }
    }

    private void askForRoom(SseConnection listener) {
        if (!asked) {
            asked = true;
            listener.onWritable(() -> later(() -> {
                if (listener == stream) {
                    asked = false;
                    pump();
                }
            }));
        }
    }

    private boolean later(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            return false;
        }
    }

    private void answer() {
        respond(outbox.all());
        // a client that never says what it has would be kept everything for
        outbox.forget(options.replay() + options.outbound().bytes());
        wake();
        if (closed != null && told != null) {
            told.run();
        }
    }

    private void respond(List<CometOutbox.Entry> entries) {
        HttpConnection request = poll;
        poll = null;
        alone = clock.now();
        if (request != null) {
            request.respond(HttpResponse.json(CometEncoder.answer(id, outbox.last(), entries, closed))
                    .header("Cache-Control", "no-store"));
        }
    }

    private void wake() {
        if (!whenWritable.isEmpty() && isWritable()) {
            List<Runnable> due = List.copyOf(whenWritable);
            whenWritable.clear();
            due.forEach(Runnable::run);
        }
    }

    private void farewell(SseConnection listener, String reason) {
        stream = null;
        listener.send(SseEvent.of(reason).withType("close"));
        listener.close();
        if (told != null) {
            told.run();
        }
    }

    /** The connection is over: what waits is still delivered, to who listens now or asks within the time of grace. */
    void end(String reason, Runnable whenTold) {
        closed = reason;
        told = whenTold;
        whenWritable.clear();
        if (stream != null) {
            pump();
        } else if (poll != null) {
            answer();
        }
    }

    /** Returns false if nobody has listened for too long. */
    boolean sweep(long now) {
        if (poll != null && now - pollEnds >= 0) {
            respond(List.of());
        }
        return stream != null || poll != null || now - alone < options.grace().toNanos();
    }
}
