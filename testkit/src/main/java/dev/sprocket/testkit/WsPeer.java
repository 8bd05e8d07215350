package dev.sprocket.testkit;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * A WebSocket client in memory:
 *
 * <pre>{@code
 * Chat chat = new Chat();
 * WsPeer ann = WsPeer.to(chat);
 * WsPeer bob = WsPeer.to(chat);
 * ann.send("hello");
 * assertThat(bob.texts()).containsExactly("hello");
 * }</pre>
 *
 * <p>Threads: one.
 */
public final class WsPeer {
    private static final int MASK = 0x37FA213D;

    private final MemorySocket socket;
    private byte[] rest = {};
    private final List<String> texts = new ArrayList<>();
    private final List<byte[]> binaries = new ArrayList<>();
    private final List<byte[]> pongs = new ArrayList<>();
    private OptionalInt closeCode = OptionalInt.empty();

    private WsPeer(MemorySocket socket) {
        this.socket = socket;
    }

    /** Connects to {@code HttpServer(WsServer(app))}. */
    public static WsPeer to(MessageComponent<? super WsConnection, ? super Message> app) {
        return toStack(new HttpServer(new WsServer(app)), "/");
    }

    /** Connects to a stack that begins below HTTP; fails if it does not upgrade. */
    public static WsPeer toStack(
            MessageComponent<? super Connection, ? super Message> stack, String path, String... headers) {
        return on(MemorySocket.to(stack), path, headers);
    }

    /** Says hello on a socket that was connected before; fails if the server does not upgrade. */
    public static WsPeer on(MemorySocket socket, String path, String... headers) {
        WsPeer peer = new WsPeer(socket);
        peer.socket.write(handshake(path, headers));
        byte[] answer = peer.socket.read();
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("not upgraded, but: " + text);
        }
        int end = text.indexOf("\r\n\r\n") + 4;
        peer.rest = java.util.Arrays.copyOfRange(answer, end, answer.length);
        return peer;
    }

    /** A good opening handshake (RFC 6455 1.3). */
    public static String handshake(String path, String... headers) {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n"
                + "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request + "\r\n";
    }

    /** A masked frame (RFC 6455 5.2). */
    public static byte[] frame(boolean fin, int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        frame.put((byte) ((fin ? 0x80 : 0) | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.putInt(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ (MASK >>> (24 - 8 * (i & 3)))));
        }
        return java.util.Arrays.copyOf(frame.array(), frame.position());
    }

    /** Sends a text message. */
    public WsPeer send(String text) {
        socket.write(frame(true, 1, text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** Sends a binary message. */
    public WsPeer send(byte[] bytes) {
        socket.write(frame(true, 2, bytes));
        return this;
    }

    /** Sends a close frame. */
    public WsPeer close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        socket.write(frame(
                true,
                8,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array()));
        return this;
    }

    /** Takes the text messages that have arrived since the last time. */
    public List<String> texts() {
        receive();
        List<String> taken = List.copyOf(texts);
        texts.clear();
        return taken;
    }

    /** Takes the binary messages that have arrived since the last time. */
    public List<byte[]> binaries() {
        receive();
        List<byte[]> taken = List.copyOf(binaries);
        binaries.clear();
        return taken;
    }

    /** Takes the pongs that have arrived since the last time. */
    public List<byte[]> pongs() {
        receive();
        List<byte[]> taken = List.copyOf(pongs);
        pongs.clear();
        return taken;
    }

    /** The code of the server's close frame, if one has arrived; 1005 if it had none. */
    public OptionalInt closeCode() {
        receive();
        return closeCode;
    }

    /** The socket below. */
    public MemorySocket socket() {
        return socket;
    }

    private void receive() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(rest);
        all.writeBytes(socket.read());
        ByteBuffer in = ByteBuffer.wrap(all.toByteArray());
        while (in.remaining() >= 2 && in.remaining() >= frameSize(in)) {
            int opcode = in.get() & 0x0F;
            int length = in.get();
            if (length == 126) {
                length = in.getShort() & 0xFFFF;
            } else if (length == 127) {
                length = (int) in.getLong();
            }
            byte[] payload = new byte[length];
            in.get(payload);
            take(opcode, payload);
        }
        rest = new byte[in.remaining()];
        in.get(rest);
    }

    private static long frameSize(ByteBuffer in) {
        int at = in.position();
        int length = in.get(at + 1);
        if (length == 126) {
            return in.remaining() < 4 ? 4 : 4 + (in.getShort(at + 2) & 0xFFFF);
        }
        if (length == 127) {
            return in.remaining() < 10 ? 10 : 10 + in.getLong(at + 2);
        }
        return 2 + length;
    }

    private void take(int opcode, byte[] payload) {
        switch (opcode) {
            case 1 -> texts.add(new String(payload, StandardCharsets.UTF_8));
            case 2 -> binaries.add(payload);
            case 10 -> pongs.add(payload);
            case 8 ->
                closeCode = OptionalInt.of(
                        payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xFFFF);
            default -> {
                // pings are for tests of the frames themselves
            }
        }
    }
}
