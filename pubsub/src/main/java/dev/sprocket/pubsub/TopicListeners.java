package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listeners of topics with their executors. */
@ThreadSafe
final class TopicListeners {
    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private record Entry(Executor executor, TopicListener listener) {}

    private final CopyOnWriteArrayList<Entry> entries = new CopyOnWriteArrayList<>();

    void add(Executor executor, TopicListener listener) {
        entries.add(new Entry(executor, listener));
    }

    void remove(TopicListener listener) {
        entries.removeIf(entry -> entry.listener.equals(listener));
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void dispatch(Topic topic, Consumer<TopicListener> callback) {
        for (Entry entry : entries) {
            try {
                entry.executor.execute(() -> dispatch(topic, entry.listener, callback));
            } catch (RejectedExecutionException ended) {
                LOG.debug(
                        "topic listener not called, its executor is shut down: topic={}",
                        SafeText.excerpt(topic.toString()));
            }
        }
    }

    private static void dispatch(Topic topic, TopicListener listener, Consumer<TopicListener> callback) {
        try {
            callback.accept(listener);
        } catch (RuntimeException e) {
            LOG.warn(
                    "topic listener failed: topic={} listener={}",
                    SafeText.excerpt(topic.toString()),
                    listener.getClass().getName(),
                    e);
        }
    }
}
