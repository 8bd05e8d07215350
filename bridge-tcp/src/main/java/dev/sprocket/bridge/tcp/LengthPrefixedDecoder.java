package dev.sprocket.bridge.tcp;

import dev.sprocket.core.spi.PartialMessage;
import dev.sprocket.core.spi.PeerLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.util.List;

/** Netty's decoder, which says so if the stream ends within a message. */
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
                    "{}: ended within a message, {} bytes lost",
                    ctx.channel().remoteAddress(),
                    in.readableBytes());
            in.skipBytes(in.readableBytes());
        }
    }
}
