package dev.sprocket.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Independent codec for tests: writes a client's frames and reads a server's. */
final class ClientFrames {
    static final String UPGRADE = "GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";
    /** Handshake request of RFC 6455 1.3. */
    static final String HANDSHAKE = UPGRADE + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    private static final byte[] MASK = {0x12, (byte) 0x83, 0x5c, (byte) 0xf7};

    private ClientFrames() {}

    /** Returns a masked frame; the first byte contains FIN, reserved bits and opcode. */
    static byte[] frame(int first, byte[] payload, byte... mask) {
        int size = payload.length;
        ByteBuffer frame = ByteBuffer.allocate(size + 14).put((byte) first);
        if (size < 126) {
            frame.put((byte) (0x80 | size));
        } else if (size < 65536) {
            frame.put((byte) 0xFE).putShort((short) size);
        } else {
            frame.put((byte) 0xFF).putLong(size);
        }
        frame.put(mask);
        for (int i = 0; i < size; i++) {
            frame.put((byte) (payload[i] ^ mask[i % 4]));
        }
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    /** Returns a masked frame with a payload in hex. */
    static byte[] frame(int first, String hex) {
        return frame(first, HexFormat.of().parseHex(hex.replace(" ", "")), MASK);
    }

    /** Returns a masked frame with a text payload. */
    static byte[] text(int first, String text) {
        return frame(first, text.getBytes(StandardCharsets.UTF_8), MASK);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    /** Describes a server's frames: {@code text hi}, {@code binary 00ff}, {@code pong 01}, {@code close 1000 bye}. */
    static List<String> read(byte[] wire) {
        List<String> frames = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(wire);
        while (in.hasRemaining()) {
            int first = in.get() & 0xFF;
            int size = in.get() & 0xFF;
            if (size == 126) {
                size = in.getShort() & 0xFFFF;
            } else if (size == 127) {
                size = Math.toIntExact(in.getLong());
            }
            byte[] payload = new byte[size];
            in.get(payload);
            frames.add(describe(first, payload));
        }
        return frames;
    }

    private static String describe(int first, byte[] payload) {
        return switch (first) {
            case 0x81 -> "text " + new String(payload, StandardCharsets.UTF_8);
            case 0x82 -> "binary " + HexFormat.of().formatHex(payload);
            case 0x88 ->
                "close " + (ByteBuffer.wrap(payload).getShort() & 0xFFFF) + " "
                        + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
            case 0x89 -> "ping " + HexFormat.of().formatHex(payload);
            case 0x8A -> "pong " + HexFormat.of().formatHex(payload);
            default -> throw new AssertionError("a server does not send a frame that begins with " + first);
        };
    }
}
