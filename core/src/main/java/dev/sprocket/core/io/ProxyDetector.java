package dev.sprocket.core.io;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Detects a PROXY header at the beginning of a connection.
 *
 * <p>Adds Netty's decoder if there is a header; otherwise the bytes belong to the peer. Decides as early as possible,
 * so that a short first message is not delayed. Confined to the connection's event loop.
 */
final class ProxyDetector extends ByteToMessageDecoder {
    /** User event for a connection without a header. */
    static final Object NO_HEADER = new Object();

    /** Maximum size of the additional values (TLV) of a version 2 header. Usual sizes are a few hundred bytes. */
    private static final int MAX_TLV_BYTES = 4096;

    private static final byte[] V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] V2 = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

    private final boolean required;

    ProxyDetector(boolean required) {
        this.required = required;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (matches(in, V1) || matches(in, V2)) {
            if (in.readableBytes() >= (in.getByte(in.readerIndex()) == V1[0] ? V1 : V2).length) {
                ctx.pipeline().addAfter(ctx.name(), null, new HAProxyMessageDecoder(MAX_TLV_BYTES));
                ctx.pipeline().remove(this);
            }
        } else if (required) {
            String seen =
                    in.toString(in.readerIndex(), Math.min(in.readableBytes(), V2.length), StandardCharsets.US_ASCII);
            in.skipBytes(in.readableBytes());
            throw new HAProxyProtocolException("\"" + seen + "\" (expected: version 1 or 2 of the PROXY protocol)");
        } else {
            ctx.fireUserEventTriggered(NO_HEADER);
            ctx.pipeline().remove(this);
        }
    }

    private static boolean matches(ByteBuf in, byte[] signature) {
        int length = Math.min(in.readableBytes(), signature.length);
        for (int i = 0; i < length; i++) {
            if (in.getByte(in.readerIndex() + i) != signature[i]) {
                return false;
            }
        }
        return true;
    }
}
