package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.internal.push.PushResult;
import dev.sprocket.pubsub.internal.push.PushTarget;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Delivers pushes to a component, as envelopes. */
@ThreadSafe
record ComponentTarget(MessageComponent<? super Connection, ? super Message> target) implements PushTarget {
    private static final PeerLog LOG = PeerLog.of(HttpPush.class);

    @Override
    public CompletableFuture<PushResult> deliver(Connection from, List<PublishRequest> events) {
        return CompletableFuture.completedFuture(deliverNow(from, events));
    }

    private PushResult deliverNow(Connection from, List<PublishRequest> events) {
        PushConnection conn = new PushConnection(from);
        ComponentInvoker<Connection> invoker = new ComponentInvoker<>(target, conn);
        invoker.open();
        int accepted = 0;
        for (PublishRequest event : events) {
            invoker.deliver(target, event.envelope());
            if (!conn.isOpen() || conn.rejection() != null) {
                break;
            }
            accepted++;
        }
        invoker.close();
        PushResult.Rejected rejection = conn.rejection();
        if (rejection == null && accepted == events.size() && conn.isOpen()) {
            return new PushResult.Accepted(accepted);
        }
        if (rejection == null) {
            LOG.warn(
                    from,
                    "pushes not accepted by the component: peer={} accepted={} total={}",
                    from,
                    accepted,
                    events.size());
        }
        return new PushResult.PartlyAccepted(accepted, events.size(), Optional.ofNullable(rejection));
    }
}
