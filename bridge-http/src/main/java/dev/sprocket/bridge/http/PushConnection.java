package dev.sprocket.bridge.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Facts;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.Refusal;
import dev.sprocket.core.spi.RefusalListener;
import dev.sprocket.core.spi.StackedConnection;
import org.jspecify.annotations.Nullable;

/** The sender of one request, to which nothing can be sent but the answer. Threads: any. */
final class PushConnection implements StackedConnection, RefusalListener<Connection> {
    private final Connection below;
    private final Facts facts;
    private volatile boolean open = true;
    private volatile @Nullable String refused;

    PushConnection(Connection below) {
        this.below = below;
        this.facts = new Facts(below.facts());
    }

    @Override
    public Connection below() {
        return below;
    }

    @Override
    public boolean send(Message message) {
        return false;
    }

    /** A filter has dropped a push. */
    @Override
    public void onRefused(Connection conn, Message message, Refusal why) {
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
    public Facts facts() {
        return facts;
    }

    @Override
    public String toString() {
        return below.toString();
    }
}
