package dev.sprocket.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of a client apart (RFC 6455 5): all frames of a read in one pass, unmasked where they lie. A message
 * that arrives whole is handed on as a slice of the read; one that comes in pieces is put together as it arrives, its
 * text judged byte by byte.
 *
 * <p>Confined to the connection's event loop.
 */
final class FrameDecoder {
    /** What comes out. Buffers are valid until the method returns. */
    interface Sink {
        void message(boolean binary, ByteBuf payload);

        void control(int opcode, ByteBuf payload);

        /** Whether another frame may be decoded now. */
        default boolean takesMore() {
            return true;
        }
    }

    private static final int NO_MESSAGE = -1;

    private final WsLimits limits;
    private final Sink sink;

    /** A header, or a control frame, of which only a part has arrived. */
    private ByteBuf stash = Unpooled.EMPTY_BUFFER;

    private final @Nullable MessageInflater inflation;
    /** Only while a message is under way that does not arrive in one piece. */
    private @Nullable MessageAssembler assembly;
    /** Which reserved bits no extension has given a meaning. */
    private final int reserved;

    private int messageOpcode = NO_MESSAGE;
    private int fragments;
    /** Where the fragments of a message end, if somebody wants to know. */
    private final @Nullable FragmentBoundaries ends;

    private boolean compressed;
    private boolean inPayload;
    private boolean fin;
    private int mask;
    private int length;
    private int done;
    private boolean stopped;

    FrameDecoder(WsLimits limits, Sink sink) {
        this(limits, sink, null, null);
    }

    /** With permessage-deflate (RFC 7692), if there is something that inflates. */
    FrameDecoder(WsLimits limits, Sink sink, @Nullable MessageInflater inflation, @Nullable FragmentBoundaries ends) {
        this.ends = ends;
        this.limits = limits;
        this.sink = sink;
        this.inflation = inflation;
        this.reserved = inflation == null ? 0x70 : 0x70 & ~FrameEncoder.RSV1;
    }

    /** Decodes all that is readable, unless stopped, or the sink takes no more for now. Throws {@link WebSocketProtocolException}, after which it must be stopped. */
    void decode(ByteBuf in, ByteBufAllocator alloc) {
        while (in.isReadable() && !stopped && sink.takesMore()) {
            if (inPayload || head(in, alloc)) {
                payload(in, alloc);
            }
        }
    }

    /** Counts the messages that end within bytes that were not decoded. */
    int messagesIn(ByteBuf rest) {
        ByteBuf in = Unpooled.wrappedBuffer(stash.retainedDuplicate(), rest.retainedDuplicate());
        try {
            int messages = 0;
            long at = in.readerIndex();
            if (inPayload) {
                at += length - done;
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

    /** What follows is passed over. */
    void stop() {
        stopped = true;
    }

    /** Gives back what is unfinished. */
    void release() {
        stash.release();
        stash = Unpooled.EMPTY_BUFFER;
        if (assembly != null) {
            assembly.release();
        }
        if (inflation != null) {
            inflation.release();
        }
    }

    private MessageAssembler assembly() {
        if (assembly == null) {
            assembly =
                    new MessageAssembler(limits.message(), messageOpcode == Opcode.TEXT, compressed ? inflation : null);
        }
        return assembly;
    }

    /** How many bytes of an unfinished message are held, with those of what inflates it. */
    int unfinished() {
        return assembled() + (inflation == null ? 0 : inflation.held());
    }

    private int assembled() {
        return assembly == null ? 0 : assembly.size();
    }

    /** Reads a header, and with it the whole of a control frame; returns whether a payload follows. */
    private boolean head(ByteBuf in, ByteBufAllocator alloc) {
        if (!stash.isReadable()) {
            int needed = needed(in);
            if (in.readableBytes() >= needed) {
                return parse(in, needed, alloc);
            }
            // at most a header of 14 bytes with a control frame's payload of 125
            stash = Unpooled.buffer(14 + 125).writeBytes(in);
            return false;
        }
        int needed = needed(stash);
        while (stash.readableBytes() < needed) {
            if (!in.isReadable()) {
                return false;
            }
            stash.writeBytes(in, Math.min(needed - stash.readableBytes(), in.readableBytes()));
            needed = needed(stash);
        }
        ByteBuf whole = stash;
        stash = Unpooled.EMPTY_BUFFER;
        try {
            return parse(whole, needed, alloc);
        } finally {
            whole.release();
        }
    }

    /** How many bytes must be there before the header can be parsed; judges the first two as soon as they are. */
    private int needed(ByteBuf in) {
        if (in.readableBytes() < 2) {
            return 2;
        }
        int first = in.getByte(in.readerIndex());
        int second = in.getByte(in.readerIndex() + 1);
        int opcode = first & 0x0F;
        int shortLength = second & 0x7F;
        if ((first & reserved) != 0) {
            throw new WebSocketProtocolException(1002, "reserved bit without an extension (RFC 6455 5.2)");
        }
        if ((first & FrameEncoder.RSV1) != 0 && opcode != Opcode.TEXT && opcode != Opcode.BINARY) {
            throw new WebSocketProtocolException(1002, "compression bit on no first frame of a message (RFC 7692 6.1)");
        }
        if ((second & 0x80) == 0) {
            throw new WebSocketProtocolException(1002, "frame without a mask (RFC 6455 5.1)");
        }
        if (opcode > Opcode.PONG || (opcode > Opcode.BINARY && !Opcode.isControl(opcode))) {
            throw new WebSocketProtocolException(1002, "opcode " + opcode + " (RFC 6455 5.2)");
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

    private boolean parse(ByteBuf in, int needed, ByteBufAllocator alloc) {
        int start = in.readerIndex();
        int first = in.getByte(start);
        int shortLength = in.getByte(start + 1) & 0x7F;
        int opcode = first & 0x0F;
        in.skipBytes(needed);
        if (Opcode.isControl(opcode)) {
            unmask(in, start + 6, shortLength, in.getInt(start + 2));
            sink.control(opcode, in.slice(start + 6, shortLength));
            return false;
        }
        fin = first < 0;
        mask = in.getInt(start + needed - 4);
        length = length(in, start, shortLength, (first & FrameEncoder.RSV1) != 0);
        done = 0;
        begin(opcode, (first & FrameEncoder.RSV1) != 0);
        inPayload = length > 0;
        if (!inPayload) {
            endOfFrame(alloc);
        }
        return inPayload;
    }

    private int length(ByteBuf in, int start, int shortLength, boolean comesCompressed) {
        long found = shortLength;
        if (shortLength == 126) {
            found = in.getUnsignedShort(start + 2);
        } else if (shortLength == 127) {
            found = in.getLong(start + 2);
        }
        if (found < 0) {
            throw new WebSocketProtocolException(1002, "length with the top bit set (RFC 6455 5.2)");
        }
        if ((shortLength == 126 && found < 126) || (shortLength == 127 && found < 65536)) {
            throw new WebSocketProtocolException(
                    1002, "length " + found + " in more bytes than it needs (RFC 6455 5.2)");
        }
        // what is compressed is judged by what comes out
        boolean counts = messageOpcode == NO_MESSAGE ? !comesCompressed : !compressed;
        long most = counts ? limits.frame() : limits.compressedFrame();
        if (found > most) {
            throw new WebSocketProtocolException(1009, "frame of " + found + " bytes (expected: <= " + most + ")");
        }
        if (counts && assembled() + found > limits.message()) {
            throw new WebSocketProtocolException(
                    1009,
                    "message of " + (assembled() + found) + " bytes or more (expected: <= " + limits.message() + ")");
        }
        return (int) found;
    }

    private void begin(int opcode, boolean comesCompressed) {
        if (opcode == Opcode.CONTINUATION) {
            if (messageOpcode == NO_MESSAGE) {
                throw new WebSocketProtocolException(1002, "continuation of no message (RFC 6455 5.4)");
            }
            if (++fragments > limits.fragments()) {
                throw new WebSocketProtocolException(1008, "more than " + limits.fragments() + " fragments");
            }
        } else {
            if (messageOpcode != NO_MESSAGE) {
                throw new WebSocketProtocolException(1002, "new message inside a fragmented one (RFC 6455 5.4)");
            }
            messageOpcode = opcode;
            fragments = 1;
            compressed = comesCompressed;
        }
    }

    private void payload(ByteBuf in, ByteBufAllocator alloc) {
        int size = Math.min(length - done, in.readableBytes());
        int start = in.readerIndex();
        unmask(in, start, size, Integer.rotateLeft(mask, 8 * (done & 3)));
        in.skipBytes(size);
        done += size;
        inPayload = done < length;
        if (size == length && fin && fragments == 1 && !compressed) {
            whole(in, start, size);
            return;
        }
        assembly().add(in, start, size, length, alloc);
        if (!inPayload) {
            endOfFrame(alloc);
        }
    }

    /** A message in one piece, which is most of them. */
    private void whole(ByteBuf in, int start, int size) {
        if (messageOpcode == Opcode.TEXT) {
            int state = Utf8Validator.next(Utf8Validator.START, in, start, size);
            if (state != Utf8Validator.START) {
                throw new WebSocketProtocolException(
                        1007,
                        state == Utf8Validator.BAD
                                ? "text that is not UTF-8 (RFC 6455 8.1)"
                                : "text that ends inside a character (RFC 6455 8.1)");
            }
        }
        endOfMessage(in.slice(start, size));
    }

    private void endOfFrame(ByteBufAllocator alloc) {
        if (ends != null && !fin) {
            ends.add(assembled());
        }
        if (fin) {
            ByteBuf whole = assembly().end(alloc);
            assembly = null;
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
        sink.message(binary, payload);
    }

    /** RFC 6455 5.3, eight bytes at a time. */
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
