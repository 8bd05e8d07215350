package dev.sprocket.websocket.internal.frame;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Decoder of a client's frames (RFC 6455 5).
 *
 * <p>All frames of a read are decoded in one pass and unmasked in place. A message that arrives in one read is passed
 * on as a slice of that read; other messages are assembled, and their text is validated as it arrives.
 *
 * <p>Confined to the connection's event loop.
 */
public final class FrameDecoder {
    /** Receiver of decoded messages and control frames; buffers are valid until the method returns. */
    public interface Sink {
        void onMessage(boolean binary, ByteBuf payload);

        void onControlFrame(int opcode, ByteBuf payload);

        /** Reports whether another frame may be decoded now. */
        default boolean isReady() {
            return true;
        }
    }

    private static final int NO_MESSAGE = -1;

    private final FrameLimits limits;
    private final Sink sink;

    /** Incomplete header or control frame. */
    private ByteBuf partialHeader = Unpooled.EMPTY_BUFFER;

    private final @Nullable Decompressor inflater;
    /** Assembler of the current message. Null if there is no message, or it arrived in one read. */
    private @Nullable MessageAssembler assembler;
    /** Reserved bits that no negotiated extension uses. */
    private final int reservedBits;

    private int messageOpcode = NO_MESSAGE;
    private int fragments;
    /** Fragment boundaries of the current message; null if fragments are not preserved. */
    private final @Nullable FragmentBoundaries boundaries;

    private boolean compressed;
    private boolean inPayload;
    private boolean fin;
    private int mask;
    private int length;
    private int payloadRead;
    private boolean stopped;

    public FrameDecoder(FrameLimits limits, Sink sink) {
        this(limits, sink, null, null);
    }

    /**
     * Creates a decoder.
     *
     * @param inflater decompressor of permessage-deflate (RFC 7692); null if it was not negotiated
     * @param boundaries receives the ends of fragments; null if fragments are not preserved
     */
    public FrameDecoder(
            FrameLimits limits, Sink sink, @Nullable Decompressor inflater, @Nullable FragmentBoundaries boundaries) {
        this.boundaries = boundaries;
        this.limits = limits;
        this.sink = sink;
        this.inflater = inflater;
        this.reservedBits = inflater == null ? 0x70 : 0x70 & ~FrameEncoder.RSV1;
    }

    /**
     * Decodes all readable bytes, until it is stopped or the sink is not ready.
     *
     * @throws WebSocketProtocolException if the client violates the protocol; the decoder must then be stopped
     */
    public void decode(ByteBuf in, ByteBufAllocator alloc) {
        while (in.isReadable() && !stopped && sink.isReady()) {
            if (inPayload || readHeader(in, alloc)) {
                readPayload(in, alloc);
            }
        }
    }

    /** Returns the number of messages that end within undecoded bytes. */
    public int countMessages(ByteBuf rest) {
        ByteBuf in = Unpooled.wrappedBuffer(partialHeader.retainedDuplicate(), rest.retainedDuplicate());
        try {
            int messages = 0;
            long at = in.readerIndex();
            if (inPayload) {
                at += length - payloadRead;
                messages = fin && at <= in.writerIndex() ? 1 : 0;
            }
            while (in.writerIndex() - at >= 2) {
                int start = (int) at;
                int first = in.getByte(start);
                int second = in.getByte(start + 1) & 0x7F;
                int extended = second == 126 ? 2 : second == 127 ? 8 : 0;
                if (in.writerIndex() - at < 2 + extended) {
                    break;
                }
                long size =
                        extended == 2 ? in.getUnsignedShort(start + 2) : extended == 8 ? in.getLong(start + 2) : second;
                int masked = in.getByte(start + 1) < 0 ? 4 : 0;
                if (size < 0 || size > in.writerIndex() - at - 2 - extended - masked) {
                    break;
                }
                at += 2 + extended + masked + size;
                // the last frame of a message, and no control frame
                messages += first < 0 && (first & 0x08) == 0 ? 1 : 0;
            }
            return messages;
        } finally {
            in.release();
        }
    }

    /** Stops decoding; all further bytes are ignored. */
    public void stop() {
        stopped = true;
    }

    /** Releases incomplete frames and messages. */
    public void release() {
        partialHeader.release();
        partialHeader = Unpooled.EMPTY_BUFFER;
        if (assembler != null) {
            assembler.release();
        }
        if (inflater != null) {
            inflater.release();
        }
    }

    private MessageAssembler assembler() {
        if (assembler == null) {
            assembler =
                    new MessageAssembler(limits.message(), messageOpcode == Opcode.TEXT, compressed ? inflater : null);
        }
        return assembler;
    }

    /** Returns the memory of an incomplete message and its decompressor, in bytes. */
    public int unfinishedBytes() {
        return assembledBytes() + (inflater == null ? 0 : inflater.nativeMemory());
    }

    private int assembledBytes() {
        return assembler == null ? 0 : assembler.size();
    }

    /** Reads a header, or a whole control frame; returns true if a payload follows. */
    private boolean readHeader(ByteBuf in, ByteBufAllocator alloc) {
        if (!partialHeader.isReadable()) {
            int size = headerSize(in);
            if (in.readableBytes() >= size) {
                return parseHeader(in, size, alloc);
            }
            // at most a header of 14 bytes with a control frame's payload of 125
            partialHeader = Unpooled.buffer(14 + 125).writeBytes(in);
            return false;
        }
        int size = headerSize(partialHeader);
        while (partialHeader.readableBytes() < size) {
            if (!in.isReadable()) {
                return false;
            }
            partialHeader.writeBytes(in, Math.min(size - partialHeader.readableBytes(), in.readableBytes()));
            size = headerSize(partialHeader);
        }
        ByteBuf whole = partialHeader;
        partialHeader = Unpooled.EMPTY_BUFFER;
        try {
            return parseHeader(whole, size, alloc);
        } finally {
            whole.release();
        }
    }

    /**
     * Returns the number of bytes that are required to parse the header.
     *
     * <p>For a control frame, that includes the payload. The first two bytes are validated as soon as they are
     * available.
     */
    private int headerSize(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return 2;
        }
        int first = in.getByte(in.readerIndex());
        int second = in.getByte(in.readerIndex() + 1);
        int opcode = first & 0x0F;
        int shortLength = second & 0x7F;
        if ((first & reservedBits) != 0) {
            throw new WebSocketProtocolException(1002, "reserved bit set without an extension (RFC 6455 5.2)");
        }
        if ((first & FrameEncoder.RSV1) != 0 && opcode != Opcode.TEXT && opcode != Opcode.BINARY) {
            throw new WebSocketProtocolException(
                    1002, "compression bit outside the first frame of a message (RFC 7692 6.1)");
        }
        if ((second & 0x80) == 0) {
            throw new WebSocketProtocolException(1002, "frame without a mask (RFC 6455 5.1)");
        }
        if (opcode > Opcode.PONG || (opcode > Opcode.BINARY && !Opcode.isControl(opcode))) {
            throw new WebSocketProtocolException(1002, "unknown opcode " + opcode + " (RFC 6455 5.2)");
        }
        if (Opcode.isControl(opcode)) {
            if (first >= 0) {
                throw new WebSocketProtocolException(1002, "fragmented control frame (RFC 6455 5.5)");
            }
            if (shortLength > 125) {
                throw new WebSocketProtocolException(1002, "control frame of more than 125 bytes (RFC 6455 5.5)");
            }
            return 6 + shortLength;
        }
        return shortLength == 127 ? 14 : shortLength == 126 ? 8 : 6;
    }

    private boolean parseHeader(ByteBuf in, int size, ByteBufAllocator alloc) {
        int start = in.readerIndex();
        int first = in.getByte(start);
        int shortLength = in.getByte(start + 1) & 0x7F;
        int opcode = first & 0x0F;
        in.skipBytes(size);
        if (Opcode.isControl(opcode)) {
            unmask(in, start + 6, shortLength, in.getInt(start + 2));
            sink.onControlFrame(opcode, in.slice(start + 6, shortLength));
            return false;
        }
        fin = first < 0;
        mask = in.getInt(start + size - 4);
        length = readLength(in, start, shortLength, (first & FrameEncoder.RSV1) != 0);
        payloadRead = 0;
        beginFrame(opcode, (first & FrameEncoder.RSV1) != 0);
        inPayload = length > 0;
        if (!inPayload) {
            endOfFrame(alloc);
        }
        return inPayload;
    }

    private int readLength(ByteBuf in, int start, int shortLength, boolean frameCompressed) {
        long found = shortLength;
        if (shortLength == 126) {
            found = in.getUnsignedShort(start + 2);
        } else if (shortLength == 127) {
            found = in.getLong(start + 2);
        }
        if (found < 0) {
            throw new WebSocketProtocolException(1002, "length has its most significant bit set (RFC 6455 5.2)");
        }
        if ((shortLength == 126 && found < 126) || (shortLength == 127 && found < 65536)) {
            throw new WebSocketProtocolException(
                    1002, "length " + found + " is not encoded in the minimal number of bytes (RFC 6455 5.2)");
        }
        // the message limit applies to the decompressed size, which is not known here
        boolean plain = messageOpcode == NO_MESSAGE ? !frameCompressed : !compressed;
        long max = plain ? limits.frame() : limits.compressedFrame();
        if (found > max) {
            throw new WebSocketProtocolException(1009, "frame of " + found + " bytes (expected: <= " + max + ")");
        }
        if (plain && assembledBytes() + found > limits.message()) {
            throw new WebSocketProtocolException(
                    1009,
                    "message of " + (assembledBytes() + found) + " bytes or more (expected: <= " + limits.message()
                            + ")");
        }
        return (int) found;
    }

    private void beginFrame(int opcode, boolean frameCompressed) {
        if (opcode == Opcode.CONTINUATION) {
            if (messageOpcode == NO_MESSAGE) {
                throw new WebSocketProtocolException(1002, "continuation frame without a message (RFC 6455 5.4)");
            }
            if (++fragments > limits.fragments()) {
                throw new WebSocketProtocolException(1008, "more than " + limits.fragments() + " fragments");
            }
        } else {
            if (messageOpcode != NO_MESSAGE) {
                throw new WebSocketProtocolException(1002, "new message inside a fragmented message (RFC 6455 5.4)");
            }
            messageOpcode = opcode;
            fragments = 1;
            compressed = frameCompressed;
        }
    }

    private void readPayload(ByteBuf in, ByteBufAllocator alloc) {
        int size = Math.min(length - payloadRead, in.readableBytes());
        int start = in.readerIndex();
        unmask(in, start, size, Integer.rotateLeft(mask, 8 * (payloadRead & 3)));
        in.skipBytes(size);
        payloadRead += size;
        inPayload = payloadRead < length;
        if (size == length && fin && fragments == 1 && !compressed) {
            deliverWhole(in, start, size);
            return;
        }
        assembler().add(in, start, size, length, alloc);
        if (!inPayload) {
            endOfFrame(alloc);
        }
    }

    /** Delivers a message that arrived in one read. */
    private void deliverWhole(ByteBuf in, int start, int size) {
        if (messageOpcode == Opcode.TEXT) {
            int state = Utf8Validator.next(Utf8Validator.START, in, start, size);
            if (state != Utf8Validator.START) {
                throw new WebSocketProtocolException(
                        1007,
                        state == Utf8Validator.INVALID
                                ? "text is not UTF-8 (RFC 6455 8.1)"
                                : "text ends inside a character (RFC 6455 8.1)");
            }
        }
        endOfMessage(in.slice(start, size));
    }

    private void endOfFrame(ByteBufAllocator alloc) {
        if (boundaries != null && !fin) {
            boundaries.add(assembledBytes());
        }
        if (fin) {
            ByteBuf whole = assembler().finish(alloc);
            assembler = null;
            try {
                endOfMessage(whole);
            } finally {
                whole.release();
            }
        }
    }

    private void endOfMessage(ByteBuf payload) {
        boolean binary = messageOpcode == Opcode.BINARY;
        messageOpcode = NO_MESSAGE;
        fragments = 0;
        sink.onMessage(binary, payload);
    }

    /** Unmasks bytes in place (RFC 6455 5.3), eight at a time. */
    static void unmask(ByteBuf bytes, int start, int length, int mask) {
        long mask8 = ((long) mask << 32) | (mask & 0xFFFFFFFFL);
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            bytes.setLong(start + i, bytes.getLong(start + i) ^ mask8);
        }
        for (; i < length; i++) {
            bytes.setByte(start + i, bytes.getByte(start + i) ^ (mask >>> (24 - 8 * (i & 3))));
        }
    }
}
