package dev.sprocket.config.internal.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;

/** Topics whose access and delivery a configuration file says, and changes during a reload. */
@ThreadSafe
public final class ConfiguredTopics {
    private volatile ConfiguredAccess access = ConfiguredAccess.CLOSED;

    private final MemoryLog log = new MemoryLog();
    private final Topics topics = new Topics(name -> access.settings(name), log);

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
        log.maxBytes(historyMemory);
        topics.settings(name -> access.settings(name));
        AccessControl.of(topics).authorizer(other.policy());
    }
}
