package dev.sprocket.core;

import dev.sprocket.core.internal.message.MessageAccess;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Text or binary message.
 *
 * <p>A message that is passed to a callback is <em>borrowed</em>: it is valid until the callback returns. Every later
 * use throws {@link IllegalStateException}, including sending it, because its memory may then hold bytes of another
 * peer. {@link #text()} and {@link #bytes()} return independent values, and {@link #copy()} an independent message.
 * Sending a borrowed message within the callback shares its bytes.
 *
 * <p>A message may be used by any thread while it is valid.
 */
public final class Message {
    private static final AtomicReferenceFieldUpdater<Message, @Nullable Object> SOURCE =
            AtomicReferenceFieldUpdater.newUpdater(Message.class, Object.class, "source");

    static {
        MessageAccess.register(new MessageAccess<Message>() {
            @Override
            public Message borrow(ByteBuf content, boolean binary) {
                return new Message(content, binary, true, null);
            }

            @Override
            public void invalidate(Message message) {
                message.invalidate();
            }

            @Override
            public ByteBuf bytes(Message message) {
                return message.raw();
            }
        });
    }

    /** The buffer, or the borrowed message behind this one; null after invalidation. */
    private volatile @Nullable Object source;

    private final boolean binary;
    private final boolean borrowed;
    /** End offsets of the fragments; null for an unfragmented message. */
    private final int @Nullable [] ends;

    private Message(Object source, boolean binary) {
        this(source, binary, false, null);
    }

    private Message(Object source, boolean binary, boolean borrowed, int @Nullable [] ends) {
        this.source = source;
        this.binary = binary;
        this.borrowed = borrowed;
        this.ends = ends;
    }

    /** Creates a text message. */
    public static Message text(String text) {
        return new Message(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)), false);
    }

    /** Creates a binary message with these bytes, which the caller must not change afterwards. */
    public static Message binary(byte[] bytes) {
        return new Message(Unpooled.wrappedBuffer(bytes), true);
    }

    /**
     * Creates a text message from a UTF-8 buffer. The encoding is not validated; the buffer remains owned by the
     * caller.
     */
    public static Message text(ByteBuf utf8) {
        return new Message(utf8, false);
    }

    /** Creates a binary message from a buffer, which remains owned by the caller. */
    public static Message binary(ByteBuf bytes) {
        return new Message(bytes, true);
    }

    /** Reports whether the message is binary. Messages of a plain TCP connection are binary. */
    public boolean isBinary() {
        return binary;
    }

    /** Returns the length in bytes. */
    public int size() {
        return raw().readableBytes();
    }

    /** Returns the content as text, decoded as UTF-8. */
    public String text() {
        String text = raw().toString(StandardCharsets.UTF_8);
        checkValid();
        return text;
    }

    /** Returns a copy of the content. */
    public byte[] bytes() {
        byte[] bytes = ByteBufUtil.getBytes(raw());
        checkValid();
        return bytes;
    }

    /** Returns a copy that stays valid after the callback. */
    public Message copy() {
        return new Message(Unpooled.wrappedBuffer(bytes()), binary, false, ends);
    }

    /**
     * Returns a copy of this message with fragment boundaries.
     *
     * <p>For protocols with fragments (RFC 6455 5.4). The content is shared, not copied.
     *
     * @param ends offset in bytes at which each fragment ends, in ascending order; the last is the message's size
     * @throws IllegalArgumentException if there are none, they descend, or the last is not the size
     */
    public Message fragmented(int... ends) {
        int previous = 0;
        for (int end : ends) {
            if (end < previous) {
                throw new IllegalArgumentException("fragment that ends at " + end + " (expected: >= " + previous + ")");
            }
            previous = end;
        }
        if (ends.length == 0 || previous != size()) {
            throw new IllegalArgumentException("fragments that end at " + previous + " (expected: " + size() + ")");
        }
        Object whole = borrowed ? this : raw();
        return new Message(whole, binary, false, ends.length == 1 ? null : ends.clone());
    }

    /** Returns the end offsets of the fragments, see {@link #fragmented}. The last one is the size. */
    public int[] fragmentEnds() {
        return ends == null ? new int[] {size()} : ends.clone();
    }

    /** Reports whether the message has more than one fragment. */
    public boolean isFragmented() {
        return ends != null;
    }

    /**
     * Returns the content itself, without copying. For advanced use.
     *
     * <p>Do not change its indices ({@code slice()} it), and {@code retain()} it for use after the callback. A borrowed
     * message's buffer that is not retained throws {@code IllegalReferenceCountException} after the callback.
     */
    public ByteBuf content() {
        Object now = source;
        if (now instanceof Message whole) {
            return whole.content();
        }
        if (!borrowed || now == null || isOwn(now)) {
            return raw();
        }
        BorrowedSlice slice = new BorrowedSlice(this, (ByteBuf) now);
        if (!SOURCE.compareAndSet(this, now, slice)) {
            slice.release();
            return content();
        }
        return slice;
    }

    /** Reports whether a buffer is the slice of this message, not of another one. */
    private boolean isOwn(@Nullable Object buffer) {
        return buffer instanceof BorrowedSlice slice && slice.owner == this;
    }

    private ByteBuf raw() {
        Object now = source;
        if (now instanceof ByteBuf bytes) {
            return bytes;
        }
        if (now instanceof Message whole) {
            return whole.raw();
        }
        throw invalidated();
    }

    /** Throws if the message was invalidated during the read, because the content may be anything. */
    private void checkValid() {
        if (borrowed) {
            VarHandle.acquireFence();
            var unused = raw();
        }
    }

    private static IllegalStateException invalidated() {
        return new IllegalStateException("message used after its callback returned (call copy() inside the callback)");
    }

    private void invalidate() {
        if (borrowed) {
            Object now = source;
            SOURCE.lazySet(this, null);
            // later writes to the memory must not become visible before the invalidation
            VarHandle.storeStoreFence();
            if (now instanceof BorrowedSlice slice && isOwn(slice)) {
                slice.release();
            }
        }
    }

    /**
     * Slice of a borrowed buffer with its own reference count. The count is zero after the callback unless the slice
     * was retained.
     */
    private static final class BorrowedSlice extends CompositeByteBuf {
        final Message owner;

        BorrowedSlice(Message owner, ByteBuf content) {
            super(content.alloc(), content.isDirect(), 1);
            this.owner = owner;
            addComponent(true, content.retainedSlice());
        }
    }

    /** Returns the type and length. The content belongs to the peer and is not logged. */
    @Override
    public String toString() {
        String kind = binary ? "binary message" : "text message";
        try {
            return kind + " of " + size() + " bytes";
        } catch (IllegalStateException invalidated) {
            return kind + " that is no longer valid";
        }
    }
}
