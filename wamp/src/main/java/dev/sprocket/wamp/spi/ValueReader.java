package dev.sprocket.wamp.spi;

import org.jspecify.annotations.Nullable;

/**
 * Reads values one token after the other. What it passes over is checked as if it were read: grammar, nesting, UTF-8.
 *
 * <p>Every method throws {@link SerializationException} if the bytes are not what they should be. Not thread-safe.
 */
public interface ValueReader {
    /** What there is. In a map, names and values take turns. */
    enum Token {
        NULL,
        TRUE,
        FALSE,
        NUMBER,
        TEXT,
        BINARY,
        /** A list begins. */
        LIST,
        /** A map begins. */
        MAP,
        /** The list or map that began last ends. */
        END
    }

    /** Takes the next token. */
    Token next();

    /** Of the list or map that has just begun: how many items or pairs it has, or -1 if that is not known yet. */
    int count();

    /**
     * The number just taken: a {@code Long}, a {@code Double}, a {@code BigInteger} beyond 64 bits, or a {@code BigDecimal} for a
     * decimal that no {@code Double} comes near.
     */
    Number number();

    /** The text just taken. In JSON it may have surrogates without their other half. */
    String text();

    /** The bytes just taken. */
    byte[] binary();

    /** Takes the next value whole; null if the list ends instead. */
    @Nullable
    ByteSlice sliceOrEnd();

    /** Fails if anything is left. */
    void expectEnd();
}
