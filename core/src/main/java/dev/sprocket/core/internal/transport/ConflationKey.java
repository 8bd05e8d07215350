package dev.sprocket.core.internal.transport;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.OverflowPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Key of messages that replace each other for a slow reader.
 *
 * <p>Under {@link OverflowPolicy#CONFLATE} a pending message is dropped when a later one with an equal key is offered.
 */
@ThreadSafe
public interface ConflationKey {
    /** Returns the overflow policy of these messages; null for the policy of the connection. */
    @Nullable
    OverflowPolicy overflow();

    /**
     * Called when a message with this key was dropped.
     *
     * @param bytes size of the message
     */
    void onDropped(int bytes);
}
