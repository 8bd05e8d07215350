package dev.sprocket.http;

import dev.sprocket.core.InboundBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2Stream.State;
import java.util.List;

/**
 * Netty's decoder of HTTP/2 frames, with the error codes of RFC 9113 for frames that come too late.
 *
 * <p>Netty forgets a stream when it is closed, and answers all that comes for it later in the same way. The RFC tells apart how
 * the stream ended (5.1): by a reset of ours (ignore it), by a reset of the client's (a stream error), at the end of the request
 * (a connection error), or never used (a connection error of another code). Confined to the connection's event loop.
 */
final class Http2Rules extends DecoratingHttp2ConnectionDecoder {
    private static final int FRAME_HEADER = Http2CodecUtil.FRAME_HEADER_LENGTH;
    /** More resets of ours than the encoder allows in half a minute. */
    private static final int REMEMBERED_RESETS = 256;

    private static final int REMEMBERED_ENDS = 64;
    private static final int END_HEADERS = 4;

    private final RecentlyClosedStreams resetByUs = new RecentlyClosedStreams(REMEMBERED_RESETS);
    private final RecentlyClosedStreams resetByClient = new RecentlyClosedStreams(REMEMBERED_RESETS);
    private final RecentlyClosedStreams ended = new RecentlyClosedStreams(REMEMBERED_ENDS);

    private final int window;
    /** What field blocks that are not whole have of the budget. */
    private final InboundBudget.Reservation holding;

    private int blockBytes;
    /** How many octets may still come for streams that we reset: what their windows allowed. */
    private long allowedBytes;

    /** Around Netty's decoder, for streams of this window. */
    Http2Rules(Http2ConnectionDecoder decoder, int window, InboundBudget.Reservation holding) {
        super(decoder);
        this.holding = holding;
        this.window = window;
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                streamClosed(stream);
            }
        });
    }

    /** Whether a part of a field block has come, and not the whole. */
    boolean isInHead() {
        return blockBytes > 0;
    }

    /** Nothing is held any more. */
    @Override
    public void close() {
        blockBytes = 0;
        holding.resize(0);
        super.close();
    }

    private void streamClosed(Http2Stream stream) {
        if (stream.isResetSent()) {
            resetByUs.add(stream.id());
            // and the frames around them
            allowedBytes += 2L * window;
        } else if (!resetByClient.contains(stream.id())) {
            ended.add(stream.id());
        }
    }

    @Override
    public void frameListener(Http2FrameListener listener) {
        super.frameListener(new Http2FrameListenerDecorator(listener) {
            @Override
            public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
                resetByClient.add(streamId);
                super.onRstStreamRead(ctx, streamId, errorCode);
            }
        });
    }

    /** Hands on whole frames, one after the other, so that an error is known to be that of one frame. */
    @Override
    public void decodeFrame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Http2Exception {
        while (in.readableBytes() >= FRAME_HEADER) {
            int start = in.readerIndex();
            int length = in.getUnsignedMedium(start);
            if (length > Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE) {
                // the rest of it need not come
                super.decodeFrame(ctx, in, out);
                return;
            }
            if (in.readableBytes() < FRAME_HEADER + length) {
                return;
            }
            byte type = in.getByte(start + 3);
            int stream = in.getInt(start + 5) & Integer.MAX_VALUE;
            if (isFieldBlock(type)) {
                boolean whole = (in.getByte(start + 4) & END_HEADERS) != 0;
                blockBytes = whole ? 0 : blockBytes + length;
                holding.resize(blockBytes);
            }
            ByteBuf frame = in.readSlice(FRAME_HEADER + length);
            Http2Stream before = connection().stream(stream);
            boolean requestIsOver = before != null && before.state() == State.HALF_CLOSED_REMOTE;
            try {
                super.decodeFrame(ctx, frame, out);
            } catch (Http2Exception e) {
                translateError(type, stream, requestIsOver, FRAME_HEADER + length, e);
            }
        }
    }

    private void translateError(byte type, int id, boolean requestIsOver, int size, Http2Exception e)
            throws Http2Exception {
        if (!Http2Exception.isStreamError(e)) {
            throw e;
        }
        if (type == Http2FrameTypes.SETTINGS) {
            // 6.9.2: a setting is no matter of one stream
            throw Http2Exception.connectionError(e.error(), "%s", e.getMessage());
        }
        boolean late = type == Http2FrameTypes.DATA || isFieldBlock(type);
        if (requestIsOver && isFieldBlock(type)) {
            throw Http2Exception.streamError(
                    id, Http2Error.STREAM_CLOSED, "HEADERS after the end of the request (5.1)");
        }
        if (!late
                || connection().stream(id) != null
                || e.error() != Http2Error.STREAM_CLOSED
                || resetByClient.contains(id)) {
            throw e;
        }
        if (resetByUs.contains(id)) {
            allowedBytes -= size;
            if (allowedBytes < 0) {
                throw Http2Exception.connectionError(
                        Http2Error.STREAM_CLOSED, "stream %d goes on after it was reset (5.1)", id);
            }
            // it may have been on its way; Netty has given its window back
            return;
        }
        throw Http2Exception.connectionError(
                ended.contains(id) ? Http2Error.STREAM_CLOSED : Http2Error.PROTOCOL_ERROR,
                ended.contains(id)
                        ? "frame %d after the end of stream %d (5.1)"
                        : "frame %d on stream %d, which was never used (5.1.1)",
                type,
                id);
    }

    private static boolean isFieldBlock(byte type) {
        return type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.CONTINUATION;
    }
}
