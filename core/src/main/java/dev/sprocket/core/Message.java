package dev.sprocket.core;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A message: text or binary.
 *
 * <p>A message that a callback is handed is <em>borrowed</em>: it is valid until the callback returns. {@link #text()}
 * and {@link #bytes()} are plain values that live for ever, {@link #keep()} is a copy that does. Sending a borrowed
 * message on shares its bytes.
 *
 * <p>Threads: any, as long as it is valid.
 */
public final class Message {
    private final ByteBuf content;
    private final boolean binary;
    /** Where its parts end; null for a message in one piece, as almost all are. */
    private final int @Nullable [] ends;

    private Message(ByteBuf content, boolean binary) {
        this(content, binary, null);
    }

    private Message(ByteBuf content, boolean binary, int @Nullable [] ends) {
        this.content = content;
        this.binary = binary;
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
        return content.readableBytes();
    }

    /** The content as text, decoded as UTF-8. */
    public String text() {
        return content.toString(StandardCharsets.UTF_8);
    }

    /** A copy of the content. */
    public byte[] bytes() {
        return ByteBufUtil.getBytes(content);
    }

    /** A copy that stays valid after the callback returns. */
    public Message keep() {
        return new Message(Unpooled.wrappedBuffer(bytes()), binary, ends);
    }

    /**
     * The same message, to be sent in parts by a protocol that knows them: the fragments of RFC 6455 5.4.
     *
     * @param ends the offset, in bytes, at which each part ends, rising; the last is the message's size
     * @throws IllegalArgumentException if they are none, fall, or end elsewhere
     */
    public Message inParts(int... ends) {
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
        return new Message(content, binary, ends.length == 1 ? null : ends.clone());
    }

    /** Where its parts end, see {@link #inParts}; the last is its size. */
    public int[] parts() {
        return ends == null ? new int[] {size()} : ends.clone();
    }

    /** Whether it has more than one part. */
    public boolean isInParts() {
        return ends != null;
    }

    /**
     * The content itself, for the expert: leave its indices alone ({@code slice()} it), and {@code retain()} what is
     * used after the callback.
     */
    public ByteBuf content() {
        return content;
    }

    /** What it is and how long; the content is the peer's and is left out of logs. */
    @Override
    public String toString() {
        return (binary ? "binary" : "text") + " message of " + size() + " bytes";
    }
}
