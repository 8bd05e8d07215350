package dev.sprocket.checks.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Byte streams of a WebSocket that was opened by an extended CONNECT (RFC 8441 4). */
final class Http2Tunnel implements Closeable {
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int STREAM = 1;

    private final SSLSocket socket;
    private final DataInputStream frames;
    private byte[] data = {};
    private int position;

    Http2Tunnel(SSLContext tls, int port, String path) throws IOException {
        socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout(20_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        frames = new DataInputStream(socket.getInputStream());
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        // stream and connection windows of 1 MiB, so that no later WINDOW_UPDATE is necessary
        send(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0x10, 0, 0});
        send(WINDOW_UPDATE, 0, 0, new byte[] {0, 0x10, 0, 0});
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        for (String[] header : new String[][] {
            {":method", "CONNECT"},
            {":scheme", "https"},
            {":path", path},
            {":authority", "localhost"},
            {":protocol", "websocket"},
            {"sec-websocket-version", "13"},
            {"origin", "https://localhost"}
        }) {
            // literal header field without indexing (RFC 7541 6.2.2)
            head.write(0);
            for (String part : header) {
                head.write(part.length());
                head.writeBytes(part.getBytes(StandardCharsets.US_ASCII));
            }
        }
        send(HEADERS, END_HEADERS, STREAM, head.toByteArray());
        // :status 200 has index 8 in the static table (RFC 7541 A)
        assertThat(next(HEADERS)[0]).isEqualTo((byte) 0x88);
    }

    private synchronized void send(int type, int flags, int stream, byte... payload) throws IOException {
        socket.getOutputStream()
                .write(ByteBuffer.allocate(9 + payload.length)
                        .put((byte) (payload.length >> 16))
                        .putShort((short) payload.length)
                        .put((byte) type)
                        .put((byte) flags)
                        .putInt(stream)
                        .put(payload)
                        .array());
    }

    /** Skips to the next frame of this type and returns its payload. */
    private byte[] next(int expectedType) throws IOException {
        while (true) {
            int length = frames.readUnsignedByte() << 16 | frames.readUnsignedShort();
            int type = frames.readUnsignedByte();
            int flags = frames.readUnsignedByte();
            frames.readInt();
            byte[] payload = frames.readNBytes(length);
            if (type == expectedType) {
                return payload;
            }
            if (type == SETTINGS && (flags & ACK) == 0) {
                send(SETTINGS, ACK, 0);
            }
        }
    }

    InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                while (position == data.length) {
                    data = next(DATA);
                    position = 0;
                }
                return data[position++] & 0xFF;
            }
        };
    }

    OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                send(DATA, 0, STREAM, java.util.Arrays.copyOfRange(bytes, from, from + length));
            }
        };
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
