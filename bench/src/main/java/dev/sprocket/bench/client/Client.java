package dev.sprocket.bench.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection of a load, the only handler of its channel. Confined to its event loop. */
public final class Client extends ChannelInboundHandlerAdapter {
    /** Callbacks of a load for its connections. */
    public interface Listener {
        /** Called when the greeting is complete. */
        void ready(Client client);

        /** Called for each text or binary message. The bytes are valid until it returns. */
        void message(Client client, ByteBuf in, int start, int length);

        /** Called after all messages of one read. */
        default void readComplete(Client client) {}

        /** Called when the connection has ended. */
        void disconnected(Client client, String reason);
    }

    /** Prefix of the reason if the server sent a close frame. */
    public static final String CLOSED = "closed by the server with ";

    private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate;"
            + " server_no_context_takeover; client_no_context_takeover\r\n";
    private static final String HEAD_ENDS = "\r\n\r\n";

    private final ClientProtocol protocol;
    private final Listener listener;
    private final FrameParser parser = new FrameParser(this::frame);
    private @Nullable Channel channel;
    private @Nullable ByteBuf head = Unpooled.buffer(512);
    private int step;
    private boolean ready;
    private String closeReason = "connection closed by the server";

    private long requests;

    /** Counter for use by the load, such as the number of pending responses. */
    public int count;

    /** Messages may be compressed; they are only counted. */
    private final boolean deflate;

    public Client(ClientProtocol protocol, boolean deflate, Listener listener) {
        this.protocol = protocol;
        this.deflate = deflate;
        this.listener = listener;
    }

    /** Returns the next request number, starting with 1. */
    public long nextRequest() {
        return ++requests;
    }

    /** Writes and flushes frames, and releases them. */
    public void send(ByteBuf frames) {
        write(frames);
        flush();
    }

    public void write(ByteBuf frames) {
        if (channel == null) {
            frames.release();
        } else {
            channel.write(frames, channel.voidPromise());
        }
    }

    public void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    /** Stops or continues reading. */
    public void reading(boolean on) {
        if (channel != null) {
            channel.config().setAutoRead(on);
        }
    }

    void close() {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        String request = "GET " + protocol.path() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (protocol.subprotocol().isEmpty() ? "" : "Sec-WebSocket-Protocol: " + protocol.subprotocol() + "\r\n")
                + (deflate ? DEFLATE : "")
                + "\r\n";
        send(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        ByteBuf in = (ByteBuf) read;
        try {
            if (head != null) {
                handshake(head, in);
            } else {
                parser.parse(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (ready) {
            listener.readComplete(this);
        }
    }

    private void handshake(ByteBuf received, ByteBuf in) {
        received.writeBytes(in);
        String text = received.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf(HEAD_ENDS);
        if (end < 0) {
            return;
        }
        if (deflate && !text.toLowerCase(Locale.ROOT).contains("permessage-deflate")) {
            fail("compression not accepted: " + text.lines().findFirst().orElse(""));
            return;
        }
        if (!text.startsWith("HTTP/1.1 101 ")) {
            fail("WebSocket upgrade failed: " + text.lines().findFirst().orElse(""));
            return;
        }
        head = null;
        received.skipBytes(end + HEAD_ENDS.length());
        greet("");
        parser.parse(received);
    }

    /** Continues the greeting as far as the received message permits. */
    private void greet(String received) {
        String unused = received;
        while (step < protocol.greeting().size()) {
            ClientProtocol.Step next = protocol.greeting().get(step);
            if (!next.expectedPrefix().isEmpty()
                    && (unused.isEmpty() || !(deflate || unused.startsWith(next.expectedPrefix())))) {
                return;
            }
            unused = next.expectedPrefix().isEmpty() ? unused : "";
            step++;
            if (!next.response().isEmpty()) {
                send(protocol.format().frame(next.response()));
            }
        }
        ready = true;
        listener.ready(this);
    }

    private void frame(int opcode, ByteBuf in, int start, int length) {
        if (opcode == 9) {
            byte[] payload = new byte[length];
            in.getBytes(start, payload);
            send(ClientFrames.frame(10, payload));
        } else if (opcode == 8) {
            fail(CLOSED
                    + (length < 2 ? "no code" : in.getUnsignedShort(start))
                    + (length > 2 ? " " + in.toString(start + 2, length - 2, StandardCharsets.UTF_8) : ""));
        } else if (opcode > 2 || isPing(in, start, length)) {
            return;
        } else if (ready) {
            listener.message(this, in, start, length);
        } else {
            greet(in.toString(
                    start,
                    length,
                    protocol.format().isBinary() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
        }
    }

    private boolean isPing(ByteBuf in, int start, int length) {
        if (protocol.ping().isEmpty()
                || length != protocol.ping().length()
                || !in.toString(start, length, StandardCharsets.UTF_8).equals(protocol.ping())) {
            return false;
        }
        send(ClientFrames.text(protocol.pong()));
        return true;
    }

    private void fail(String reason) {
        closeReason = reason;
        close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        listener.disconnected(this, closeReason);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause.toString());
    }
}
