package dev.sprocket.config.internal.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.internal.pattern.HistoryPatterns;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** Topics whose access and delivery a configuration file says, and changes during a reload. */
@ThreadSafe
public final class ConfiguredTopics {
    private volatile ConfiguredAccess access = ConfiguredAccess.CLOSED;

    /** Settings of the topics, as the access says at the time. */
    private final class Delivery implements Function<String, TopicSettings>, HistoryPatterns {
        @Override
        public TopicSettings apply(String topic) {
            return access.settings(topic);
        }

        @Override
        public boolean mayKeep(MatchPolicy match, String pattern) {
            return access.mayKeep(match, pattern);
        }
    }

    private final LongConsumer historyLimit;
    private final Topics topics;

    /** Creates topics of this server. */
    public ConfiguredTopics() {
        this(new MemoryLog());
    }

    private ConfiguredTopics(MemoryLog log) {
        this(log, log::maxBytes);
    }

    /**
     * Creates topics with a log.
     *
     * @param maxBytes sets the maximum memory of the events of all topics
     */
    public ConfiguredTopics(EventLog log, LongConsumer maxBytes) {
        historyLimit = maxBytes;
        topics = new Topics(new Delivery(), log);
    }

    public Topics topics() {
        return topics;
    }

    /** Returns what {@link #apply} has set. */
    public ConfiguredAccess access() {
        return access;
    }

    /**
     * Activates access and delivery; open subscriptions are checked again.
     *
     * @param historyMemory maximum memory of the events of all topics, in bytes
     */
    public void apply(ConfiguredAccess other, long historyMemory) {
        access = other;
        historyLimit.accept(historyMemory);
        topics.settings(new Delivery());
        AccessControl.of(topics).authorizer(other.policy());
    }
}
