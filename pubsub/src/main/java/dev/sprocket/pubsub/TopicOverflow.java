package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.DropStats;
import dev.sprocket.core.flow.OverflowPolicy;
import dev.sprocket.core.internal.transport.ConflationKey;
import org.jspecify.annotations.Nullable;

/** Overflow policy and drop statistics of one topic. */
@ThreadSafe
final class TopicOverflow implements ConflationKey {
    private final Topic topic;
    private final Topics topics;
    private final @Nullable OverflowPolicy policy;
    private volatile @Nullable DropStats dropStats;
    /** True while a notification of the listeners is pending. */
    private volatile boolean notifying;

    TopicOverflow(Topic topic, Topics topics, TopicSettings settings) {
        this.topic = topic;
        this.topics = topics;
        this.policy = settings.slowReaders().orElse(null);
    }

    DropStats dropStats() {
        DropStats existing = dropStats;
        return existing == null ? createDropStats() : existing;
    }

    private synchronized DropStats createDropStats() {
        DropStats existing = dropStats;
        if (existing == null) {
            existing = new DropStats(topics.dropStats());
            dropStats = existing;
        }
        return existing;
    }

    @Override
    public @Nullable OverflowPolicy overflow() {
        return policy;
    }

    @Override
    public void onDropped(int bytes) {
        DropStats all = dropStats();
        all.messageDropped(bytes);
        if (!notifying && !topics.listeners().isEmpty()) {
            notifying = true;
            topics.listeners().dispatch(topic, listener -> {
                notifying = false;
                listener.onDropped(topic, all);
            });
        }
    }
}
