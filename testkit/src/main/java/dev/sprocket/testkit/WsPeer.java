package dev.sprocket.testkit;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/**
 * In-memory WebSocket client.
 *
 * <pre>{@code
 * Chat chat = new Chat();
 * WsPeer ann = WsPeer.to(chat);
 * WsPeer bob = WsPeer.to(chat);
 * ann.send("hello");
 * bob.receives("hello").receivesNothingElse();
 * }</pre>
 *
 * <p>A failed assertion throws {@link AssertionError} with the actual value. Callbacks on other threads, such as those
 * of {@code SingleThreaded}, may not have run when a peer asserts; test the application without such decorators.
 *
 * <p>Not thread-safe.
 */
public final class WsPeer {
    private static final int MASK = 0x37FA213D;

    private final MemorySocket socket;
    private final WsInbox inbox = new WsInbox();

    private WsPeer(MemorySocket socket) {
        this.socket = socket;
    }

    /** Connects to {@code HttpServer(WsServer(app))}. */
    public static WsPeer to(MessageComponent<? super WsConnection, ? super Message> app) {
        return toStack(new HttpServer(new WsServer(app)), "/");
    }

    /** Connects to {@code HttpServer(WsServer(app))} with a clock. */
    public static WsPeer to(MessageComponent<? super WsConnection, ? super Message> app, VirtualClock clock) {
        return on(MemorySocket.to(new HttpServer(new WsServer(app)), clock), "/");
    }

    /** Connects to a stack that includes the HTTP layer; fails if it does not upgrade. */
    public static WsPeer toStack(
            MessageComponent<? super Connection, ? super Message> stack, String path, String... headers) {
        return on(MemorySocket.to(stack), path, headers);
    }

    /** Performs the handshake on a connected socket; fails if the server does not upgrade. */
    public static WsPeer on(MemorySocket socket, String path, String... headers) {
        WsPeer peer = new WsPeer(socket);
        peer.socket.write(handshake(path, headers));
        byte[] response = peer.socket.read();
        String text = new String(response, StandardCharsets.ISO_8859_1);
        if (!text.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("not upgraded: " + text);
        }
        int end = text.indexOf("\r\n\r\n") + 4;
        peer.inbox.add(java.util.Arrays.copyOfRange(response, end, response.length));
        return peer;
    }

    /** Returns a valid handshake request (RFC 6455 1.3). */
    public static String handshake(String path, String... headers) {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\n"
                + "Host: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request + "\r\n";
    }

    /** Returns a masked frame (RFC 6455 5.2). */
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
    @CanIgnoreReturnValue
    public WsPeer send(String text) {
        socket.write(frame(true, 1, text.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** Sends a binary message. */
    @CanIgnoreReturnValue
    public WsPeer send(byte[] bytes) {
        socket.write(frame(true, 2, bytes));
        return this;
    }

    /** Sends a close frame. */
    @CanIgnoreReturnValue
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

    /** Returns and removes the received text messages. */
    @CanIgnoreReturnValue
    public List<String> texts() {
        return WsInbox.take(received().texts);
    }

    /** Returns and removes the received binary messages. */
    public List<byte[]> binaries() {
        return WsInbox.take(received().binaries);
    }

    /** Returns and removes the received pongs. */
    public List<byte[]> pongs() {
        return WsInbox.take(received().pongs);
    }

    /** Returns the code of the server's close frame, if received. The code is 1005 if the frame had none. */
    public OptionalInt closeCode() {
        WsInbox.Close close = received().close;
        return close == null ? OptionalInt.empty() : OptionalInt.of(close.code());
    }

    /** Asserts that these are the next received text messages. */
    @CanIgnoreReturnValue
    public WsPeer receives(String... expected) {
        for (String text : expected) {
            String next = received().texts.poll();
            if (!text.equals(next)) {
                throw new AssertionError("received " + (next == null ? "nothing" + closeNote() : quoted(next))
                        + " (expected: " + quoted(text) + ")");
            }
        }
        return this;
    }

    /** Asserts that this is the next received binary message. */
    @CanIgnoreReturnValue
    public WsPeer receives(byte[] expected) {
        byte[] next = received().binaries.poll();
        if (!java.util.Arrays.equals(expected, next)) {
            throw new AssertionError("received "
                    + (next == null
                            ? "nothing binary" + closeNote()
                            : HexFormat.of().formatHex(next)) + " (expected: "
                    + HexFormat.of().formatHex(expected) + ")");
        }
        return this;
    }

    /** Asserts that no other messages were received. */
    @CanIgnoreReturnValue
    public WsPeer receivesNothingElse() {
        WsInbox now = received();
        if (!now.texts.isEmpty() || !now.binaries.isEmpty()) {
            throw new AssertionError("received "
                    + (now.texts.isEmpty() ? now.binaries.size() + " binary messages" : quoted(now.texts.element()))
                    + " (expected: nothing else)");
        }
        return this;
    }

    /** Asserts that the server has sent an unanswered ping; {@link #pong} answers it. */
    @CanIgnoreReturnValue
    public WsPeer isPinged() {
        if (received().pings.isEmpty()) {
            throw new AssertionError("no ping" + closeNote() + " (expected: one)");
        }
        return this;
    }

    /** Answers all pings. */
    @CanIgnoreReturnValue
    public WsPeer pong() {
        WsInbox.take(received().pings).forEach(ping -> socket.write(frame(true, 10, ping)));
        return this;
    }

    /** Asserts that the server has closed with a code, and answers with a close frame. */
    @CanIgnoreReturnValue
    public WsPeer isClosedWith(int code) {
        WsInbox.Close close = received().close;
        if (close == null || close.code() != code) {
            throw new AssertionError((close == null ? "open" : "closed with " + close.code() + " " + close.reason())
                    + " (expected: closed with " + code + ")");
        }
        return close.code() == 1005 || !socket.isOpen() ? this : close(code, "");
    }

    /** Asserts the code and reason of the server's close, and answers with a close frame. */
    @CanIgnoreReturnValue
    public WsPeer isClosedWith(int code, String reason) {
        isClosedWith(code);
        WsInbox.Close close = received().close;
        if (close != null && !close.reason().equals(reason)) {
            throw new AssertionError(
                    "closed with " + code + " " + quoted(close.reason()) + " (expected: " + quoted(reason) + ")");
        }
        return this;
    }

    /** Asserts that the server has closed neither the WebSocket nor the socket. */
    @CanIgnoreReturnValue
    public WsPeer isStillConnected() {
        if (received().close != null || !socket.isOpen()) {
            throw new AssertionError("disconnected" + closeNote() + " (expected: still connected)");
        }
        return this;
    }

    /** Asserts that the server has closed the socket. */
    @CanIgnoreReturnValue
    public WsPeer isDisconnected() {
        received();
        if (socket.isOpen()) {
            throw new AssertionError("still connected (expected: disconnected)");
        }
        return this;
    }

    private String closeNote() {
        WsInbox.Close close = inbox.close;
        return close == null ? "" : "; closed with " + close.code() + " " + close.reason();
    }

    private static String quoted(String text) {
        return "\"" + text + "\"";
    }

    /** Closes the socket without a closing handshake. */
    public void disconnect() {
        socket.close();
    }

    /** Advances the time, also of other peers with the same clock. */
    @CanIgnoreReturnValue
    public WsPeer after(Duration time) {
        socket.advance(time);
        return this;
    }

    /** Returns the underlying socket. */
    public MemorySocket socket() {
        return socket;
    }

    /** Returns and removes the next text message; fails if there is none. */
    String next() {
        String next = received().texts.poll();
        if (next == null) {
            throw new AssertionError("received nothing" + closeNote() + " (expected: a text)");
        }
        return next;
    }

    @CanIgnoreReturnValue
    private WsInbox received() {
        inbox.add(socket.read());
        return inbox;
    }
}
