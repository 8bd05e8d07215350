package dev.sprocket.websocket;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.transport.LoopIteration;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.websocket.internal.compression.ContextTakeover;
import dev.sprocket.websocket.internal.compression.DeflateEncoder;
import dev.sprocket.websocket.internal.frame.FrameEncoder;
import dev.sprocket.websocket.internal.frame.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.IllegalReferenceCountException;
import org.jspecify.annotations.Nullable;

/**
 * Writer of the frames of one connection.
 *
 * <p>Frames keep their order; nothing is written after the close frame (RFC 6455 5.5.1).
 */
@ThreadSafe
final class FrameWriter {
    private final PipelineContext context;
    private final EventLoop loop;
    private final @Nullable DeflateEncoder deflateEncoder;
    private final @Nullable ContextTakeover takeover;
    /** True once the close frame was written; accessed on the event loop. */
    private boolean closed;

    FrameWriter(
            PipelineContext context, @Nullable NegotiatedCompression compression, @Nullable ContextTakeover takeover) {
        this.context = context;
        this.loop = context.loop();
        this.deflateEncoder = compression == null ? null : compression.encoder();
        this.takeover = takeover;
    }

    /** Returns the encoder of broadcasts for a connection with this compression. */
    static LayerContext.Encoder encoderFor(@Nullable NegotiatedCompression compression) {
        return compression == null ? FrameEncoder.MESSAGE : compression.encoder();
    }

    /** Sends a message; the caller keeps the ownership. */
    boolean send(Message message) {
        if (message.isFragmented()) {
            return writeFrame(FrameEncoder.fragments(message, context.alloc()), true);
        }
        if (takeover != null) {
            return sendWithTakeover(takeover, message);
        }
        if (deflateEncoder != null && deflateEncoder.compresses(message)) {
            return writeFrame(deflateEncoder.encode(message, context.alloc()), true);
        }
        return frame(FrameEncoder.opcode(message), BorrowedMessages.bytes(message));
    }

    @CanIgnoreReturnValue
    private boolean sendWithTakeover(ContextTakeover compressor, Message message) {
        if (loop.inEventLoop()) {
            return !closed && compressor.send(message, context);
        }
        Message kept = message.copy();
        return LoopIteration.later(loop, () -> sendWithTakeover(compressor, kept));
    }

    /** Sends a frame; the caller keeps the ownership of the payload. */
    @CanIgnoreReturnValue
    boolean frame(int opcode, ByteBuf payload) {
        if (payload.refCnt() == 0) {
            // checked first: after the header was written, a failure would corrupt the stream of frames
            throw new IllegalReferenceCountException("released message (expected: copy() before it is sent later)");
        }
        if (!loop.inEventLoop() || takeover != null) {
            return writeFrame(FrameEncoder.frame(opcode, payload, context.alloc()), isData(opcode));
        }
        if (closed) {
            return false;
        }
        ByteBuf buffer = context.coalescingBuffer(payload.readableBytes() + FrameEncoder.MAX_HEADER_SIZE);
        if (buffer == null) {
            return queue(FrameEncoder.frame(opcode, payload, context.alloc()), isData(opcode));
        }
        FrameEncoder.append(opcode, payload, buffer);
        return true;
    }

    /** Writes a close frame as the last frame; called on the event loop. */
    void close(int code, String reason) {
        frame(Opcode.CLOSE, CloseFrame.write(code, reason));
        closed = true;
        context.closeOutput();
    }

    /** Writes an encoded frame and takes over its ownership. */
    private boolean writeFrame(ByteBuf frame, boolean data) {
        if (loop.inEventLoop()) {
            return writeOnLoop(frame, data);
        }
        boolean accepted = LoopIteration.later(loop, () -> writeOnLoop(frame, data));
        if (!accepted) {
            frame.release();
        }
        return accepted;
    }

    @CanIgnoreReturnValue
    private boolean writeOnLoop(ByteBuf frame, boolean data) {
        if (closed) {
            frame.release();
            return false;
        }
        if (takeover != null) {
            return takeover.write(frame, context);
        }
        ByteBuf buffer = context.coalescingBuffer(frame.readableBytes());
        if (buffer == null) {
            return queue(frame, data);
        }
        buffer.writeBytes(frame);
        frame.release();
        return true;
    }

    /** Queues a frame. Data frames may be dropped for slow readers, control frames (RFC 6455 5.5) may not. */
    private boolean queue(ByteBuf frame, boolean data) {
        return data ? context.offer(frame, null) : context.write(frame);
    }

    private static boolean isData(int opcode) {
        return opcode < Opcode.CLOSE;
    }

    /** Releases the compressor of a connection that was closed. */
    void end() {
        closed = true;
        context.closeOutput();
        if (takeover != null) {
            takeover.end();
        }
    }
}
