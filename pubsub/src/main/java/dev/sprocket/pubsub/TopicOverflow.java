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
    private volatile @Nullable DropStats losses;
    /** Listeners are about to be told. */
    private volatile boolean telling;

    TopicOverflow(Topic topic, Topics topics, TopicSettings settings) {
        this.topic = topic;
        this.topics = topics;
        this.policy = settings.slowReaders().orElse(null);
    }

    DropStats losses() {
        DropStats known = losses;
        return known == null ? firstLosses() : known;
    }

    private synchronized DropStats firstLosses() {
        DropStats known = losses;
        if (known == null) {
            known = new DropStats(topics.dropStats());
            losses = known;
        }
        return known;
    }

    @Override
    public @Nullable OverflowPolicy overflow() {
        return policy;
    }

    @Override
    public void lost(int bytes) {
        DropStats all = losses();
        all.message(bytes);
        if (!telling && !topics.listeners().isEmpty()) {
            telling = true;
            topics.listeners().tell(listener -> {
                telling = false;
                listener.onDropped(topic, all);
            });
        }
    }
}
