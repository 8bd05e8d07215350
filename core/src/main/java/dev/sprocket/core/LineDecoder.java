package dev.sprocket.core;

import dev.sprocket.core.spi.PartialMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.util.List;

/** Netty's decoder, for which the end of the stream ends a line too. */
final class LineDecoder extends LineBasedFrameDecoder implements PartialMessage {
    @Override
    public int bufferedBytes() {
        return actualReadableBytes();
    }

    LineDecoder(int limit) {
        super(limit, true, true);
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        super.decodeLast(ctx, in, out);
        if (out.isEmpty() && in.isReadable()) {
            out.add(in.readRetainedSlice(in.readableBytes()));
        }
    }
}
