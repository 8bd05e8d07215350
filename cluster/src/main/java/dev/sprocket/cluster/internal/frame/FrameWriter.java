package dev.sprocket.cluster.internal.frame;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.CheckReturnValue;
import dev.sprocket.cluster.spi.NodeId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writer of a frame; see {@code docs/frames.md}. */
public final class FrameWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
    private final DataOutputStream out = new DataOutputStream(bytes);

    /** Begins a frame of a type. */
    public FrameWriter(int type, NodeId sender) {
        int8(type);
        node(sender);
    }

    private interface Write {
        void to(DataOutputStream out) throws IOException;
    }

    @CanIgnoreReturnValue
    private FrameWriter write(Write part) {
        try {
            part.to(out);
        } catch (IOException e) { // not thrown by a stream in memory
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Writes one byte. */
    @CanIgnoreReturnValue
    public FrameWriter int8(int value) {
        return write(to -> to.writeByte(value));
    }

    /** Writes four bytes. */
    @CanIgnoreReturnValue
    public FrameWriter int32(int value) {
        return write(to -> to.writeInt(value));
    }

    /** Writes eight bytes. */
    @CanIgnoreReturnValue
    public FrameWriter int64(long value) {
        return write(to -> to.writeLong(value));
    }

    /** Writes a text of at most 255 bytes. */
    @CanIgnoreReturnValue
    public FrameWriter text8(String text) {
        byte[] utf8 = utf8(text, 0xFF);
        return int8(utf8.length).bytes(utf8);
    }

    /** Writes a text of at most 65535 bytes. */
    @CanIgnoreReturnValue
    public FrameWriter text16(String text) {
        byte[] utf8 = utf8(text, 0xFFFF);
        return write(to -> to.writeShort(utf8.length)).bytes(utf8);
    }

    private static byte[] utf8(String text, int max) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > max) {
            throw new IllegalArgumentException("text of " + utf8.length + " bytes (expected: at most " + max + ")");
        }
        return utf8;
    }

    /** Writes the identity of a node. */
    @CanIgnoreReturnValue
    public FrameWriter node(NodeId node) {
        return text8(node.name()).int64(node.incarnation());
    }

    /** Writes bytes without their length. */
    @CanIgnoreReturnValue
    public FrameWriter bytes(byte[] value) {
        return write(to -> to.write(value));
    }

    /** Returns the number of bytes that were written. */
    @CheckReturnValue
    public int size() {
        return bytes.size();
    }

    /** Returns the frame. */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }
}
