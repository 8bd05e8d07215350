package dev.sprocket.core.spi;

/** A decoder that can say how many bytes of an unfinished message it holds. Confined to the connection's event loop. */
public interface PartialMessage {
    /** The bytes that have arrived and are no whole message yet. */
    int bufferedBytes();
}
