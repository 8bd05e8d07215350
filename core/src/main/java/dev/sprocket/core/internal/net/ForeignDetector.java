package dev.sprocket.core.internal.net;

import dev.sprocket.core.RejectedException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Rejects a connection whose first bytes belong to another protocol; otherwise removes itself.
 *
 * <p>A web page can send an HTTP request to any port and choose all lines of its body. Confined to the connection's
 * event loop.
 */
public final class ForeignDetector extends ByteToMessageDecoder {
    private boolean rejected;

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (rejected) {
            in.skipBytes(in.readableBytes());
            return;
        }
        ForeignProtocol.Guess guess = ForeignProtocol.guess(in);
        if (guess.protocol().isPresent()) {
            rejected = true;
            in.skipBytes(in.readableBytes());
            ctx.fireExceptionCaught(
                    RejectedException.malformed(guess.protocol().get() + " (expected: another protocol)"));
        } else if (!guess.needsMore()) {
            ctx.pipeline().remove(this);
        }
    }

    /** Passes on undecided bytes at the end of the stream as a normal message. */
    @Override
    protected void decodeLast(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        decode(ctx, in, out);
        if (!rejected && in.isReadable()) {
            out.add(in.readRetainedSlice(in.readableBytes()));
        }
    }
}
