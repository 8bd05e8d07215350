package dev.sprocket.testkit.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Client that sends arbitrary HTTP/2 frames (RFC 9113 4.1). Not thread-safe. */
public final class RawHttp2 implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    private final RawClient client;

    private RawHttp2(RawClient client) {
        this.client = client;
    }

    /** Connects with a TLS handshake, without a connection preface. */
    public static RawHttp2 silent(SSLContext tls, int port) throws IOException {
        return new RawHttp2(tls(tls, port, "h2"));
    }

    /** Connects and sends the connection preface (RFC 9113 3.4). */
    public static RawHttp2 to(SSLContext tls, int port) throws IOException {
        RawHttp2 client = silent(tls, port);
        client.client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        return client.send(frame(SETTINGS, 0, 0));
    }

    public static RawClient tls(SSLContext tls, int port, String protocol) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {protocol});
        socket.setSSLParameters(parameters);
        return new RawClient(socket);
    }

    public static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    /** Returns the header block of a GET request (RFC 7541 6.1, 6.2.2). */
    public static byte[] get(String path) {
        return block(0x82, path);
    }

    /** Returns the header block of an extended CONNECT request (RFC 8441 4). */
    public static byte[] webSocket(String path) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(block(-1, path));
        head.writeBytes(literal(":protocol", "websocket"));
        head.writeBytes(literal("sec-websocket-version", "13"));
        return head.toByteArray();
    }

    private static byte[] block(int method, String path) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        if (method < 0) {
            head.writeBytes(literal(":method", "CONNECT"));
        } else {
            head.write(method);
        }
        // :scheme https
        head.write(0x87);
        head.writeBytes(literal(":path", path));
        head.writeBytes(literal(":authority", "localhost"));
        return head.toByteArray();
    }

    public static byte[] literal(String name, String value) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(0);
        header.write(name.length());
        header.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        header.write(value.length());
        header.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        return header.toByteArray();
    }

    public RawHttp2 send(byte[] frames) throws IOException {
        client.send(frames);
        return this;
    }

    /** Reads up to the server's GOAWAY frame (RFC 9113 6.8) and returns its error code. */
    public int goAway() throws IOException {
        while (true) {
            int length = client.in().readUnsignedByte() << 16 | client.in().readUnsignedShort();
            int type = client.in().readUnsignedByte();
            client.in().skipNBytes(5);
            ByteBuffer payload = ByteBuffer.wrap(client.in().readNBytes(length));
            if (type == GOAWAY) {
                return payload.getInt(4);
            }
        }
    }

    /** Reads until the server closes the connection. */
    public void awaitEnd() throws IOException {
        client.rest();
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
