package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.push.PushResult.PushedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Publishes the events of pushes to their topics. */
@ThreadSafe
record TopicsTarget(Topics topics) implements PushTarget {
    private static final PeerLog LOG = PeerLog.of(PushHandler.class);
    /** Result of an event that the log will store later. */
    private static final Published PENDING = new Published(null, 0);

    @Override
    public PushResult deliver(Connection from, List<PublishRequest> events) {
        List<PushedEvent> published = new ArrayList<>(events.size());
        for (PublishRequest event : events) {
            Published done = topics.topic(event.topic())
                    .publish(event.event())
                    .toCompletableFuture()
                    .getNow(PENDING);
            LOG.debug("push published: peer={} topic={} subscribers={}", from, event.topic(), done.subscribers());
            published.add(new PushedEvent(event.topic(), OptionalInt.of(done.subscribers()), done.position()));
        }
        return new PushResult.Published(List.copyOf(published));
    }
}
