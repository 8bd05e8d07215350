package dev.sprocket.cluster.internal.frame;

/** Bytes that are not a frame of their type. */
public final class FrameException extends Exception {
    private static final long serialVersionUID = 1;

    /** Creates an exception with the offset and the cause. */
    public FrameException(String message) {
        super(message);
    }
}
