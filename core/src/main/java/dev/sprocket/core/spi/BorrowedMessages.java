package dev.sprocket.core.spi;

import dev.sprocket.core.Message;
import dev.sprocket.core.internal.message.MessageAccess;
import io.netty.buffer.ByteBuf;

/**
 * Creates messages that a layer lends to the component above for one callback.
 *
 * <pre>{@code
 * Message message = BorrowedMessages.binary(bytes);
 * try {
 *     invoker.deliver(app, message);
 * } finally {
 *     BorrowedMessages.invalidate(message);
 *     bytes.release();
 * }
 * }</pre>
 *
 * <p>An invalidated message throws {@link IllegalStateException} on every use, so no component can read bytes of
 * another peer from reused memory.
 *
 * <p>Confined to the thread of the callback unless a method states otherwise.
 */
public final class BorrowedMessages {
    private BorrowedMessages() {}

    private static MessageAccess<Message> access() {
        MessageAccess<?> current = MessageAccess.instance();
        return cast(current == null ? initialized() : current);
    }

    @SuppressWarnings("unchecked") // only Message registers itself
    private static MessageAccess<Message> cast(MessageAccess<?> access) {
        return (MessageAccess<Message>) access;
    }

    /** Initializes {@link Message}, which registers the access object. */
    private static MessageAccess<?> initialized() {
        var unused = Message.text("");
        MessageAccess<?> current = MessageAccess.instance();
        if (current == null) {
            throw new IllegalStateException("Message did not register");
        }
        return current;
    }

    /**
     * Creates a text message from UTF-8, which is not validated. It is valid until {@link #invalidate}; the buffer
     * remains owned by the caller.
     */
    public static Message text(ByteBuf utf8) {
        return access().borrow(utf8, false);
    }

    /** Creates a binary message that is valid until {@link #invalidate}. The buffer remains owned by the caller. */
    public static Message binary(ByteBuf bytes) {
        return access().borrow(bytes, true);
    }

    /**
     * Invalidates a message, before its buffer is released. Messages that were not created by this class stay valid.
     */
    public static void invalidate(Message message) {
        access().invalidate(message);
    }

    /**
     * Returns the content, for layers that read it during the callback or retain it.
     *
     * <p>Unlike {@link Message#content()} it allocates nothing, and it must not be stored without {@code retain()}.
     * Throws {@link IllegalStateException} if the message was invalidated.
     */
    public static ByteBuf bytes(Message message) {
        return access().bytes(message);
    }
}
