package dev.sprocket.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One connection of the load: the only handler of its channel. Confined to its event loop. */
final class Client extends ChannelInboundHandlerAdapter {
    /** What a load does with its connections. */
    interface Listener {
        /** The greeting is over. */
        void ready(Client client);

        /** A text or binary message; the bytes are valid until it returns. */
        void message(Client client, ByteBuf in, int start, int length);

        /** All that was read at once has been told. */
        default void readComplete(Client client) {}

        /** It is over. */
        void lost(Client client, String why);
    }

    /** How the reason begins if the server has sent a close frame. */
    static final String CLOSED = "closed by the server with ";

    private static final String HEAD_ENDS = "\r\n\r\n";

    private final Dialect dialect;
    private final Listener listener;
    private final FrameCutter cutter = new FrameCutter(this::frame);
    private @Nullable Channel channel;
    private @Nullable ByteBuf head = Unpooled.buffer(512);
    private int step;
    private boolean ready;
    private String why = "the server hung up";

    private long requests;

    /** What the load may count here: answers that are due, or the like. */
    int count;

    Client(Dialect dialect, Listener listener) {
        this.dialect = dialect;
        this.listener = listener;
    }

    /** The next number of a request, from 1 on. */
    long nextRequest() {
        return ++requests;
    }

    /** Sends frames, which are released. */
    void send(ByteBuf frames) {
        write(frames);
        flush();
    }

    void write(ByteBuf frames) {
        if (channel == null) {
            frames.release();
        } else {
            channel.write(frames, channel.voidPromise());
        }
    }

    void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    void hangUp() {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        String request = "GET " + dialect.path() + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (dialect.subprotocol().isEmpty() ? "" : "Sec-WebSocket-Protocol: " + dialect.subprotocol() + "\r\n")
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
                cutter.cut(in);
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

    private void handshake(ByteBuf soFar, ByteBuf in) {
        soFar.writeBytes(in);
        String text = soFar.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf(HEAD_ENDS);
        if (end < 0) {
            return;
        }
        if (!text.startsWith("HTTP/1.1 101 ")) {
            fail("not upgraded, but: " + text.lines().findFirst().orElse(""));
            return;
        }
        head = null;
        soFar.skipBytes(end + HEAD_ENDS.length());
        greet("");
        cutter.cut(soFar);
    }

    /** Goes on with the greeting as far as what has been heard allows. */
    private void greet(String heard) {
        String unused = heard;
        while (step < dialect.greeting().size()) {
            Dialect.Step next = dialect.greeting().get(step);
            if (!next.awaited().isEmpty() && (unused.isEmpty() || !unused.startsWith(next.awaited()))) {
                return;
            }
            unused = next.awaited().isEmpty() ? unused : "";
            step++;
            if (!next.answer().isEmpty()) {
                send(dialect.packing().frame(next.answer()));
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
                    dialect.packing().isBinary() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8));
        }
    }

    private boolean isPing(ByteBuf in, int start, int length) {
        if (dialect.ping().isEmpty()
                || length != dialect.ping().length()
                || !in.toString(start, length, StandardCharsets.UTF_8).equals(dialect.ping())) {
            return false;
        }
        send(ClientFrames.text(dialect.pong()));
        return true;
    }

    private void fail(String reason) {
        why = reason;
        hangUp();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        listener.lost(this, why);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause.toString());
    }
}
