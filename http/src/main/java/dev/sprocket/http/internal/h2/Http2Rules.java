package dev.sprocket.http.internal.h2;

import dev.sprocket.core.internal.flow.InboundBudget;
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
 * Decorates Netty's HTTP/2 frame decoder, with RFC 9113 error codes for late frames.
 *
 * <p>Netty forgets a closed stream, and handles all later frames for it in the same way. RFC 9113 5.1 distinguishes how
 * the stream ended: reset by the server (ignore the frame), reset by the client (stream error), end of the request
 * (connection error), or never used (connection error with another code).
 *
 * <p>Confined to the connection's event loop.
 */
public final class Http2Rules extends DecoratingHttp2ConnectionDecoder {
    private static final int FRAME_HEADER = Http2CodecUtil.FRAME_HEADER_LENGTH;
    /** Larger than the number of resets that the encoder allows in 30 seconds. */
    private static final int REMEMBERED_RESETS = 256;

    private static final int REMEMBERED_ENDS = 64;
    private static final int END_HEADERS = 4;

    private final RecentlyClosedStreams resetByServer = new RecentlyClosedStreams(REMEMBERED_RESETS);
    private final RecentlyClosedStreams resetByClient = new RecentlyClosedStreams(REMEMBERED_RESETS);
    private final RecentlyClosedStreams ended = new RecentlyClosedStreams(REMEMBERED_ENDS);

    private final int window;
    /** Reservation in the inbound budget for incomplete field blocks. */
    private final InboundBudget.Reservation reservation;

    private int blockBytes;
    /** Bytes that may still arrive for streams reset by the server, according to their windows. */
    private long allowedBytes;

    /** Wraps Netty's decoder, for streams with a receive window in bytes. */
    Http2Rules(Http2ConnectionDecoder decoder, int window, InboundBudget.Reservation reservation) {
        super(decoder);
        this.reservation = reservation;
        this.window = window;
        connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                streamClosed(stream);
            }
        });
    }

    /** Reports whether a field block has been received in part. */
    public boolean isInHead() {
        return blockBytes > 0;
    }

    /** Releases the reservation, then closes the decoder. */
    @Override
    public void close() {
        blockBytes = 0;
        reservation.resize(0);
        super.close();
    }

    private void streamClosed(Http2Stream stream) {
        if (stream.isResetSent()) {
            resetByServer.add(stream.id());
            // twice the window, to include frame headers
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

    /** Passes on single complete frames, so that each error belongs to one frame. */
    @Override
    public void decodeFrame(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Http2Exception {
        while (in.readableBytes() >= FRAME_HEADER) {
            int start = in.readerIndex();
            int length = in.getUnsignedMedium(start);
            if (length > Http2CodecUtil.DEFAULT_MAX_FRAME_SIZE) {
                // fails without the rest of the frame
                super.decodeFrame(ctx, in, out);
                return;
            }
            if (in.readableBytes() < FRAME_HEADER + length) {
                return;
            }
            byte type = in.getByte(start + 3);
            int stream = in.getInt(start + 5) & Integer.MAX_VALUE;
            if (isFieldBlock(type)) {
                boolean complete = (in.getByte(start + 4) & END_HEADERS) != 0;
                blockBytes = complete ? 0 : blockBytes + length;
                reservation.resize(blockBytes);
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
            // a settings error concerns the connection (6.9.2)
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
        if (resetByServer.contains(id)) {
            allowedBytes -= size;
            if (allowedBytes < 0) {
                throw Http2Exception.connectionError(
                        Http2Error.STREAM_CLOSED, "stream %d continues after it was reset (5.1)", id);
            }
            // the frame may have been in flight; Netty has returned its window
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
