package dev.sprocket.checks.interop;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** WebSocket client with permessage-deflate (RFC 7692) that shares no code with the server. */
public final class CompressionClient implements Closeable {
    /** Received message. */
    record Received(boolean binary, boolean compressed, byte[] payload) {}

    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Deflater deflater = new Deflater(6, true);
    private final Inflater inflater = new Inflater(true);
    private final boolean clientTakeover;
    private final boolean serverTakeover;
    private final String negotiatedExtensions;

    public CompressionClient(int port, String offer) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = socket.getOutputStream();
        out.write(("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Extensions: " + offer + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        String head = head();
        String name = "\r\nsec-websocket-extensions: ";
        int at = head.toLowerCase(java.util.Locale.ROOT).indexOf(name);
        negotiatedExtensions =
                at < 0 ? "" : head.substring(at + name.length(), head.indexOf("\r\n", at + name.length()));
        clientTakeover = !negotiatedExtensions.contains("client_no_context_takeover");
        serverTakeover = !negotiatedExtensions.contains("server_no_context_takeover");
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** Returns the extensions in the handshake response, or an empty string. */
    public String negotiatedExtensions() {
        return negotiatedExtensions;
    }

    /** Reports whether equal messages have equal {@linkplain #frames frames}, so that callers may cache them. */
    boolean hasReusableFrames() {
        return !clientTakeover;
    }

    /**
     * Returns the frames of a compressed message.
     *
     * @param fragment maximum payload size of a frame, in bytes; 0 for one frame
     */
    byte[] frames(byte[] message, boolean binary, int fragment) {
        byte[] payload = compress(message);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        int size = fragment == 0 ? Math.max(1, payload.length) : fragment;
        int at = 0;
        do {
            int end = Math.min(payload.length, at + size);
            int first = at == 0 ? RSV1 | (binary ? 2 : 1) : 0;
            frame(first | (end == payload.length ? FIN : 0), Arrays.copyOfRange(payload, at, end), frames);
            at = end;
        } while (at < payload.length);
        return frames.toByteArray();
    }

    private byte[] compress(byte[] message) {
        deflater.setInput(message);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        int n;
        do {
            n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            bytes.write(buffer, 0, n);
        } while (n == buffer.length);
        if (!clientTakeover) {
            deflater.reset();
        }
        return Arrays.copyOf(bytes.toByteArray(), bytes.size() - 4);
    }

    private static void frame(int first, byte[] payload, ByteArrayOutputStream frames) {
        byte[] mask = {0x12, (byte) 0x83, 0x5C, (byte) 0xF7};
        ByteBuffer head = ByteBuffer.allocate(14).put((byte) first);
        if (payload.length < 126) {
            head.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65536) {
            head.put((byte) 0xFE).putShort((short) payload.length);
        } else {
            head.put((byte) 0xFF).putLong(payload.length);
        }
        head.put(mask);
        frames.write(head.array(), 0, head.position());
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        frames.writeBytes(payload);
    }

    void send(byte[] wire) throws IOException {
        out.write(wire);
    }

    /** Receives the next message. */
    Received receive() throws IOException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        int kind = 0;
        int first;
        do {
            first = in.readUnsignedByte();
            kind = payload.size() == 0 && kind == 0 ? first : kind;
            payload.writeBytes(in.readNBytes(length()));
        } while ((first & FIN) == 0);
        if ((kind & 0x0F) == 8) {
            throw new IOException("closed: " + Arrays.toString(payload.toByteArray()));
        }
        boolean compressed = (kind & RSV1) != 0;
        return new Received(
                (kind & 0x0F) == 2, compressed, compressed ? inflate(payload.toByteArray()) : payload.toByteArray());
    }

    private int length() throws IOException {
        int size = in.readUnsignedByte();
        if (size == 126) {
            return in.readUnsignedShort();
        }
        return size == 127 ? Math.toIntExact(in.readLong()) : size;
    }

    private byte[] inflate(byte[] payload) throws IOException {
        byte[] whole = Arrays.copyOf(payload, payload.length + 4);
        whole[payload.length + 2] = (byte) 0xFF;
        whole[payload.length + 3] = (byte) 0xFF;
        inflater.setInput(whole);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        try {
            for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
                bytes.write(buffer, 0, n);
            }
        } catch (DataFormatException e) {
            throw new IOException("invalid compressed message", e);
        }
        if (!serverTakeover) {
            inflater.reset();
        }
        return bytes.toByteArray();
    }

    /** Performs the closing handshake with code 1000 and returns the received code. */
    int closeHandshake() throws IOException {
        ByteArrayOutputStream close = new ByteArrayOutputStream();
        frame(FIN | 8, new byte[] {0x03, (byte) 0xE8}, close);
        send(close.toByteArray());
        in.readUnsignedByte();
        byte[] payload = in.readNBytes(length());
        if (in.read() >= 0) {
            throw new IOException("bytes after the close frame");
        }
        return ByteBuffer.wrap(payload).getShort();
    }

    @Override
    public void close() throws IOException {
        deflater.end();
        inflater.end();
        socket.close();
    }
}
