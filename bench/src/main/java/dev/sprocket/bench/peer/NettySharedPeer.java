package dev.sprocket.bench.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Variant of {@link NettyPeer} that encodes each event once, below Netty's frame encoder. */
final class NettySharedPeer {
    private NettySharedPeer() {}

    public static void main(String[] args) throws Exception {
        Peer.main(new NettyPeer(NettySharedPeer::send), args);
    }

    private static void send(Set<Channel> room, String event) {
        ByteBuf frame = frame(event.getBytes(StandardCharsets.UTF_8));
        for (Channel channel : room) {
            channel.pipeline().context("wsencoder").writeAndFlush(frame.retainedDuplicate());
        }
        frame.release();
    }

    /** Encodes a text of at most 65,535 bytes as a frame (RFC 6455 5.2). */
    private static ByteBuf frame(byte[] text) {
        ByteBuf frame = Unpooled.directBuffer(4 + text.length).writeByte(0x81);
        if (text.length < 126) {
            frame.writeByte(text.length);
        } else {
            frame.writeByte(126).writeShort(text.length);
        }
        return frame.writeBytes(text);
    }
}
