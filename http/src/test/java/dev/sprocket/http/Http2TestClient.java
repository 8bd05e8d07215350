package dev.sprocket.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.Wire;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * HTTP/2 client that sends frames in hex, and reads responses as text.
 *
 * <p>A frame is written {@code type flags stream payload}, and its length is computed. A frame that begins with {@code
 * !} is sent unchanged, including its length. Confined to the thread of the test.
 */
final class Http2TestClient implements AutoCloseable {
    /** {@code GET https://localhost/} (RFC 7541 6.1, 6.2.1). */
    static final String GET = "82 87 84 41096c6f63616c686f7374";
    /** {@code POST https://localhost/}. */
    static final String POST = "83 87 84 41096c6f63616c686f7374";
    /** {@code GET https://localhost/wait}, which is never answered. */
    static final String WAIT = "82 87 4405 2f77616974 41096c6f63616c686f7374";

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Wire wire = new Wire();
    private final DefaultHttp2HeadersDecoder heads = new DefaultHttp2HeadersDecoder(false, 1 << 20);

    /** Serves an application over HTTP/2 without TLS, which would negotiate it. */
    Http2TestClient(MessageComponent<? super HttpConnection, ? super Message> app, HttpLimits limits) {
        this(app, limits, InboundBudget.shared());
    }

    /** Serves an application over HTTP/2 without TLS, with its own inbound budget. */
    Http2TestClient(
            MessageComponent<? super HttpConnection, ? super Message> app, HttpLimits limits, InboundBudget budget) {
        IoServer.attach(wire.channel(), new MessageComponent<Connection, Message>() {
            @Override
            public void onOpen(Connection conn) {
                budget.assignTo(conn);
                Http2.install(
                        conn,
                        stream -> new HttpHandler(app, stream, limits, HttpTimeouts.DEFAULT),
                        limits,
                        HttpTimeouts.DEFAULT);
            }

            @Override
            public void onMessage(Connection from, Message bytes) {
                PipelineContext.of(from).fireRead(bytes);
            }

            @Override
            public void onError(Connection conn, Throwable cause) {
                PipelineContext.of(conn).fireError(cause);
            }

            @Override
            public void onClose(Connection conn) {
                PipelineContext.of(conn).fireInactive();
            }
        });
    }

    /** Sends the preface and empty settings (RFC 9113 3.4). */
    @CanIgnoreReturnValue
    Http2TestClient preface() {
        wire.send(PREFACE);
        return send("04 00 0");
    }

    /** Sends frames, separated by {@code |}. */
    @CanIgnoreReturnValue
    Http2TestClient send(String frames) {
        wire.send(bytes(frames));
        return this;
    }

    /** Sends frames one octet at a time. */
    @CanIgnoreReturnValue
    Http2TestClient trickle(String frames) {
        for (byte octet : bytes(frames)) {
            wire.send(new byte[] {octet});
        }
        return this;
    }

    Wire wire() {
        return wire;
    }

    static byte[] bytes(String frames) {
        var all = new java.io.ByteArrayOutputStream();
        for (String frame : frames.split("\\|")) {
            String text =
                    frame.strip().replace("GET", GET).replace("POST", POST).replace("WAIT", WAIT);
            if (text.startsWith("!")) {
                all.writeBytes(HexFormat.of().parseHex(text.substring(1).replaceAll("\\s", "")));
            } else if (!text.isEmpty()) {
                String[] parts = text.split("\\s+", 4);
                byte[] payload = HexFormat.of().parseHex(parts.length < 4 ? "" : parts[3].replaceAll("\\s", ""));
                all.writeBytes(ByteBuffer.allocate(9 + payload.length)
                        .put((byte) (payload.length >> 16))
                        .putShort((short) payload.length)
                        .put((byte) Integer.parseInt(parts[0], 16))
                        .put((byte) Integer.parseInt(parts[1], 16))
                        .putInt(Integer.parseUnsignedInt(parts[2]))
                        .put(payload)
                        .array());
            }
        }
        return all.toByteArray();
    }

    /** Returns a header field as a literal without indexing (RFC 7541 6.2.2), in hex. */
    static String field(String name, String value) {
        var out = new java.io.ByteArrayOutputStream();
        out.write(0);
        text(out, name);
        text(out, value);
        return HexFormat.of().formatHex(out.toByteArray());
    }

    private static void text(java.io.ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int rest = bytes.length - 127;
        if (rest < 0) {
            out.write(bytes.length);
        } else {
            out.write(127);
            for (; rest >= 128; rest >>= 7) {
                out.write(rest & 127 | 128);
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    /**
     * Returns received frames as text, except settings and window updates.
     *
     * <p>{@code 1: 200} is a head, {@code 1: end} the end of a stream; others are {@code reset 1 PROTOCOL_ERROR},
     * {@code goaway PROTOCOL_ERROR}, {@code pong} and {@code closed}.
     */
    List<String> received() {
        ByteBuffer in = ByteBuffer.wrap(wire.receivedBytes());
        List<String> seen = new ArrayList<>();
        while (in.remaining() >= 9) {
            int length = (in.get() & 0xFF) << 16 | (in.getShort() & 0xFFFF);
            int type = in.get();
            int flags = in.get();
            int stream = in.getInt();
            byte[] payload = new byte[length];
            in.get(payload);
            frame(type, flags, stream, payload, seen);
        }
        if (!wire.isOpen()) {
            seen.add("closed");
        }
        return seen;
    }

    private void frame(int type, int flags, int stream, byte[] payload, List<String> seen) {
        switch (type) {
            case 1 -> seen.add(stream + ": " + status(stream, payload));
            case 3 -> seen.add("reset " + stream + " " + error(payload, 0));
            case 6 -> seen.add("pong");
            case 7 -> seen.add("goaway " + error(payload, 4));
            default -> {}
        }
        if (type <= 1 && (flags & 1) != 0) {
            seen.add(stream + ": end");
        }
    }

    private CharSequence status(int stream, byte[] block) {
        try {
            return heads.decodeHeaders(stream, Unpooled.wrappedBuffer(block)).status();
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Http2Error error(byte[] payload, int at) {
        return Http2Error.valueOf(ByteBuffer.wrap(payload).getInt(at));
    }

    @Override
    public void close() {
        wire.close();
    }
}
