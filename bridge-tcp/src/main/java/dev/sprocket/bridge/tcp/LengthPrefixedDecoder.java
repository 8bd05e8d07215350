package dev.sprocket.bridge.tcp;

import dev.sprocket.core.internal.framing.PartialMessage;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.AddressText;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.util.List;

/** Decodes length-prefixed messages, and logs an incomplete message at the end of the stream. */
final class LengthPrefixedDecoder extends LengthFieldBasedFrameDecoder implements PartialMessage {
    private static final PeerLog LOG = PeerLog.of(TcpBridge.class);

    LengthPrefixedDecoder(int limit) {
        super(Integer.BYTES + limit, 0, Integer.BYTES, 0, Integer.BYTES);
    }

    @Override
    public int bufferedBytes() {
        return actualReadableBytes();
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        super.decodeLast(ctx, in, out);
        if (out.isEmpty() && in.isReadable()) {
            LOG.info(
                    ctx.channel().remoteAddress(),
                    "connection ended within a message: peer={} lostBytes={}",
                    AddressText.of(ctx.channel().remoteAddress()),
                    in.readableBytes());
            in.skipBytes(in.readableBytes());
        }
    }
}
