package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topic;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Topic or pattern to which clients of WAMP v2 are subscribed.
 *
 * <p>Modified by {@link V2Subscriptions} only.
 */
@ThreadSafe
public final class V2Subscription {
    public final long id;
    public final Topic topic;
    public final Instant created = Instant.now();
    /** Sessions by id. Guarded by the lock of {@link V2Subscriptions}. */
    final NavigableMap<Long, V2Subscriber> members = new TreeMap<>();

    V2Subscription(long id, Topic topic) {
        this.id = id;
        this.topic = topic;
    }
}
