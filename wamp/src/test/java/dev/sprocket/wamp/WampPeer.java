package dev.sprocket.wamp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * WebSocket client in memory that sends and records frames.
 *
 * <p>It sends masked text frames.
 */
public final class WampPeer implements AutoCloseable {
    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

    public final EmbeddedChannel channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (!stalled) {
                ctx.flush();
            }
        }
    });
    private boolean stalled;
    /** Response of the server to the handshake. */
    final String handshake;

    private final List<String> frames = new ArrayList<>();

    public WampPeer(WampComponent app) {
        this(app, new Topics());
    }

    public WampPeer(WampComponent app, Topics topics) {
        this(app, topics, WampOptions.DEFAULT);
    }

    public WampPeer(WampComponent app, Topics topics, WampOptions options) {
        this(new WsServer(new WampServer(app, topics, options)), "wamp", Unpooled.EMPTY_BUFFER);
    }

    /**
     * Connects with a subprotocol, unless it is empty.
     *
     * @param glued bytes that directly follow the handshake
     */
    public WampPeer(
            MessageComponent<? super HttpConnection, ? super Message> server, String subprotocol, ByteBuf glued) {
        this(server, subprotocol, glued, OutboundLimit.DEFAULT);
    }

    /** Connects with a limit of pending bytes. */
    public WampPeer(
            MessageComponent<? super HttpConnection, ? super Message> server,
            String subprotocol,
            ByteBuf glued,
            OutboundLimit limit) {
        IoServer.attach(channel, new HttpServer(server), limit);
        String request = "GET /wamp?a=b HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n";
        receive(Unpooled.wrappedBuffer(Unpooled.copiedBuffer(request, UTF_8), glued));
        ByteBuf response = sent();
        int end = response.toString(UTF_8).indexOf("\r\n\r\n");
        handshake = response.readCharSequence(end + 4, UTF_8).toString();
        if (handshake.startsWith("HTTP/1.1 101 ")) {
            read(response);
        } else {
            response.release();
        }
    }

    /** Stops or continues reading. */
    public void stall(boolean stop) {
        stalled = stop;
        if (!stop) {
            channel.flush();
        }
    }

    static ByteBuf textFrame(String json) {
        return frame(0x1, json.getBytes(UTF_8));
    }

    static ByteBuf frame(int opcode, byte[] payload) {
        ByteBuf frame = Unpooled.buffer().writeByte(0x80 | opcode);
        if (payload.length < 126) {
            frame.writeByte(0x80 | payload.length);
        } else {
            frame.writeByte(0x80 | 126).writeShort(payload.length);
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.writeByte(payload[i] ^ MASK[i % 4]);
        }
        return frame;
    }

    @CanIgnoreReturnValue
    public WampPeer send(String json) {
        receive(textFrame(json));
        return this;
    }

    @CanIgnoreReturnValue
    WampPeer sendBinary(String bytes) {
        receive(frame(0x2, bytes.getBytes(UTF_8)));
        return this;
    }

    /** Sends a close frame with code 1000 (RFC 6455 7.1.2). */
    void sendClose() {
        receive(frame(0x8, new byte[] {0x03, (byte) 0xE8}));
    }

    public void disconnect() {
        channel.close();
        channel.runPendingTasks();
    }

    private void receive(ByteBuf bytes) {
        if (channel.isOpen()) {
            channel.writeInbound(bytes);
        } else {
            bytes.release();
        }
    }

    /**
     * Returns the frames received since the last call.
     *
     * <p>A text frame is its text, a close frame is "close code reason".
     */
    @CanIgnoreReturnValue
    public List<String> received() {
        channel.runPendingTasks();
        read(sent());
        List<String> all = List.copyOf(frames);
        frames.clear();
        return all;
    }

    private ByteBuf sent() {
        CompositeByteBuf all = Unpooled.compositeBuffer(1024);
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.addComponent(true, bytes);
        }
        return all;
    }

    private void read(ByteBuf bytes) {
        while (bytes.isReadable()) {
            int opcode = bytes.readByte() & 0x0F;
            int length = bytes.readByte() & 0x7F;
            if (length == 126) {
                length = bytes.readUnsignedShort();
            } else if (length == 127) {
                length = Math.toIntExact(bytes.readLong());
            }
            frames.add(
                    opcode == 0x8
                            ? ("close " + bytes.readUnsignedShort() + " " + bytes.readCharSequence(length - 2, UTF_8))
                                    .trim()
                            : bytes.readCharSequence(length, UTF_8).toString());
        }
        bytes.release();
    }

    public boolean isConnected() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
