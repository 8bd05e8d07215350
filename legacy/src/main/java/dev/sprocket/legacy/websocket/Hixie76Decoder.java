package dev.sprocket.legacy.websocket;

import dev.sprocket.core.internal.flow.InboundBudget;
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
 * Frame decoder of hixie-76 (section 5.3 of the draft).
 *
 * <p>A stream consists of the third key of the handshake, texts between 00 and FF, and FF 00 at the end. Netty's
 * decoder is not used because it loses the beginning of a text that arrives in two packets.
 */
final class Hixie76Decoder extends ByteToMessageDecoder {
    private static final int KEY_SIZE = 8;

    private final InboundBudget budget;
    private final int limit;
    private InboundBudget.@Nullable Reservation reservation;
    /** Number of bytes of the first text that were searched for its end. */
    private int searched;

    private boolean keyRead;
    private boolean finished;

    /**
     * Creates a decoder.
     *
     * @param limit maximum size of a text, in bytes
     * @param budget budget that counts incomplete texts
     */
    Hixie76Decoder(int limit, InboundBudget budget) {
        this.budget = budget;
        this.limit = limit;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) throws Exception {
        try {
            super.channelRead(ctx, read);
        } finally {
            updateReservation(ctx, finished ? 0 : actualReadableBytes());
        }
    }

    private void updateReservation(ChannelHandlerContext ctx, int bytes) {
        if (reservation == null && bytes > 0) {
            reservation = budget.newReservation(() -> ctx.executor().execute(() -> onEvicted(ctx)));
        }
        if (reservation != null) {
            reservation.resize(bytes);
        }
    }

    private void onEvicted(ChannelHandlerContext ctx) {
        finished = true;
        ctx.fireExceptionCaught(new TooLongFrameException(
                "evicted to free inbound memory: heldBytes=" + actualReadableBytes() + " limitBytes=" + budget.limit()
                        + " (many peers: raise inbound-memory-limit; one network: block it)"));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        updateReservation(ctx, 0);
        super.channelInactive(ctx);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (finished) {
            in.skipBytes(in.readableBytes());
        } else if (!keyRead) {
            readKey(in, out);
        } else if (in.getByte(in.readerIndex()) == 0) {
            readText(in, out);
        } else {
            readClose(in, out);
        }
    }

    /** Reads the third key of the handshake as a buffer (section 1.3 of the draft). */
    private void readKey(ByteBuf in, List<Object> out) {
        if (in.readableBytes() >= KEY_SIZE) {
            keyRead = true;
            out.add(in.readRetainedSlice(KEY_SIZE));
        }
    }

    private void readText(ByteBuf in, List<Object> out) {
        int start = in.readerIndex() + 1;
        int end = in.indexOf(start + searched, in.writerIndex(), (byte) 0xFF);
        int length = (end < 0 ? in.writerIndex() : end) - start;
        searched = length;
        checkLength(length);
        if (end >= 0) {
            searched = 0;
            in.skipBytes(1);
            out.add(new TextWebSocketFrame(in.readRetainedSlice(length)));
            in.skipBytes(1);
        }
    }

    /** Reads the closing frame, FF 00. Other frames with a length are an error (section 5.3 of the draft). */
    private void readClose(ByteBuf in, List<Object> out) {
        int start = in.readerIndex();
        int type = in.getUnsignedByte(start);
        if (type == 0xFF && in.readableBytes() < 2) {
            return;
        }
        finished = true;
        if (type != 0xFF || in.getByte(start + 1) != 0) {
            throw new CorruptedFrameException(
                    String.format("frame of type 0x%02x (expected: text, or FF 00, hixie-76 5.3)", type));
        }
        in.skipBytes(in.readableBytes());
        out.add(new CloseWebSocketFrame());
    }

    private void checkLength(int length) {
        if (length > limit) {
            finished = true;
            throw new TooLongFrameException("frame of more than " + limit + " bytes (expected: <= " + limit + ")");
        }
    }
}
