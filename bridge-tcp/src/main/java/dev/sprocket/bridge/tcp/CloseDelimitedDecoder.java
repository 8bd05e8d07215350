package dev.sprocket.bridge.tcp;

import dev.sprocket.core.internal.framing.PartialMessage;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.util.List;

/** Decodes all bytes up to the end of the stream as one message. */
final class CloseDelimitedDecoder extends ByteToMessageDecoder implements PartialMessage {
    private final int limit;
    private boolean rejected;

    CloseDelimitedDecoder(int limit) {
        this.limit = limit;
    }

    @Override
    public int bufferedBytes() {
        return actualReadableBytes();
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (rejected || in.readableBytes() > limit) {
            in.skipBytes(in.readableBytes());
            if (!rejected) {
                rejected = true;
                throw new TooLongFrameException("message of more than " + limit + " bytes");
            }
        }
    }

    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        decode(ctx, in, out);
        if (in.isReadable()) {
            out.add(in.readRetainedSlice(in.readableBytes()));
        }
    }
}
