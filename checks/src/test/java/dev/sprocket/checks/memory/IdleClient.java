package dev.sprocket.checks.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;

/** Client that keeps a connection open. */
final class IdleClient implements AutoCloseable {
    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    IdleClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(30_000);
    }

    /** Upgrades to a WebSocket; the subprotocol may be empty. */
    IdleClient upgrade(String subprotocol) throws IOException {
        String line = subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
        get(
                "/",
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n" + line);
        return await("\r\n\r\n");
    }

    /** Sends a request with the headers of a browser. */
    IdleClient get(String path, String headers) throws IOException {
        return send(("GET " + path + " HTTP/1.1\r\nHost: example.com\r\nOrigin: http://example.com\r\n"
                        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0\r\n"
                        + "Accept-Language: en-US,en;q=0.5\r\n" + headers + "\r\n")
                .getBytes(UTF_8));
    }

    /** Sends a text of up to 125 bytes in a frame. */
    IdleClient text(String text) throws IOException {
        return frame(0x81, text);
    }

    /** Sends a ping, which is answered with the same text. */
    IdleClient ping(String text) throws IOException {
        return frame(0x89, text);
    }

    private IdleClient frame(int first, String text) throws IOException {
        byte[] payload = text.getBytes(UTF_8);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) first;
        // an all-zero masking key changes nothing
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return send(frame);
    }

    IdleClient send(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Reads until a text has been received. */
    IdleClient await(String text) throws IOException {
        while (!received.toString(ISO_8859_1).contains(text)) {
            int read = socket.getInputStream().read();
            if (read < 0) {
                throw new EOFException(text + " not in: " + received.toString(ISO_8859_1));
            }
            received.write(read);
        }
        received.reset();
        return this;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
