package dev.sprocket.cluster.internal.frame;

/** Types of frames, as in {@code docs/frames.md}. */
public final class FrameType {
    /** The sender has taken its lease. */
    public static final int JOINED = 1;
    /** Entries of the sender have changed. */
    public static final int CHANGED = 2;
    /** The sender closes. */
    public static final int LEFT = 3;
    /** The sender has taken over a node that is gone. */
    public static final int GONE = 4;
    /** The sender knows patterns of the receiver: their numbers, 8 bytes each. */
    public static final int PATTERNS_KNOWN = 5;
    /** Question to all nodes. */
    public static final int SURVEY = 8;
    /** Answer to a question. */
    public static final int ANSWER = 9;

    private FrameType() {}
}
