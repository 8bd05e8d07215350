package dev.sprocket.pubsub.internal.push;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.push.PushResult.PushedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Publishes the events of pushes to their topics. */
@ThreadSafe
record TopicsTarget(Topics topics) implements PushTarget {
    private static final PeerLog LOG = PeerLog.of(PushHandler.class);

    @Override
    public PushResult deliver(Connection from, List<PublishRequest> events) {
        List<PushedEvent> published = new ArrayList<>(events.size());
        for (PublishRequest event : events) {
            int subscribers = topics.topic(event.topic()).broadcast(event.event());
            LOG.debug("push published: peer={} topic={} subscribers={}", from, event.topic(), subscribers);
            published.add(new PushedEvent(event.topic(), OptionalInt.of(subscribers)));
        }
        return new PushResult.Published(List.copyOf(published));
    }
}
