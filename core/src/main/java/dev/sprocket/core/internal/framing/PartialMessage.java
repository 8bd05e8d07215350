package dev.sprocket.core.internal.framing;

/** Decoder that reports the size of its incomplete message. Confined to the connection's event loop. */
public interface PartialMessage {
    /** Returns the number of received bytes that are not a complete message yet. */
    int bufferedBytes();
}
