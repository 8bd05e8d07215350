package dev.sprocket.core.spi;

import dev.sprocket.core.Message;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Messages that a layer lends to the component above for one callback.
 *
 * <pre>{@code
 * Message message = Borrowed.binary(bytes);
 * try {
 *     level.deliver(app, message);
 * } finally {
 *     Borrowed.end(message);
 *     bytes.release();
 * }
 * }</pre>
 *
 * <p>A message that has ended throws {@link IllegalStateException} wherever it is used, so no component can read what its
 * memory holds by then: the bytes of another peer.
 *
 * <p>Threads: that of the callback, unless a method says otherwise.
 */
public final class BorrowedMessages {
    /** What only a message can do. */
    public interface Access {
        /** A message that can end. */
        Message borrow(ByteBuf content, boolean binary);

        /** Ends it. */
        void invalidate(Message message);

        /** Its content, without a guard of its own. */
        ByteBuf bytes(Message message);
    }

    private static volatile @Nullable Access access;

    private BorrowedMessages() {}

    /** Called by {@link Message}, once. */
    public static void register(Access own) {
        if (access != null) {
            throw new IllegalStateException("registered before");
        }
        access = own;
    }

    private static Access access() {
        Access known = access;
        return known == null ? initialized() : known;
    }

    /** Nobody has used a message yet. */
    private static Access initialized() {
        Message.text("");
        Access known = access;
        if (known == null) {
            throw new IllegalStateException("Message did not register");
        }
        return known;
    }

    /** A text message around UTF-8 (not checked), valid until {@link #invalidate}; the buffer stays the caller's. */
    public static Message text(ByteBuf utf8) {
        return access().borrow(utf8, false);
    }

    /** A binary message, valid until {@link #invalidate}; the buffer stays the caller's. */
    public static Message binary(ByteBuf bytes) {
        return access().borrow(bytes, true);
    }

    /** Ends a message, before its buffer is released. A message that was not lent by this class stays valid. */
    public static void invalidate(Message message) {
        access().invalidate(message);
    }

    /**
     * The content, for layers that read it during the callback or retain it: unlike {@link Message#content()} it costs
     * nothing, and must not be kept without {@code retain()}. Throws {@link IllegalStateException} if the message has ended.
     */
    public static ByteBuf bytes(Message message) {
        return access().bytes(message);
    }
}
