package dev.sprocket.websocket;

import dev.sprocket.core.InboundBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the frames of hixie-76 apart (5.3 of the draft): a text between 00 and FF, and FF 00 at the end; before them, the third key of the handshake. Netty's decoder loses
 * the beginning of a text that comes in two packets.
 */
final class Hixie76Decoder extends ByteToMessageDecoder {
    private static final int KEY = 8;

    private final InboundBudget budget;
    private final int limit;
    private InboundBudget.@Nullable Reservation holding;
    /** How far the text that stands first has been searched for its end. */
    private int searched;

    private boolean keyed;
    private boolean over;

    /** Frames of up to so many bytes; what is unfinished counts in the budget. */
    Hixie76Decoder(int limit, InboundBudget budget) {
        this.budget = budget;
        this.limit = limit;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) throws Exception {
        try {
            super.channelRead(ctx, read);
        } finally {
            account(ctx, over ? 0 : actualReadableBytes());
        }
    }

    private void account(ChannelHandlerContext ctx, int bytes) {
        if (holding == null && bytes > 0) {
            holding = budget.newReservation(() -> ctx.executor().execute(() -> evicted(ctx)));
        }
        if (holding != null) {
            holding.resize(bytes);
        }
    }

    private void evicted(ChannelHandlerContext ctx) {
        over = true;
        ctx.fireExceptionCaught(
                new TooLongFrameException("too much unfinished input in sum (raise inbound-memory-limit)"));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        account(ctx, 0);
        super.channelInactive(ctx);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
        } else if (!keyed) {
            key(in, out);
        } else if (in.getByte(in.readerIndex()) == 0) {
            text(in, out);
        } else {
            close(in, out);
        }
    }

    /** The third key comes first, as a buffer (1.3 of the draft). */
    private void key(ByteBuf in, List<Object> out) {
        if (in.readableBytes() >= KEY) {
            keyed = true;
            out.add(in.readRetainedSlice(KEY));
        }
    }

    private void text(ByteBuf in, List<Object> out) {
        int start = in.readerIndex() + 1;
        int end = in.indexOf(start + searched, in.writerIndex(), (byte) 0xFF);
        int length = (end < 0 ? in.writerIndex() : end) - start;
        searched = length;
        check(length);
        if (end >= 0) {
            searched = 0;
            in.skipBytes(1);
            out.add(new TextWebSocketFrame(in.readRetainedSlice(length)));
            in.skipBytes(1);
        }
    }

    /** FF 00 is the end; nobody may send other frames with a length, whose data the draft has no use for (5.3). */
    private void close(ByteBuf in, List<Object> out) {
        int start = in.readerIndex();
        int type = in.getUnsignedByte(start);
        if (type == 0xFF && in.readableBytes() < 2) {
            return;
        }
        over = true;
        if (type != 0xFF || in.getByte(start + 1) != 0) {
            throw new CorruptedFrameException(
                    String.format("frame of type 0x%02x (expected: text, or FF 00, hixie-76 5.3)", type));
        }
        in.skipBytes(in.readableBytes());
        out.add(new CloseWebSocketFrame());
    }

    private void check(int length) {
        if (length > limit) {
            over = true;
            throw new TooLongFrameException("frame of more than " + limit + " bytes (expected: at most that)");
        }
    }
}
