package dev.sprocket.cluster.internal.node;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.log.NameSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Topics with a log that have followers on this node. */
@ThreadSafe
final class FollowedTopics {
    /** Set by the name of the topic; guarded by itself. */
    private final NameSet<FollowedTopic> topics = new NameSet<>() {
        @Override
        protected String name(FollowedTopic topic) {
            return topic.topic;
        }
    };

    @Nullable
    FollowedTopic get(String topic) {
        synchronized (topics) {
            return topics.get(topic);
        }
    }

    void add(FollowedTopic topic) {
        synchronized (topics) {
            topics.add(topic);
        }
    }

    void remove(String topic) {
        synchronized (topics) {
            topics.remove(topic);
        }
    }

    /** Returns the topics of this moment. */
    List<FollowedTopic> values() {
        synchronized (topics) {
            return topics.values();
        }
    }

    /** Returns the names of the topics of this moment. */
    List<String> names() {
        return values().stream().map(topic -> topic.topic).toList();
    }
}
