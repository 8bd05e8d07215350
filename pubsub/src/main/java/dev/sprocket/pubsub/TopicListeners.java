package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Listeners of topics with their executors.
 *
 * <p>Notifications are queued under the lock of their topic and dispatched without it, in order: an executor may call
 * its listener immediately, and the listener may subscribe or publish.
 */
@ThreadSafe
final class TopicListeners {
    private static final PeerLog LOG = PeerLog.of(Topic.class);

    private record Entry(Executor executor, TopicListener listener) {}

    private record Notification(Topic topic, Entry entry, Consumer<TopicListener> callback) {}

    private final CopyOnWriteArrayList<Entry> entries = new CopyOnWriteArrayList<>();
    private final Queue<Notification> queue = new ConcurrentLinkedQueue<>();
    /** Number of dispatch calls that the dispatching thread must process; 0 if there is none. */
    private final AtomicInteger dispatches = new AtomicInteger();

    void add(Executor executor, TopicListener listener) {
        entries.add(new Entry(executor, listener));
    }

    void remove(TopicListener listener) {
        entries.removeIf(entry -> entry.listener.equals(listener));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Queues a notification of all listeners; call {@link #dispatch} afterwards, without locks. */
    void enqueue(Topic topic, Consumer<TopicListener> callback) {
        for (Entry entry : entries) {
            queue.add(new Notification(topic, entry, callback));
        }
    }

    /** Passes queued notifications to the executors of the listeners, unless another thread is doing it. */
    void dispatch() {
        if (queue.isEmpty() || dispatches.getAndIncrement() != 0) {
            return;
        }
        int processed = 1;
        do {
            for (Notification next = queue.poll(); next != null; next = queue.poll()) {
                dispatch(next);
            }
            processed = dispatches.addAndGet(-processed);
        } while (processed != 0);
    }

    private static void dispatch(Notification next) {
        try {
            next.entry.executor.execute(() -> call(next));
        } catch (RejectedExecutionException ended) {
            LOG.debug(
                    "topic listener not called, its executor is shut down: topic={}",
                    SafeText.excerpt(next.topic.toString()));
        } catch (Throwable e) { // must not affect other listeners
            logFailure(next, e);
        }
    }

    private static void call(Notification next) {
        try {
            next.callback.accept(next.entry.listener);
        } catch (Throwable e) { // must not affect other listeners
            logFailure(next, e);
        }
    }

    private static void logFailure(Notification failed, Throwable cause) {
        LOG.withTraces()
                .warn(
                        failed.topic.id(),
                        "topic listener failed: topic={} listener={}",
                        SafeText.excerpt(failed.topic.toString()),
                        failed.entry.listener.getClass().getName(),
                        cause);
    }
}
