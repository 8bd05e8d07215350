package dev.sprocket.wamp.spi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import org.jspecify.annotations.Nullable;

/**
 * Encoding of WAMP v2 messages.
 *
 * <p>JSON is built in; others are found by {@link java.util.ServiceLoader}. A serializer reads and writes values,
 * not messages: a payload that keeps its serialization is passed on as bytes, without decoding.
 */
@ThreadSafe
public interface Serializer {
    /** Maximum nesting depth, including the list of the message: 64. */
    int MAX_DEPTH = 64;

    /** Maximum length of an integer in bytes: 415, which is at most 1,000 digits. */
    int MAX_INTEGER_BYTES = 415;

    /** Returns the suffix of the subprotocol name, such as {@code json} of {@code wamp.2.json}. */
    String name();

    /** Returns the number of the serializer in the RawSocket handshake, 1-15. */
    int rawSocketId();

    /** Reports whether messages are binary messages of WebSocket. */
    boolean isBinary();

    /** Creates a reader of bytes, which must not change while it is used. */
    Reader reader(byte[] bytes, int from, int to);

    /** Creates a writer. */
    Writer writer();

    /**
     * Range of a byte array. The bytes must not be modified.
     *
     * @param bytes array
     * @param from index of the first byte
     * @param to index after the last byte
     */
    @ThreadSafe
    record Slice(byte[] bytes, int from, int to) {
        /** Returns a slice of all bytes. */
        public static Slice of(byte[] bytes) {
            return new Slice(bytes, 0, bytes.length);
        }

        /** Returns the number of bytes. */
        public int size() {
            return to - from;
        }

        @Override
        public String toString() {
            return "slice of " + size() + " bytes";
        }
    }

    /**
     * Reads values token by token.
     *
     * <p>Skipped values are validated like others: grammar, nesting, UTF-8.
     *
     * <p>Every method throws {@link SerializationException} if the bytes are malformed. Not thread-safe.
     */
    interface Reader {
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
        @CanIgnoreReturnValue
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
        Slice sliceOrEnd();

        /** Checks that no bytes follow. */
        void expectEnd();
    }

    /**
     * Writes values one after the other.
     *
     * <p>In a map, names and values alternate. Not thread-safe.
     */
    interface Writer {
        /** Starts a list with a number of items; -1 if unknown. */
        @CanIgnoreReturnValue
        Writer list(int count);

        /** Starts a map with a number of pairs; -1 if unknown. */
        @CanIgnoreReturnValue
        Writer map(int count);

        /** Ends the innermost list or map. */
        @CanIgnoreReturnValue
        Writer end();

        /** Writes a text, which must not contain unpaired surrogates. */
        @CanIgnoreReturnValue
        Writer text(String text);

        /**
         * Writes a number of a type that {@link Reader#number} returns.
         *
         * <p>A number that the format cannot represent becomes the text of its digits, but NaN and infinities become
         * null.
         */
        @CanIgnoreReturnValue
        Writer number(Number number);

        /** Writes a boolean. */
        @CanIgnoreReturnValue
        Writer bool(boolean value);

        /** Writes null. */
        @CanIgnoreReturnValue
        Writer nullValue();

        /** Writes bytes. */
        @CanIgnoreReturnValue
        Writer binary(byte[] bytes);

        /** Writes a value that is already encoded in this format. */
        @CanIgnoreReturnValue
        Writer raw(Slice value);

        /** Returns the encoded bytes. */
        byte[] bytes();
    }
}
