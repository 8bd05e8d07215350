package dev.sprocket.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.util.List;

/**
 * Takes the frames of hixie-76 apart (5.3 of the draft): a text between 00 and FF, or a length and so many bytes. Netty's decoder loses
 * the beginning of a text that comes in two packets.
 */
final class Hixie76Decoder extends ByteToMessageDecoder {
    private final int limit;
    /** How far the text that stands first has been searched for its end. */
    private int searched;

    private boolean over;

    /** Frames of up to so many bytes. */
    Hixie76Decoder(int limit) {
        this.limit = limit;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
        } else if ((in.getByte(in.readerIndex()) & 0x80) == 0) {
            text(in, out);
        } else {
            counted(in, out);
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

    /** The length has seven bits in each byte, and the highest says whether another follows. */
    private void counted(ByteBuf in, List<Object> out) {
        int at = in.readerIndex() + 1;
        int length = 0;
        boolean more = true;
        while (more) {
            if (at == in.writerIndex()) {
                return;
            }
            byte next = in.getByte(at++);
            length = length << 7 | next & 0x7F;
            check(length);
            more = (next & 0x80) != 0;
        }
        if ((in.getByte(in.readerIndex()) & 0xFF) == 0xFF && length == 0) {
            over = true;
            out.add(new CloseWebSocketFrame());
        } else if (in.writerIndex() - at >= length) {
            in.readerIndex(at);
            out.add(new BinaryWebSocketFrame(in.readRetainedSlice(length)));
        }
    }

    private void check(int length) {
        if (length > limit) {
            over = true;
            throw new TooLongFrameException("frame of more than " + limit + " bytes (expected: at most that)");
        }
    }
}
