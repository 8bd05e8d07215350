package dev.sprocket.wamp.cbor;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.spi.SerializationException;
import dev.sprocket.wamp.spi.Serializer;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Head of a CBOR data item after its tags (RFC 8949 3).
 *
 * <p>Used for items that Jackson's parser reads as another value.
 *
 * @param bytes bytes that contain the item
 * @param at index of the item's initial byte
 * @param to index after the last byte
 * @param type major type, 0-7
 * @param tag innermost tag; -1 if there is none
 */
@ThreadSafe
record CborHead(byte[] bytes, int at, int to, int type, long tag) {
    static final int UNSIGNED = 0;
    static final int NEGATIVE = 1;
    static final int BYTES = 2;
    static final int TEXT = 3;
    static final int SIMPLE = 7;

    private static final int TAG = 6;
    private static final int INDEFINITE_LENGTH = 31;
    private static final int BREAK = 0xFF;
    private static final int LIST_OF_TWO = 0x82;
    private static final int LARGEST_EXPONENT = 999_999_999;

    private static final long BIGNUM = 2;
    private static final long NEGATIVE_BIGNUM = 3;
    /** Decimal fraction: a list of an exponent to the base of 10 and a mantissa. */
    private static final long DECIMAL = 4;
    /** Bigfloat: a list of an exponent to the base of 2 and a mantissa. */
    private static final long BIGFLOAT = 5;
    /** References to strings earlier in the message, which are invalid in a forwarded payload. */
    private static final long STRING_REFERENCE = 25;

    private static final long STRING_REFERENCES = 256;

    /** Reads the head of a well-formed item. */
    @CanIgnoreReturnValue
    static CborHead of(byte[] bytes, int from, int to) {
        int at = from;
        long tag = -1;
        while (at < to && type(bytes[at]) == TAG) {
            tag = argument(bytes, at, to);
            if (tag == STRING_REFERENCE || tag == STRING_REFERENCES || tag == BIGFLOAT) {
                throw new SerializationException("CBOR: tag " + tag + " (expected: a tag that can be ignored)");
            }
            at += size(bytes, at);
        }
        if (at >= to) {
            throw new SerializationException("CBOR: incomplete");
        }
        return new CborHead(bytes, at, to, type(bytes[at]), tag);
    }

    boolean isDecimal() {
        return tag == DECIMAL;
    }

    /** Returns a decimal fraction, a list of the exponent and the mantissa. */
    BigDecimal decimal() {
        if ((bytes[at] & 0xFF) != LIST_OF_TWO) {
            throw malformedDecimal();
        }
        CborHead exponent = of(bytes, at + 1, to);
        if (exponent.type > NEGATIVE || exponent.integer().bitLength() > 30) {
            throw malformedDecimal();
        }
        int scale = -exponent.integer().intValue();
        CborHead mantissa = of(bytes, exponent.at + size(bytes, exponent.at), to);
        if (mantissa.type > BYTES || Math.abs(scale) > LARGEST_EXPONENT) {
            throw malformedDecimal();
        }
        return new BigDecimal(mantissa.type == BYTES ? mantissa.bignum() : mantissa.integer(), scale);
    }

    private static SerializationException malformedDecimal() {
        return new SerializationException(
                "CBOR: decimal fraction (expected: a list of an exponent of up to nine digits and an integer)");
    }

    /** Returns an integer of major type 0 or 1. */
    BigInteger integer() {
        BigInteger argument = new BigInteger(Long.toUnsignedString(argument(bytes, at, to)));
        return type == NEGATIVE ? argument.not() : argument;
    }

    /** Returns the simple value. */
    int simple() {
        return (int) argument(bytes, at, to);
    }

    /**
     * Returns the integer of a bignum.
     *
     * <p>A bignum is a byte string, which may be chunked. With tag 3 the integer is -1 - n.
     */
    BigInteger bignum() {
        if (tag != BIGNUM && tag != NEGATIVE_BIGNUM) {
            throw new SerializationException("CBOR: bytes of tag " + tag + " for an integer (expected: tag 2 or 3)");
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if ((bytes[at] & 0x1F) == INDEFINITE_LENGTH) {
            for (int chunk = at + 1; (bytes[chunk] & 0xFF) != BREAK; ) {
                chunk = readChunk(chunk, content);
            }
        } else {
            readChunk(at, content);
        }
        BigInteger magnitude = new BigInteger(1, content.toByteArray());
        return tag == NEGATIVE_BIGNUM ? magnitude.not() : magnitude;
    }

    @CanIgnoreReturnValue
    private int readChunk(int string, ByteArrayOutputStream content) {
        long length = argument(bytes, string, to);
        if (length < 0 || content.size() + length > Serializer.MAX_INTEGER_BYTES) {
            throw new SerializationException("CBOR: bignum of " + Long.toUnsignedString(content.size() + length)
                    + " bytes (expected: <= " + Serializer.MAX_INTEGER_BYTES + ")");
        }
        int start = string + size(bytes, string);
        if (start + length > to) {
            throw new SerializationException("CBOR: incomplete");
        }
        content.write(bytes, start, (int) length);
        return start + (int) length;
    }

    private static int type(byte initial) {
        return (initial & 0xFF) >> 5;
    }

    private static int size(byte[] bytes, int at) {
        int low = bytes[at] & 0x1F;
        return low < 24 || low == INDEFINITE_LENGTH ? 1 : 1 + (1 << (low - 24));
    }

    private static long argument(byte[] bytes, int at, int to) {
        int low = bytes[at] & 0x1F;
        int size = size(bytes, at);
        if (size == 1) {
            return low;
        }
        if (low > 27 || at + size > to) {
            throw new SerializationException("CBOR: incomplete");
        }
        long argument = 0;
        for (int i = 1; i < size; i++) {
            argument = argument << 8 | bytes[at + i] & 0xFF;
        }
        return argument;
    }
}
