package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.PublishRequest;
import java.util.List;

/** Hands pushes to a component, as envelopes; what becomes of them there is not known here. */
@ThreadSafe
record ComponentTarget(MessageComponent<? super Connection, ? super Message> target) implements PushTarget {
    private static final PeerLog LOG = PeerLog.of(HttpPush.class);

    @Override
    public HttpResponse deliver(HttpConnection from, List<PublishRequest> pushes, boolean batch) {
        PushConnection conn = new PushConnection(from);
        ComponentInvoker<Connection> level = new ComponentInvoker<>(target, conn);
        level.open();
        int delivered = 0;
        for (PublishRequest push : pushes) {
            level.deliver(target, push.envelope());
            if (!conn.isOpen() || conn.refused() != null) {
                break;
            }
            delivered++;
        }
        level.close();
        String refused = conn.refused();
        if (refused != null) {
            return PushRejectedException.error(
                    429, refused + "; " + delivered + " of " + pushes.size() + " pushes were taken");
        }
        if (delivered < pushes.size() || !conn.isOpen()) {
            LOG.warn(from, "{}: {} of {} pushes were taken", from, delivered, pushes.size());
            return PushRejectedException.error(500, delivered + " of " + pushes.size() + " pushes were taken");
        }
        return HttpResponse.json("{\"accepted\":" + delivered + "}\n").status(202);
    }
}
