package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.DropCounter;
import dev.sprocket.core.internal.transport.ConflationKey;
import dev.sprocket.core.internal.transport.Outbound;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Overflow policy and drop statistics of one topic. */
@ThreadSafe
final class TopicOverflow implements ConflationKey {
    private volatile OutboundLimit.@Nullable Overflow policy;
    private final DropCounter total;
    private final BiConsumer<TopicOverflow, @Nullable Outbound> onDropped;
    private volatile @Nullable DropCounter dropStats;
    /** True while a notification of the listeners is pending. */
    private volatile boolean notifying;

    /**
     * Creates an overflow policy.
     *
     * @param policy null to apply the policy of the connection
     * @param total statistics of all topics
     * @param onDropped called after each dropped event with null, and with the connection that does not receive it
     */
    TopicOverflow(
            OutboundLimit.@Nullable Overflow policy,
            DropCounter total,
            BiConsumer<TopicOverflow, @Nullable Outbound> onDropped) {
        this.policy = policy;
        this.total = total;
        this.onDropped = onDropped;
    }

    /** Sets another policy; null to apply that of the connection. */
    void policy(OutboundLimit.@Nullable Overflow other) {
        policy = other;
    }

    DropCounter dropStats() {
        DropCounter existing = dropStats;
        return existing == null ? createDropStats() : existing;
    }

    private synchronized DropCounter createDropStats() {
        DropCounter existing = dropStats;
        if (existing == null) {
            existing = new DropCounter(total);
            dropStats = existing;
        }
        return existing;
    }

    /** Returns false if a notification of the listeners is pending. */
    boolean startNotification() {
        if (notifying) {
            return false;
        }
        notifying = true;
        return true;
    }

    /** Called when a listener is notified. */
    void endNotification() {
        notifying = false;
    }

    @Override
    public OutboundLimit.@Nullable Overflow overflow() {
        return policy;
    }

    @Override
    public void onDropped(int bytes) {
        dropStats().messageDropped(bytes);
        onDropped.accept(this, null);
    }

    @Override
    public void onLost(Outbound from) {
        onDropped.accept(this, from);
    }
}
