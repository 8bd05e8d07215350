package dev.sprocket.websocket;

import com.google.errorprone.annotations.Immutable;
import dev.sprocket.websocket.internal.frame.FrameLimits;

/**
 * Size limits of received frames and messages.
 *
 * <p>Checked as soon as the header of a frame has arrived, before its payload is buffered.
 *
 * @param frame maximum payload of a frame, in bytes; a larger frame closes the connection with 1009. Usually equal to
 *     the message limit, because most clients send a message in one frame
 * @param message maximum size of a message, all frames together, in bytes; a larger message closes with 1009
 * @param fragments maximum number of frames of a message; more close the connection with 1008
 */
@Immutable
public record WsLimits(int frame, int message, int fragments) {
    /** Default limits: 1 MiB per message, in up to 1,024 frames of any size. */
    public static final WsLimits DEFAULT = new WsLimits(1024 * 1024, 1024);

    /** Throws {@link IllegalArgumentException} if a limit is below 1. */
    public WsLimits {
        require("frame", frame);
        require("message", message);
        require("fragments", fragments);
    }

    /** Creates limits where a frame may be as large as a message. */
    public WsLimits(int message, int fragments) {
        this(message, message, fragments);
    }

    /**
     * Returns the limits of a decoder.
     *
     * <p>If a message fits in one frame, a message that grew by compression fits as well: zlib adds up to an eighth and
     * a few bytes (see its {@code deflateBound}).
     */
    FrameLimits forDecoder() {
        return new FrameLimits(frame, frame < message ? frame : message + message / 7L + 64, message, fragments);
    }

    private static void require(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
