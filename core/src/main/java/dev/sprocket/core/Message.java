package dev.sprocket.core;

import dev.sprocket.core.spi.BorrowedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A message: text or binary.
 *
 * <p>A message that a callback is handed is <em>borrowed</em>: it is valid until the callback returns. After that, every
 * use of it throws {@link IllegalStateException}, sending it included, as its memory may hold the bytes of
 * another peer. {@link #text()} and {@link #bytes()} are plain values that live for ever, {@link #copy()} is a copy that
 * does. Sending a borrowed message on within the callback shares its bytes.
 *
 * <p>Threads: any, as long as it is valid.
 */
public final class Message {
    private static final AtomicReferenceFieldUpdater<Message, @Nullable Object> SOURCE =
            AtomicReferenceFieldUpdater.newUpdater(Message.class, Object.class, "source");

    static {
        BorrowedMessages.register(new BorrowedMessages.Access() {
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

    /** The buffer; or the borrowed message that this one is a part of; null if it was borrowed and has ended. */
    private volatile @Nullable Object source;

    private final boolean binary;
    private final boolean borrowed;
    /** Where its parts end; null for a message in one piece, as almost all are. */
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

    /** A text message of one's own. */
    public static Message text(String text) {
        return new Message(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)), false);
    }

    /** A binary message around these bytes, which the caller must not change any more. */
    public static Message binary(byte[] bytes) {
        return new Message(Unpooled.wrappedBuffer(bytes), true);
    }

    /** A text message around a buffer that holds UTF-8 (not checked) and stays the caller's to release. */
    public static Message text(ByteBuf utf8) {
        return new Message(utf8, false);
    }

    /** A binary message around a buffer that stays the caller's to release. */
    public static Message binary(ByteBuf bytes) {
        return new Message(bytes, true);
    }

    /** Whether the peer marked this message as binary. A raw socket has no marks: all its messages are binary. */
    public boolean isBinary() {
        return binary;
    }

    /** The length in bytes. */
    public int size() {
        return raw().readableBytes();
    }

    /** The content as text, decoded as UTF-8. */
    public String text() {
        String text = raw().toString(StandardCharsets.UTF_8);
        stillValid();
        return text;
    }

    /** A copy of the content. */
    public byte[] bytes() {
        byte[] bytes = ByteBufUtil.getBytes(raw());
        stillValid();
        return bytes;
    }

    /** A copy that stays valid after the callback returns. */
    public Message copy() {
        return new Message(Unpooled.wrappedBuffer(bytes()), binary, false, ends);
    }

    /**
     * The same message, to be sent in parts by a protocol that knows them: the fragments of RFC 6455 5.4.
     *
     * @param ends the offset, in bytes, at which each part ends, rising; the last is the message's size
     * @throws IllegalArgumentException if they are none, fall, or end elsewhere
     */
    public Message fragmented(int... ends) {
        int last = 0;
        for (int end : ends) {
            if (end < last) {
                throw new IllegalArgumentException("part that ends at " + end + " (expected: >= " + last + ")");
            }
            last = end;
        }
        if (ends.length == 0 || last != size()) {
            throw new IllegalArgumentException("parts that end at " + last + " (expected: " + size() + ")");
        }
        Object whole = borrowed ? this : raw();
        return new Message(whole, binary, false, ends.length == 1 ? null : ends.clone());
    }

    /** Where its parts end, see {@link #fragmented}; the last is its size. */
    public int[] fragmentEnds() {
        return ends == null ? new int[] {size()} : ends.clone();
    }

    /** Whether it has more than one part. */
    public boolean isFragmented() {
        return ends != null;
    }

    /**
     * The content itself, for the expert: leave its indices alone ({@code slice()} it), and {@code retain()} what is
     * used after the callback. A buffer of a borrowed message that is kept without that throws {@code
     * IllegalReferenceCountException} after the callback.
     */
    public ByteBuf content() {
        Object now = source;
        if (now instanceof Message whole) {
            return whole.content();
        }
        if (!borrowed || now == null || now instanceof Lent) {
            return raw();
        }
        Lent lent = new Lent((ByteBuf) now);
        if (!SOURCE.compareAndSet(this, now, lent)) {
            lent.release();
            return content();
        }
        return lent;
    }

    private ByteBuf raw() {
        Object now = source;
        if (now instanceof ByteBuf bytes) {
            return bytes;
        }
        if (now instanceof Message whole) {
            return whole.raw();
        }
        throw ended();
    }

    /** What was read while the callback returned, on another thread, may be anything. */
    private void stillValid() {
        if (borrowed) {
            VarHandle.acquireFence();
            raw();
        }
    }

    private static IllegalStateException ended() {
        return new IllegalStateException("message used after its callback returned (call copy() inside the callback)");
    }

    private void invalidate() {
        if (borrowed) {
            Object now = source;
            SOURCE.lazySet(this, null);
            // nothing that is written to its memory from now on is seen before that
            VarHandle.storeStoreFence();
            if (now instanceof Lent lent) {
                lent.release();
            }
        }
    }

    /** A reference to a borrowed buffer with a count of its own: after the callback it is zero, unless it was retained. */
    private static final class Lent extends CompositeByteBuf {
        Lent(ByteBuf content) {
            super(content.alloc(), content.isDirect(), 1);
            addComponent(true, content.retainedSlice());
        }
    }

    /** What it is and how long; the content is the peer's and is left out of logs. */
    @Override
    public String toString() {
        String kind = binary ? "binary message" : "text message";
        try {
            return kind + " of " + size() + " bytes";
        } catch (IllegalStateException ended) {
            return kind + " that has ended";
        }
    }
}
