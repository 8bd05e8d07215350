package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.Topic;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A topic or a pattern to which clients of WAMP v2 are subscribed. {@link V2Subscriptions} changes it. */
@ThreadSafe
final class V2Subscription {
    final long id;
    final Topic topic;
    final Instant created = Instant.now();
    /** Under the lock of all subscriptions. */
    final NavigableMap<Long, V2Session> members = new TreeMap<>();

    V2Subscription(long id, Topic topic) {
        this.id = id;
        this.topic = topic;
    }
}
