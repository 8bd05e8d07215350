package dev.sprocket.wamp;

import dev.sprocket.pubsub.Topic;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/** A topic or a pattern to which clients of WAMP v2 are subscribed. Threads: any; {@link V2Subscriptions} changes it. */
final class V2Subscription {
    final long id;
    final Topic topic;
    final Instant created = Instant.now();
    /** Under the lock of all subscriptions. */
    final Set<V2Session> members = new LinkedHashSet<>();

    V2Subscription(long id, Topic topic) {
        this.id = id;
        this.topic = topic;
    }
}
