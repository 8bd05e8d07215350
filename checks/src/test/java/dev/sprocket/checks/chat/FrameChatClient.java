package dev.sprocket.checks.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** WebSocket client for HyBi-10 and RFC 6455, optionally with permessage-deflate. */
final class FrameChatClient implements ChatClient {
    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
    private static final int COMPRESSED = 0x40;

    private final DataInputStream in;
    private final OutputStream out;
    private final Closeable connection;
    private final boolean deflate;
    private boolean receivedCompressed;

    private FrameChatClient(InputStream in, OutputStream out, Closeable connection, boolean deflate) {
        this.in = new DataInputStream(in);
        this.out = out;
        this.connection = connection;
        this.deflate = deflate;
    }

    /** Connects by RFC 6455 without compression. */
    static FrameChatClient rfc6455(int port) throws IOException {
        return upgrade(port, "Sec-WebSocket-Version: 13\r\nOrigin: http://localhost\r\n", false);
    }

    /** Connects with permessage-deflate (RFC 7692) without context takeover. */
    static FrameChatClient deflate(int port) throws IOException {
        return upgrade(
                port,
                "Sec-WebSocket-Version: 13\r\nOrigin: http://localhost\r\nSec-WebSocket-Extensions: permessage-deflate;"
                        + " client_no_context_takeover; server_no_context_takeover\r\n",
                true);
    }

    /** Connects by the draft of 2011 (HyBi-10, 4.1): version 8 and Sec-WebSocket-Origin. */
    static FrameChatClient hybi10(int port) throws IOException {
        return upgrade(port, "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Origin: http://localhost\r\n", false);
    }

    private static FrameChatClient upgrade(int port, String headers, boolean deflate) throws IOException {
        Socket socket = ChatClient.socket(port);
        socket.getOutputStream()
                .write(("GET /chat HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        String head = readHead(socket.getInputStream());
        assertThat(head).startsWith("HTTP/1.1 101 ");
        assertThat(head.contains("permessage-deflate")).isEqualTo(deflate);
        return new FrameChatClient(socket.getInputStream(), socket.getOutputStream(), socket, deflate);
    }

    /** Connects through a stream of HTTP/2 (RFC 8441). */
    static FrameChatClient http2(Http2Tunnel tunnel) {
        return new FrameChatClient(tunnel.in(), tunnel.out(), tunnel, false);
    }

    static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head.toString();
    }

    @Override
    public void send(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        if (deflate) {
            payload = compress(payload);
        }
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length);
        frame.put((byte) (0x81 | (deflate ? COMPRESSED : 0)));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        // an all-zero masking key is valid and changes nothing
        frame.putInt(0).put(payload);
        out.write(frame.array(), 0, frame.position());
        out.flush();
    }

    /** Sends a ping and waits for its pong, which follows the application's {@code onOpen}. */
    void ping() throws IOException {
        out.write(new byte[] {(byte) 0x89, (byte) 0x80, 0, 0, 0, 0});
        out.flush();
        assertThat(in.readUnsignedShort()).as("empty pong").isEqualTo(0x8A00);
    }

    @Override
    public String receive() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        byte[] payload = in.readNBytes(length < 126 ? length : in.readUnsignedShort());
        assertThat(first & 0xBF).as("unfragmented text frame").isEqualTo(0x81);
        if ((first & COMPRESSED) != 0) {
            receivedCompressed = true;
            payload = decompress(payload);
        }
        return new String(payload, StandardCharsets.UTF_8);
    }

    /** Reports whether any received message was compressed. */
    boolean receivedCompressed() {
        return receivedCompressed;
    }

    /** Compresses a message and removes the last four bytes of the flush (RFC 7692 7.2.1). */
    private static byte[] compress(byte[] payload) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(payload);
        byte[] buffer = new byte[payload.length + 64];
        int size = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        deflater.end();
        return Arrays.copyOf(buffer, size - TAIL.length);
    }

    private static byte[] decompress(byte[] payload) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        Inflater inflater = new Inflater(true);
        byte[] withTail = Arrays.copyOf(payload, payload.length + TAIL.length);
        System.arraycopy(TAIL, 0, withTail, payload.length, TAIL.length);
        inflater.setInput(withTail);
        byte[] buffer = new byte[4096];
        try {
            for (int size = inflater.inflate(buffer); size > 0; size = inflater.inflate(buffer)) {
                output.write(buffer, 0, size);
            }
        } catch (DataFormatException e) {
            throw new IOException(e);
        } finally {
            inflater.end();
        }
        return output.toByteArray();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
