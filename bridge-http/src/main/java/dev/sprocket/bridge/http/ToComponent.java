package dev.sprocket.bridge.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.Level;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.pubsub.Push;
import java.util.List;

/** Hands pushes to a component, as envelopes; what becomes of them there is not known here. Threads: any. */
record ToComponent(MessageComponent<? super Connection, ? super Message> target) implements Delivery {
    private static final PeerLog LOG = PeerLog.of(HttpPush.class);

    @Override
    public HttpResponse deliver(HttpConnection from, List<Push> pushes, boolean batch) {
        PushConnection conn = new PushConnection(from);
        Level<Connection> level = new Level<>(target, conn);
        level.open();
        int delivered = 0;
        for (Push push : pushes) {
            level.deliver(target, push.envelope());
            if (!conn.isOpen() || conn.refused() != null) {
                break;
            }
            delivered++;
        }
        level.close();
        String refused = conn.refused();
        if (refused != null) {
            return Refused.error(429, refused + "; " + delivered + " of " + pushes.size() + " pushes were taken");
        }
        if (delivered < pushes.size() || !conn.isOpen()) {
            LOG.warn(from, "{}: {} of {} pushes were taken", from, delivered, pushes.size());
            return Refused.error(500, delivered + " of " + pushes.size() + " pushes were taken");
        }
        return HttpResponse.json("{\"accepted\":" + delivered + "}\n").status(202);
    }
}
