package dev.sprocket.websocket;

/**
 * How much a peer may send at once, judged from the header, before a payload is taken in.
 *
 * @param frame bytes of a frame's payload; past it 1009
 * @param message bytes of a message, all its frames together; past it 1009
 * @param fragments frames of a message; past it 1008
 */
public record WsLimits(int frame, int message, int fragments) {
    /** 64 KiB a frame, 1 MiB a message, 1,024 fragments. */
    public static final WsLimits DEFAULT = new WsLimits(64 * 1024, 1024 * 1024, 1024);

    /** Throws {@link IllegalArgumentException} unless all are at least 1. */
    public WsLimits {
        require("frame", frame);
        require("message", message);
        require("fragments", fragments);
    }

    private static void require(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
