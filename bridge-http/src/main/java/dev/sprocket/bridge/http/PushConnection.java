package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.spi.StackedConnection;
import dev.sprocket.pubsub.internal.push.PushResult;
import dev.sprocket.pubsub.internal.push.PushResults;
import org.jspecify.annotations.Nullable;

/** Connection of one push request; messages sent to it are dropped. */
@ThreadSafe
final class PushConnection implements StackedConnection, Limiter.RejectionListener<Connection> {
    private final Connection underlying;
    private final Attributes attributes;
    private volatile boolean open = true;
    private volatile PushResult.@Nullable Rejected rejection;

    PushConnection(Connection underlying) {
        this.underlying = underlying;
        this.attributes = new Attributes(underlying.attributes());
        PushResults.listen(this, (from, result) -> onResult(result));
    }

    @Override
    public Connection underlying() {
        return underlying;
    }

    @Override
    public boolean send(Message message) {
        return false;
    }

    private void onResult(PushResult result) {
        if (result instanceof PushResult.Rejected rejected) {
            rejection = rejected;
        } else if (result instanceof PushResult.Published published && published.failed() > 0) {
            rejection = PushResult.Rejected.unavailable(published.reason());
        }
    }

    /** Records that a filter rejected a push. */
    @Override
    public void onRejected(Connection conn, Message message, CloseReason.Rejection cause) {
        rejection = PushResult.Rejected.of(cause);
    }

    /** Returns the last rejection; null if there was none. */
    PushResult.@Nullable Rejected rejection() {
        return rejection;
    }

    /** Stops the delivery of further pushes of this request. */
    @Override
    public void close() {
        open = false;
    }

    /** Stops the delivery; the bridge responds to the request. */
    @Override
    public void close(CloseReason reason) {
        close();
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public String toString() {
        return underlying.toString();
    }
}
