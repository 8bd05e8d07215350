package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.push.PublishRequest;
import java.util.List;

/** Delivers pushes to a component, as envelopes. */
@ThreadSafe
record ComponentTarget(MessageComponent<? super Connection, ? super Message> target) implements PushTarget {
    private static final PeerLog LOG = PeerLog.of(HttpPush.class);

    @Override
    public HttpResponse deliver(HttpConnection from, List<PublishRequest> pushes, boolean batch) {
        PushConnection conn = new PushConnection(from);
        ComponentInvoker<Connection> invoker = new ComponentInvoker<>(target, conn);
        invoker.open();
        int delivered = 0;
        for (PublishRequest push : pushes) {
            invoker.deliver(target, push.envelope());
            if (!conn.isOpen() || conn.rejection() != null) {
                break;
            }
            delivered++;
        }
        invoker.close();
        String rejection = conn.rejection();
        if (rejection != null) {
            return PushRejectedException.error(
                    429, rejection + "; " + delivered + " of " + pushes.size() + " pushes accepted");
        }
        if (delivered < pushes.size() || !conn.isOpen()) {
            LOG.warn(
                    from,
                    "pushes not accepted by the component: peer={} accepted={} total={}",
                    from,
                    delivered,
                    pushes.size());
            return PushRejectedException.error(500, delivered + " of " + pushes.size() + " pushes accepted");
        }
        return HttpResponse.json("{\"accepted\":" + delivered + "}\n").status(202);
    }
}
