package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.DropStats;
import dev.sprocket.core.OverflowPolicy;
import dev.sprocket.core.spi.ConflationKey;
import org.jspecify.annotations.Nullable;

/** What a topic has lost because subscribers read too slowly, and what is to happen to the rest. */
@ThreadSafe
final class TopicOverflow implements ConflationKey {
    private final Topic topic;
    private final Topics topics;
    private final @Nullable OverflowPolicy policy;
    private volatile @Nullable DropStats dropStats;
    /** Listeners are about to be told. */
    private volatile boolean notifying;

    TopicOverflow(Topic topic, Topics topics, TopicSettings settings) {
        this.topic = topic;
        this.topics = topics;
        this.policy = settings.slowReaders().orElse(null);
    }

    DropStats dropStats() {
        DropStats known = dropStats;
        return known == null ? createDropStats() : known;
    }

    private synchronized DropStats createDropStats() {
        DropStats known = dropStats;
        if (known == null) {
            known = new DropStats(topics.dropStats());
            dropStats = known;
        }
        return known;
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
            topics.listeners().dispatch(listener -> {
                notifying = false;
                listener.onDropped(topic, all);
            });
        }
    }
}
