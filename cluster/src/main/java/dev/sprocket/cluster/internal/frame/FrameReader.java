package dev.sprocket.cluster.internal.frame;

import dev.sprocket.cluster.spi.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reader of a frame; see {@code docs/frames.md}. */
public final class FrameReader {
    private final ByteBuffer in;

    /** Creates a reader of a frame. */
    public FrameReader(byte[] frame) {
        this.in = ByteBuffer.wrap(frame);
    }

    /** Reads one byte, without sign. */
    public int int8() throws FrameException {
        require(1);
        return in.get() & 0xFF;
    }

    /** Reads four bytes. */
    public int int32() throws FrameException {
        require(4);
        return in.getInt();
    }

    /** Reads eight bytes. */
    public long int64() throws FrameException {
        require(8);
        return in.getLong();
    }

    /** Reads a text whose length has one byte. */
    public String text8() throws FrameException {
        return text(int8());
    }

    /** Reads a text whose length has two bytes. */
    public String text16() throws FrameException {
        require(2);
        return text(in.getShort() & 0xFFFF);
    }

    private String text(int size) throws FrameException {
        require(size);
        ByteBuffer part = in.slice().limit(size);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(part).toString();
            in.position(in.position() + size);
            return text;
        } catch (CharacterCodingException e) {
            throw error("text is not UTF-8");
        }
    }

    /** Reads the identity of a node. */
    public NodeId node() throws FrameException {
        String name = text8();
        long incarnation = int64();
        try {
            return new NodeId(name, incarnation);
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    /** Reads all that is left. */
    public byte[] rest() {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    /** Returns the number of bytes that are left. */
    public int remaining() {
        return in.remaining();
    }

    private void require(int size) throws FrameException {
        if (in.remaining() < size) {
            throw error("ends early");
        }
    }

    private FrameException error(String problem) {
        return new FrameException("frame, offset " + in.position() + ": " + problem);
    }
}
