package dev.sprocket.cluster.spi;

/** Bytes that are not an envelope, or one that this node does not know. */
public final class EnvelopeException extends Exception {
    private static final long serialVersionUID = 1;

    /** Creates an exception with the offset and the cause. */
    public EnvelopeException(String message) {
        super(message);
    }
}
