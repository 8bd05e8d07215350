package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Topics;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Destination of the checked events of pushes. */
@ThreadSafe
@FunctionalInterface
public interface PushTarget {
    /** Returns the target that publishes to topics, for a bridge that answers each push. */
    static PushTarget of(Topics topics) {
        return new TopicsTarget(topics, true);
    }

    /**
     * Delivers the events of one push.
     *
     * @param from connection of the sender
     * @param events checked events, in order
     * @return completes when all events were delivered, or have failed
     */
    CompletableFuture<PushResult> deliver(Connection from, List<PublishRequest> events);
}
