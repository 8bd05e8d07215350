package dev.sprocket.core.text;

import dev.sprocket.core.internal.framing.PartialMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.util.List;

/** Line decoder of Netty that also ends a line at the end of the stream. */
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
