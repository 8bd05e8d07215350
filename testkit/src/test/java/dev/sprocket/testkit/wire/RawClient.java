package dev.sprocket.testkit.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.testkit.WsPeer;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;

/** Client that sends arbitrary bytes over a real socket. Reads time out after 20 seconds. Not thread-safe. */
public final class RawClient implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** Creates a client for a connected socket, which may use TLS. */
    RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static RawClient to(SocketAddress server) throws IOException {
        Socket socket = new Socket();
        // small, so that unread bytes stay pending in the server
        socket.setReceiveBufferSize(8 * 1024);
        socket.connect(server, 20_000);
        return new RawClient(socket);
    }

    public static RawClient to(int port) throws IOException {
        return to(new InetSocketAddress("127.0.0.1", port));
    }

    public RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    public RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    public RawClient send(boolean fin, int opcode, byte[] payload) throws IOException {
        return send(WsPeer.frame(fin, opcode, payload));
    }

    public RawClient upgrade(String... headers) throws IOException {
        send(WsPeer.handshake("/", headers));
        assertThat(head()).startsWith("HTTP/1.1 101 ");
        return this;
    }

    /** Reads the head of a response. */
    public String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(in.readUnsignedByte());
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    /** Reads a server's frame. Returns its opcode, a space, and its text or close code. */
    public String frame() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        byte[] payload = in.readNBytes(length < 126 ? length : length == 126 ? in.readUnsignedShort() : in.readInt());
        return opcode
                + " "
                + (opcode == 8
                        ? (payload[0] & 0xFF) << 8 | payload[1] & 0xFF
                        : new String(payload, StandardCharsets.UTF_8));
    }

    /** Reports whether bytes are available. */
    public boolean hasData() throws IOException {
        return in.available() > 0;
    }

    DataInputStream in() {
        return in;
    }

    /** Reads until the server closes the connection. */
    public String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    public RawClient echoes(String text) throws IOException {
        send(true, 1, text.getBytes(StandardCharsets.UTF_8));
        assertThat(frame()).isEqualTo("1 " + text);
        return this;
    }

    /** Closes the connection with a TCP reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
