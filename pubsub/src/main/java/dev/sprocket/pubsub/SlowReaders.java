package dev.sprocket.pubsub;

import dev.sprocket.core.Losses;
import dev.sprocket.core.Overflow;
import dev.sprocket.core.spi.Subject;
import org.jspecify.annotations.Nullable;

/** What a topic has lost because subscribers read too slowly, and what is to happen to the rest. Threads: any. */
final class SlowReaders implements Subject {
    private final Topic topic;
    private final Topics topics;
    private final @Nullable Overflow policy;
    private volatile @Nullable Losses losses;
    /** Listeners are about to be told. */
    private volatile boolean telling;

    SlowReaders(Topic topic, Topics topics, TopicSettings settings) {
        this.topic = topic;
        this.topics = topics;
        this.policy = settings.slowReaders().orElse(null);
    }

    Losses losses() {
        Losses known = losses;
        return known == null ? firstLosses() : known;
    }

    private synchronized Losses firstLosses() {
        Losses known = losses;
        if (known == null) {
            known = new Losses(topics.losses());
            losses = known;
        }
        return known;
    }

    @Override
    public @Nullable Overflow overflow() {
        return policy;
    }

    @Override
    public void lost(int bytes) {
        Losses all = losses();
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
