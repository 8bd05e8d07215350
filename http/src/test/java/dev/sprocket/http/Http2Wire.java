package dev.sprocket.http;

import dev.sprocket.core.Connection;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.PipelineContext;
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
 * A client of HTTP/2 that sends frames in hex, and reads answers as text. A frame is {@code type flags stream payload}, its
 * length is counted; one that begins with {@code !} is sent as it stands, length and all. Confined to the test's thread.
 */
final class Http2Wire implements AutoCloseable {
    /** {@code GET https://localhost/} (RFC 7541 6.1, 6.2.1). */
    static final String GET = "82 87 84 41096c6f63616c686f7374";
    /** {@code POST https://localhost/}. */
    static final String POST = "83 87 84 41096c6f63616c686f7374";
    /** {@code GET https://localhost/wait}, which is never answered. */
    static final String WAIT = "82 87 4405 2f77616974 41096c6f63616c686f7374";

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Wire wire = new Wire();
    private final DefaultHttp2HeadersDecoder heads = new DefaultHttp2HeadersDecoder(false, 1 << 20);

    /** Speaks HTTP/2 to an application without the TLS that would agree on it. */
    Http2Wire(MessageComponent<? super HttpConnection, ? super Message> app, HttpLimits limits) {
        this(app, limits, InboundBudget.shared());
    }

    /** The same with a budget of its own. */
    Http2Wire(MessageComponent<? super HttpConnection, ? super Message> app, HttpLimits limits, InboundBudget budget) {
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
    Http2Wire preface() {
        wire.send(PREFACE);
        return send("04 00 0");
    }

    /** Sends frames, separated by {@code |}. */
    Http2Wire send(String frames) {
        wire.send(bytes(frames));
        return this;
    }

    /** Sends frames an octet at a time. */
    Http2Wire trickle(String frames) {
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

    /** A header field as a literal without indexing (RFC 7541 6.2.2), in hex. */
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
     * What has come, but for settings and windows: {@code 1: 200} for a head, {@code 1: end} where a stream ends, {@code reset 1
     * PROTOCOL_ERROR}, {@code goaway PROTOCOL_ERROR}, {@code pong}, {@code closed}.
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
