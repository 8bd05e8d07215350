package dev.sprocket.bridge.http;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.RejectionListener;
import dev.sprocket.core.spi.StackedConnection;
import org.jspecify.annotations.Nullable;

/** The sender of one request, to which nothing can be sent but the answer. */
@ThreadSafe
final class PushConnection implements StackedConnection, RejectionListener<Connection> {
    private final Connection below;
    private final Attributes facts;
    private volatile boolean open = true;
    private volatile @Nullable String refused;

    PushConnection(Connection below) {
        this.below = below;
        this.facts = new Attributes(below.attributes());
    }

    @Override
    public Connection underlying() {
        return below;
    }

    @Override
    public boolean send(Message message) {
        return false;
    }

    /** A filter has dropped a push. */
    @Override
    public void onRejected(Connection conn, Message message, RejectedException why) {
        refused = why.reason();
    }

    /** Why the last push was dropped; null if it was not. */
    @Nullable
    String refused() {
        return refused;
    }

    /** Takes nothing more of this request. */
    @Override
    public void close() {
        open = false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public Attributes attributes() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
