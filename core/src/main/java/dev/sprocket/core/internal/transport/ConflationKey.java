package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.OutboundLimit;
import org.jspecify.annotations.Nullable;

/**
 * Key of messages that replace each other for a slow reader.
 *
 * <p>Under {@link OutboundLimit.Overflow#CONFLATE} a pending message is dropped when a later one with an equal key is
 * offered.
 */
@ThreadSafe
public interface ConflationKey {
    /** Returns the overflow policy of these messages; null for the policy of the connection. */
    OutboundLimit.@Nullable Overflow overflow();

    /**
     * Called when a message with this key was dropped.
     *
     * @param bytes size of the message
     */
    void onDropped(int bytes);

    /**
     * Called when a message with this key was dropped without a replacement.
     *
     * @param from connection whose peer does not receive the message
     */
    default void onLost(Outbound from) {}
}
