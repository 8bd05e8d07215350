package dev.sprocket.core.internal.message;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Access to private members of the message type, which registers its only instance.
 *
 * @param <M> message type
 */
public abstract class MessageAccess<M> {
    private static volatile @Nullable MessageAccess<?> instance;

    /** Registers the instance. Called once, when the message type is initialized. */
    public static void register(MessageAccess<?> own) {
        if (instance != null) {
            throw new IllegalStateException("already registered");
        }
        instance = own;
    }

    /** Returns the instance; null before the message type is initialized. */
    public static @Nullable MessageAccess<?> instance() {
        return instance;
    }

    /** Creates a message that can be invalidated. */
    public abstract M borrow(ByteBuf content, boolean binary);

    /** Invalidates a message. */
    public abstract void invalidate(M message);

    /** Returns the content without a separate reference count. */
    public abstract ByteBuf bytes(M message);
}
