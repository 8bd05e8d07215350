package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks of topics and patterns. Each lock guards some of them, so that inactive topics need no memory.
 *
 * <p>Several locks are taken in the order of their indices. No code of the application and no executor is called under
 * a lock.
 */
@ThreadSafe
public final class TopicLocks {
    /** Number of locks, a power of two. */
    private static final int COUNT = 128;

    private static final Comparator<TopicLock> ORDER = Comparator.comparingInt(lock -> lock.index);

    /** Lock of some topics and patterns. */
    public static final class TopicLock extends ReentrantLock {
        private static final long serialVersionUID = 1;

        private final int index;

        private TopicLock(int index) {
            this.index = index;
        }
    }

    private final TopicLock[] locks = new TopicLock[COUNT];

    public TopicLocks() {
        Arrays.setAll(locks, TopicLock::new);
    }

    /** Returns the lock of a topic or pattern. */
    public TopicLock of(MatchPolicy match, String id) {
        int hash = id.hashCode() + match.ordinal();
        return locks[(hash ^ hash >>> 16) & COUNT - 1];
    }

    /** Locks all, each as often as it is contained. */
    public static void lockAll(TopicLock[] all) {
        if (all.length > 1) {
            Arrays.sort(all, ORDER);
        }
        for (TopicLock lock : all) {
            lock.lock();
        }
    }

    public static void unlockAll(TopicLock[] all) {
        for (TopicLock lock : all) {
            lock.unlock();
        }
    }
}
