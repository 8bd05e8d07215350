package dev.sprocket.pubsub;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * All topics of a server, or of a part of it: components and bridges that are given the same object share its topics.
 *
 * <p>Threads: any.
 */
public final class Topics {
    /** The longest id of a topic, in characters: 512. */
    public static final int LONGEST_ID = 512;

    /** The topics with subscribers; others need nobody to remember them. */
    private final Map<String, Topic> filled = new ConcurrentHashMap<>();

    private final Map<Executor, Lane> lanes = new ConcurrentHashMap<>();

    /**
     * The topic of this name, whether or not anybody has subscribed.
     *
     * @throws IllegalArgumentException if the name is empty or longer than 512 characters
     */
    public Topic topic(String id) {
        if (id.isEmpty() || id.length() > LONGEST_ID) {
            throw new IllegalArgumentException(
                    "topic of " + id.length() + " characters (expected: 1-" + LONGEST_ID + ")");
        }
        Topic known = filled.get(id);
        return known == null ? new Topic(this, id) : known;
    }

    /** The topics that have subscribers now, in no order. */
    public Collection<Topic> all() {
        return List.copyOf(filled.values());
    }

    Optional<Topic> filled(Topic handle) {
        return Optional.ofNullable(filled.get(handle.id()));
    }

    /** Does something to the topic that stands for this handle, making this handle that topic if there is none. */
    @SuppressWarnings("ReferenceEquality") // equal handles have groups of their own
    boolean withFilled(Topic handle, Predicate<Topic> action) {
        while (true) {
            Topic topic = filled.computeIfAbsent(handle.id(), id -> handle);
            synchronized (topic) {
                if (filled.get(handle.id()) == topic) {
                    return action.test(topic);
                }
            }
        }
    }

    /** Does something to the topic that stands for this handle; false if there is none. */
    @SuppressWarnings("ReferenceEquality") // as above
    boolean ifFilled(Topic handle, Predicate<Topic> action) {
        Topic topic = filled.get(handle.id());
        while (topic != null) {
            synchronized (topic) {
                if (filled.get(handle.id()) == topic) {
                    return action.test(topic);
                }
            }
            topic = filled.get(handle.id());
        }
        return false;
    }

    /** With the topic's lock: forgets it if nobody is left. */
    void emptied(Topic topic, Group[] groups) {
        for (Group group : groups) {
            if (group.size > 0) {
                return;
            }
        }
        filled.remove(topic.id(), topic);
    }

    Lane lane(Executor executor) {
        return lanes.computeIfAbsent(executor, Lane::new);
    }
}
