package dev.sprocket.wamp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;

/** WAMP v2 client over RawSocket in memory that can stop reading. */
public final class StallingPeer implements AutoCloseable {
    public final EmbeddedChannel channel;
    /** Id of the session. */
    public final String session;

    private final ByteBuf incoming = Unpooled.buffer();
    private boolean stalled;
    private int request;

    /** Joins {@code realm1}. */
    public StallingPeer(WampServer server, OutboundLimit limit) {
        channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                if (!stalled) {
                    ctx.flush();
                }
            }
        });
        channel.freezeTime();
        IoServer.attach(channel, new RawSocket(server.overRawSocket()), limit);
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {0x7F, (byte) 0xF1, 0, 0}));
        sendText("[1,\"realm1\",{\"roles\":" + V2Peer.ROLES + "}]");
        transfer();
        incoming.skipBytes(4);
        session = received().get(0).get(1).getAsString();
    }

    private void sendText(String json) {
        byte[] text = json.getBytes(UTF_8);
        channel.writeInbound(
                Unpooled.buffer().writeByte(0).writeMedium(text.length).writeBytes(text));
    }

    /** Sends a request and returns its id; {@code rest} is the message after the id. */
    @CanIgnoreReturnValue
    public int send(int type, String rest) {
        sendText("[" + type + "," + ++request + "," + rest + "]");
        return request;
    }

    /** Stops or continues reading. */
    public void stall(boolean stop) {
        stalled = stop;
        if (!stop) {
            channel.flush();
        }
    }

    public boolean isStalled() {
        return stalled;
    }

    private void transfer() {
        for (boolean more = true; more; ) {
            channel.runPendingTasks();
            more = false;
            for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
                incoming.writeBytes(bytes);
                bytes.release();
                more = true;
            }
        }
    }

    /** Runs pending tasks and returns the messages received since the last call. */
    @CanIgnoreReturnValue
    public List<JsonArray> received() {
        transfer();
        List<JsonArray> messages = new ArrayList<>();
        while (incoming.readableBytes() >= 4 && incoming.readableBytes() >= 4 + length()) {
            int length = length();
            incoming.skipBytes(4);
            messages.add(JsonParser.parseString(
                            incoming.readCharSequence(length, UTF_8).toString())
                    .getAsJsonArray());
        }
        incoming.discardReadBytes();
        return messages;
    }

    private int length() {
        return incoming.getUnsignedMedium(incoming.readerIndex() + 1);
    }

    @Override
    public void close() {
        stalled = false;
        channel.finishAndReleaseAll();
        incoming.release();
    }
}
