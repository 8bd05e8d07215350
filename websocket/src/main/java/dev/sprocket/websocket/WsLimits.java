package dev.sprocket.websocket;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.websocket.internal.frame.FrameLimits;
import org.jspecify.annotations.Nullable;

/**
 * Size limits of received frames and messages.
 *
 * <p>Checked as soon as the header of a frame has arrived, before its payload is buffered. A limit below 1 throws
 * {@link IllegalArgumentException}.
 */
@Immutable
public final class WsLimits {
    /** Default limits: 1 MiB per message, in up to 1,024 frames of any size. */
    public static final WsLimits DEFAULT = new WsLimits(null, 1024 * 1024, 1024);

    /** Null if a frame may be as large as a message. */
    private final @Nullable Integer frame;

    private final int message;
    private final int fragments;

    private WsLimits(@Nullable Integer frame, int message, int fragments) {
        this.frame = frame == null ? null : require("frame", frame);
        this.message = require("message", message);
        this.fragments = require("fragments", fragments);
    }

    private static int require(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
        return value;
    }

    /** Returns the maximum payload of a frame, in bytes. */
    public int frame() {
        return frame == null ? message : frame;
    }

    /**
     * Returns a copy with another maximum payload of a frame.
     *
     * <p>Without it a frame may be as large as a message, because most clients send a message in one frame.
     *
     * @param bytes a larger frame closes the connection with 1009
     */
    public WsLimits frame(int bytes) {
        return new WsLimits(bytes, message, fragments);
    }

    /** Returns the maximum size of a message, all frames together, in bytes. */
    public int message() {
        return message;
    }

    /**
     * Returns a copy with another maximum size of a message, all frames together.
     *
     * @param bytes a larger message closes the connection with 1009
     */
    public WsLimits message(int bytes) {
        return new WsLimits(frame, bytes, fragments);
    }

    /** Returns the maximum number of frames of a message. */
    public int fragments() {
        return fragments;
    }

    /**
     * Returns a copy with another maximum number of frames of a message.
     *
     * @param count more frames close the connection with 1008
     */
    public WsLimits fragments(int count) {
        return new WsLimits(frame, message, count);
    }

    /**
     * Returns the limits of a decoder.
     *
     * <p>If a message fits in one frame, a message that grew by compression fits as well: zlib adds up to an eighth and
     * a few bytes (see its {@code deflateBound}).
     */
    FrameLimits forDecoder() {
        int max = frame();
        return new FrameLimits(max, max < message ? max : message + message / 7L + 64, message, fragments);
    }
}
