package dev.sprocket.core.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the application protocols in a ClientHello (RFC 8446 4.1.2, RFC 7301 3.1). */
final class ClientHello {
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int ALPN = 16;
    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    /** Size from which the message is not examined, in bytes. */
    private static final int MAX = 32 * 1024;

    private ClientHello() {}

    /**
     * Adds the offered protocols.
     *
     * <p>Adds none if the bytes are not a ClientHello, which the engine then reports.
     *
     * @param in received bytes, which are not consumed
     * @return false if more bytes are needed
     */
    static boolean readAlpn(ByteBuf in, List<String> offered) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        if (end - at < RECORD_HEADER) {
            return false;
        }
        if (in.getUnsignedByte(at) != HANDSHAKE) {
            return true;
        }
        // nearly always one record holds the message
        int record = in.getUnsignedShort(at + 3);
        if (record >= MESSAGE_HEADER && end - at >= RECORD_HEADER + MESSAGE_HEADER) {
            int message = MESSAGE_HEADER + in.getUnsignedMedium(at + RECORD_HEADER + 1);
            if (in.getUnsignedByte(at + RECORD_HEADER) != CLIENT_HELLO || message > MAX) {
                return true;
            }
            if (message <= record) {
                if (end - at < RECORD_HEADER + message) {
                    return false;
                }
                read(in.slice(at + RECORD_HEADER, message), offered);
                return true;
            }
        }
        return readFragmented(in, offered);
    }

    /** Joins the fragments of several records. */
    private static boolean readFragmented(ByteBuf in, List<String> offered) {
        ByteBuf message = in.alloc().heapBuffer(in.readableBytes());
        try {
            int at = in.readerIndex();
            while (in.writerIndex() - at >= RECORD_HEADER) {
                int size = in.getUnsignedShort(at + 3);
                if (in.getUnsignedByte(at) != HANDSHAKE || size == 0) {
                    return true;
                }
                int start = at + RECORD_HEADER;
                message.writeBytes(in, start, Math.min(size, in.writerIndex() - start));
                if (message.readableBytes() >= MESSAGE_HEADER) {
                    int expected = MESSAGE_HEADER + message.getUnsignedMedium(1);
                    if (message.getUnsignedByte(0) != CLIENT_HELLO || expected > MAX) {
                        return true;
                    }
                    if (message.readableBytes() >= expected) {
                        read(message.slice(0, expected), offered);
                        return true;
                    }
                }
                at = start + size;
            }
            return false;
        } finally {
            message.release();
        }
    }

    private static void read(ByteBuf hello, List<String> offered) {
        try {
            hello.skipBytes(MESSAGE_HEADER + 2 + 32); // version, random
            hello.skipBytes(hello.readUnsignedByte()); // session
            hello.skipBytes(hello.readUnsignedShort()); // cipher suites
            hello.skipBytes(hello.readUnsignedByte()); // compression
            if (hello.readableBytes() < 2) {
                return;
            }
            ByteBuf extensions = hello.readSlice(hello.readUnsignedShort());
            while (extensions.isReadable()) {
                int type = extensions.readUnsignedShort();
                ByteBuf content = extensions.readSlice(extensions.readUnsignedShort());
                if (type == ALPN) {
                    ByteBuf names = content.readSlice(content.readUnsignedShort());
                    while (names.isReadable()) {
                        int length = names.readUnsignedByte();
                        offered.add(names.readCharSequence(length, StandardCharsets.ISO_8859_1)
                                .toString());
                    }
                }
            }
        } catch (IndexOutOfBoundsException malformed) {
            // the engine reports it
            offered.clear();
        }
    }
}
