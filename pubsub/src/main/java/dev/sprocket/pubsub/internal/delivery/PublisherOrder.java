package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Order of the events of publishers while some wait for a log.
 *
 * <p>An event of a topic without a log waits until the events before it have come back or were refused. Events of
 * topics with a log do not wait for each other: the log keeps their order. Publishers without events on their way are
 * not stored, and never wait.
 *
 * @param <R> type of the results
 */
@ThreadSafe
public final class PublisherOrder<R> {
    /** Largest number of events of a publisher that wait. */
    static final int MAX_EVENTS = 1024;
    /** Largest size of the events of a publisher that wait, in bytes. */
    static final long MAX_BYTES = 1 << 20;

    /** Event that waits for those before it. */
    private record Waiting<R>(
            boolean logged, int size, Supplier<CompletionStage<R>> publish, CompletableFuture<R> result) {}

    /** Events of one publisher; guarded by its own lock. */
    private static final class Line<R> {
        /** Number of events on their way through the log. */
        int onTheirWay;

        final Queue<Waiting<R>> waiting = new ArrayDeque<>(1);
        long waitingBytes;
        /** True while a thread runs events that have waited. */
        boolean running;
        /** True once removed, so a publisher needs a new one. */
        boolean ended;
    }

    private final Map<Object, Line<R>> lines = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Supplier<? extends RuntimeException> tooMany;

    /**
     * Creates an order.
     *
     * @param tooMany creates the failure of an event that would have to wait behind too many
     */
    public PublisherOrder(Supplier<? extends RuntimeException> tooMany) {
        this.tooMany = tooMany;
    }

    /** Reports whether no publisher has events on their way. */
    public boolean isIdle() {
        return count.get() == 0;
    }

    /**
     * Publishes an event without a log, behind the earlier events of its publisher.
     *
     * @return result of the event; null if it need not wait, and the caller publishes it
     */
    public @Nullable CompletionStage<R> behind(Object publisher, int size, Supplier<CompletionStage<R>> publish) {
        Line<R> line = isIdle() ? null : lines.get(publisher);
        if (line == null) {
            return null;
        }
        synchronized (line) {
            return line.ended ? null : enqueue(line, new Waiting<>(false, size, publish, new CompletableFuture<>()));
        }
    }

    /** Publishes an event of a topic with a log. */
    public CompletionStage<R> logged(Object publisher, int size, Supplier<CompletionStage<R>> publish) {
        while (true) {
            Line<R> line = isIdle() ? null : lines.get(publisher);
            if (line == null) {
                return sent(publisher, publish.get());
            }
            synchronized (line) {
                if (line.ended) {
                    continue;
                }
                if (line.running || !line.waiting.isEmpty()) {
                    return enqueue(line, new Waiting<>(true, size, publish, new CompletableFuture<>()));
                }
                line.onTheirWay++;
            }
            CompletionStage<R> result = publish.get();
            var unused = result.whenComplete((done, failure) -> onArrived(publisher, line));
            return result;
        }
    }

    /** Remembers an event of a topic with a log, published while {@linkplain #isIdle idle}. */
    public CompletionStage<R> sent(Object publisher, CompletionStage<R> result) {
        if (!result.toCompletableFuture().isDone()) {
            begin(publisher, result);
        }
        return result;
    }

    /** Remembers that an event of a publisher is on its way. */
    private void begin(Object publisher, CompletionStage<R> result) {
        Line<R> begun = lines.compute(publisher, (key, existing) -> {
            if (existing != null) {
                synchronized (existing) {
                    if (!existing.ended) {
                        existing.onTheirWay++;
                        return existing;
                    }
                }
            } else {
                count.incrementAndGet(); // otherwise the new line takes the place of the ended one
            }
            Line<R> line = new Line<>();
            line.onTheirWay = 1;
            return line;
        });
        var unused = result.whenComplete((done, failure) -> onArrived(publisher, begun));
    }

    private CompletableFuture<R> enqueue(Line<R> line, Waiting<R> event) {
        if (line.waiting.size() >= MAX_EVENTS || line.waitingBytes + event.size > MAX_BYTES) {
            return CompletableFuture.failedFuture(tooMany.get());
        }
        line.waiting.add(event);
        line.waitingBytes += event.size;
        return event.result;
    }

    private void onArrived(Object publisher, Line<R> line) {
        synchronized (line) {
            line.onTheirWay--;
            if (line.running) {
                return;
            }
            if (line.waiting.isEmpty() && line.onTheirWay > 0) {
                return; // and not running meanwhile, so that the next event of a log need not wait
            }
            line.running = true;
        }
        for (Waiting<R> next = next(publisher, line); next != null; next = next(publisher, line)) {
            run(publisher, line, next);
        }
    }

    /** Returns the next event that need not wait any more; null if there is none. */
    private @Nullable Waiting<R> next(Object publisher, Line<R> line) {
        Waiting<R> next;
        synchronized (line) {
            next = line.waiting.peek();
            if (next != null && (next.logged || line.onTheirWay == 0)) {
                line.waiting.remove();
                line.waitingBytes -= next.size;
                line.onTheirWay += next.logged ? 1 : 0;
                return next;
            }
            line.running = false;
            if (next != null || line.onTheirWay > 0) {
                return null;
            }
            line.ended = true;
        }
        if (lines.remove(publisher, line)) {
            count.decrementAndGet();
        }
        return null;
    }

    private void run(Object publisher, Line<R> line, Waiting<R> next) {
        CompletionStage<R> published;
        try {
            published = next.publish.get();
        } catch (RuntimeException e) {
            published = CompletableFuture.failedFuture(e);
        }
        var unused = published.whenComplete((done, failure) -> {
            if (failure == null) {
                next.result.complete(done);
            } else {
                next.result.completeExceptionally(failure);
            }
            if (next.logged) {
                onArrived(publisher, line);
            }
        });
    }
}
