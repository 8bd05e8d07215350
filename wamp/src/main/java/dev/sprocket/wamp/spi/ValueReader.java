package dev.sprocket.wamp.spi;

import org.jspecify.annotations.Nullable;

/**
 * Reads values token by token.
 *
 * <p>Skipped values are validated like others: grammar, nesting, UTF-8.
 *
 * <p>Every method throws {@link SerializationException} if the bytes are malformed. Not thread-safe.
 */
public interface ValueReader {
    /** Kind of a token. In a map, names and values alternate. */
    enum Token {
        NULL,
        TRUE,
        FALSE,
        NUMBER,
        TEXT,
        BINARY,
        /** Start of a list. */
        LIST,
        /** Start of a map. */
        MAP,
        /** End of the innermost list or map. */
        END
    }

    /** Reads the next token. */
    Token next();

    /** Returns the size of the list or map just started; -1 if unknown. */
    int count();

    /**
     * Returns the number just read.
     *
     * <p>The type is {@code Long}, {@code Double}, {@code BigInteger} beyond 64 bits, or {@code BigDecimal} for a
     * decimal outside the range of {@code Double}.
     */
    Number number();

    /** Returns the text just read. In JSON it may contain unpaired surrogates. */
    String text();

    /** Returns the bytes just read. */
    byte[] binary();

    /** Reads the next value as encoded bytes; null at the end of the list. */
    @Nullable
    ByteSlice sliceOrEnd();

    /** Checks that no bytes follow. */
    void expectEnd();
}
