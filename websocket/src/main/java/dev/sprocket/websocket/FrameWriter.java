package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.BorrowedMessages;
import dev.sprocket.core.spi.MessageEncoder;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.IllegalReferenceCountException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The way out of one WebSocket: frames in order, and none behind the close frame (RFC 6455 5.5.1). */
@ThreadSafe
final class FrameWriter {
    private final PipelineContext segment;
    private final EventLoop loop;
    private final @Nullable DeflateEncoder deflate;
    private final @Nullable ContextTakeover takeover;
    /** The close frame is on its way. On the event loop. */
    private boolean closed;

    FrameWriter(
            PipelineContext segment, @Nullable NegotiatedCompression compression, @Nullable ContextTakeover takeover) {
        this.segment = segment;
        this.loop = segment.outbound().loop();
        this.deflate = compression == null ? null : compression.framing();
        this.takeover = takeover;
    }

    /** How a broadcast is framed for this connection. */
    static MessageEncoder framing(@Nullable NegotiatedCompression compression) {
        return compression == null ? FrameEncoder.MESSAGE : compression.framing();
    }

    /** Sends a message; it stays the caller's. */
    boolean send(Message message) {
        if (message.isFragmented()) {
            return hand(FrameEncoder.fragments(message, segment.alloc()), true);
        }
        if (takeover != null) {
            return sendInContext(takeover, message);
        }
        if (deflate != null && deflate.compresses(message)) {
            return hand(deflate.encode(message, segment.alloc()), true);
        }
        return frame(FrameEncoder.opcode(message), BorrowedMessages.bytes(message));
    }

    private boolean sendInContext(ContextTakeover context, Message message) {
        if (loop.inEventLoop()) {
            return !closed && context.send(message, segment);
        }
        Message kept = message.copy();
        return later(() -> sendInContext(context, kept));
    }

    /** Sends a frame; the payload stays the caller's. */
    boolean frame(int opcode, ByteBuf payload) {
        if (payload.refCnt() == 0) {
            // found out behind the head, that would stand among the frames of others
            throw new IllegalReferenceCountException("message that is gone (expected: copy() of what is sent later)");
        }
        if (!loop.inEventLoop() || takeover != null) {
            return hand(FrameEncoder.frame(opcode, payload, segment.alloc()), isData(opcode));
        }
        if (closed) {
            return false;
        }
        ByteBuf room = segment.coalescingBuffer(payload.readableBytes() + FrameEncoder.LONGEST_HEAD);
        if (room == null) {
            return queue(FrameEncoder.frame(opcode, payload, segment.alloc()), isData(opcode));
        }
        FrameEncoder.append(opcode, payload, room);
        return true;
    }

    /** The last frame. On the event loop. */
    void close(int code, String reason) {
        frame(Opcode.CLOSE, CloseFrame.write(code, reason));
        closed = true;
        segment.closeOutput();
    }

    /** Takes over a whole frame. */
    private boolean hand(ByteBuf frame, boolean data) {
        if (loop.inEventLoop()) {
            return handNow(frame, data);
        }
        boolean accepted = later(() -> handNow(frame, data));
        if (!accepted) {
            frame.release();
        }
        return accepted;
    }

    private boolean handNow(ByteBuf frame, boolean data) {
        if (closed) {
            frame.release();
            return false;
        }
        if (takeover != null) {
            return takeover.write(frame, segment);
        }
        ByteBuf room = segment.coalescingBuffer(frame.readableBytes());
        if (room == null) {
            return queue(frame, data);
        }
        room.writeBytes(frame);
        frame.release();
        return true;
    }

    /** Data may be dropped for a peer that reads too slowly; control frames (RFC 6455 5.5) may not. */
    private boolean queue(ByteBuf frame, boolean data) {
        return data ? segment.offer(frame, null) : segment.write(frame);
    }

    private static boolean isData(int opcode) {
        return opcode < Opcode.CLOSE;
    }

    private boolean later(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }

    /** The connection is gone. */
    void end() {
        closed = true;
        segment.closeOutput();
        if (takeover != null) {
            takeover.end();
        }
    }
}
