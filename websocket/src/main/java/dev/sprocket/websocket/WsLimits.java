package dev.sprocket.websocket;

/**
 * How much a peer may send at once, judged from the header, before a payload is taken in.
 *
 * @param frame bytes of a frame's payload; past it 1009. As many as a message, unless a smaller limit is wanted: most
 *     clients send a message in one frame
 * @param message bytes of a message, all its frames together; past it 1009
 * @param fragments frames of a message; past it 1008
 */
public record WsLimits(int frame, int message, int fragments) {
    /** 1 MiB a message, in one frame or in up to 1,024. */
    public static final WsLimits DEFAULT = new WsLimits(1024 * 1024, 1024);

    /** Throws {@link IllegalArgumentException} unless all are at least 1. */
    public WsLimits {
        require("frame", frame);
        require("message", message);
        require("fragments", fragments);
    }

    /** Limits under which a message may come in one frame. */
    public WsLimits(int message, int fragments) {
        this(message, message, fragments);
    }

    /**
     * Bytes of a compressed frame. Where a message may come in one frame, one that compression has made longer may too:
     * zlib adds up to an eighth and some bytes (its {@code deflateBound}).
     */
    long compressedFrame() {
        return frame < message ? frame : message + message / 7L + 64;
    }

    private static void require(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
