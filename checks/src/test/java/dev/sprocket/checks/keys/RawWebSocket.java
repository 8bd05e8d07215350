package dev.sprocket.checks.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** WebSocket client that sends and receives single frames, valid or not. */
final class RawWebSocket implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private final RawClient raw;
    private final String head;

    private RawWebSocket(RawClient raw, String head) {
        this.raw = raw;
        this.head = head;
    }

    /** Received frame: its first byte and its payload. */
    record Frame(int first, byte[] payload) {
        int opcode() {
            return first & 0xF;
        }

        String text() {
            return new String(payload, UTF_8);
        }

        /** Returns the code of a close frame. */
        int code() {
            return ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }
    }

    /** Sends a handshake with additional header lines and accepts any response. */
    static RawWebSocket handshake(int port, String path, String... headers) throws IOException {
        RawClient raw = RawClient.to(port);
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        raw.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + (lines.indexOf("Sec-WebSocket-Version") < 0 ? "Sec-WebSocket-Version: 13\r\n" : "") + lines
                + "\r\n");
        return new RawWebSocket(raw, raw.readHead());
    }

    /** Opens a WebSocket with additional header lines in its handshake. */
    static RawWebSocket open(int port, String path, String... headers) throws IOException {
        RawWebSocket socket = handshake(port, path, headers);
        assertThat(socket.head).startsWith("HTTP/1.1 101 ");
        return socket;
    }

    /** Returns the head of the handshake response. */
    String head() {
        return head;
    }

    RawWebSocket frame(int first, byte[] payload) throws IOException {
        raw.send(bytes(first, payload));
        return this;
    }

    /** Sends several texts in one write, so that they arrive together. */
    RawWebSocket frames(String... texts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String text : texts) {
            all.writeBytes(bytes(0x80 | TEXT, text.getBytes(UTF_8)));
        }
        raw.send(all.toByteArray());
        return this;
    }

    private static byte[] bytes(int first, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        // an all-zero masking key is valid and changes nothing
        frame.putInt(0).put(payload);
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    /** Sends an unfragmented text message. */
    RawWebSocket send(String text) throws IOException {
        return frame(0x80 | TEXT, text.getBytes(UTF_8));
    }

    Frame frame() throws IOException {
        int first = raw.readByte();
        assertThat(first).as("first byte of a frame").isNotNegative();
        int length = raw.readByte();
        if (length == 126) {
            length = ByteBuffer.wrap(raw.readBytes(2)).getShort() & 0xFFFF;
        } else if (length == 127) {
            length = Math.toIntExact(ByteBuffer.wrap(raw.readBytes(8)).getLong());
        }
        return new Frame(first, raw.readBytes(length));
    }

    /** Receives the next text, which must be unfragmented. */
    String receive() throws IOException {
        Frame frame = frame();
        assertThat(frame.first).as("unfragmented text: %s", frame.text()).isEqualTo(0x80 | TEXT);
        return frame.text();
    }

    /** Asserts that the server closes with this code; skips frames before the close frame. */
    void assertClosed(int code) throws IOException {
        Frame frame = frame();
        while (frame.opcode() != CLOSE) {
            frame = frame();
        }
        assertThat(frame.code()).as(frame.text()).isEqualTo(code);
    }

    RawClient raw() {
        return raw;
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
