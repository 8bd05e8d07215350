package dev.sprocket.session.php;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.session.spi.SessionFormatException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Tokenizer of PHP's serialize() format.
 *
 * <p>Declared lengths and counts are checked against the bytes present.
 */
final class PhpInput {
    // possessive quantifiers: linear in the length of the number
    private static final Pattern FLOAT =
            Pattern.compile("[+-]?+(?:[0-9]++(?:\\.[0-9]*+)?+|\\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+");

    private final byte[] bytes;
    private int position;

    PhpInput(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isAtEnd() {
        return position == bytes.length;
    }

    /** Reports whether a value starts here, judging by two bytes. */
    boolean isAtValue() {
        return position + 1 < bytes.length
                && ((bytes[position] == 'N' && bytes[position + 1] == ';')
                        || ("bidsSaOCErR".indexOf(bytes[position]) >= 0 && bytes[position + 1] == ':'));
    }

    @CanIgnoreReturnValue
    boolean skip(char expected) {
        if (isAtEnd() || bytes[position] != expected) {
            return false;
        }
        position++;
        return true;
    }

    void expect(char expected) throws SessionFormatException {
        if (!skip(expected)) {
            throw error(isAtEnd() ? "end of data" : "unexpected byte", "" + expected);
        }
    }

    int next() throws SessionFormatException {
        if (isAtEnd()) {
            throw error("end of data", "more data");
        }
        return bytes[position++] & 0xFF;
    }

    byte[] take(int length) throws SessionFormatException {
        if (length > bytes.length - position) {
            throw error("a length of " + length, "<= " + (bytes.length - position) + ", the bytes left");
        }
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    byte[] until(char end) throws SessionFormatException {
        int from = position;
        while (position < bytes.length && bytes[position] != end) {
            position++;
        }
        byte[] found = Arrays.copyOfRange(bytes, from, position);
        expect(end);
        return found;
    }

    /** Reads a length, a count or a value number, at most the number of bytes. */
    int count(char end) throws SessionFormatException {
        int from = position;
        long number = 0;
        while (position < bytes.length && isDigit(bytes[position])) {
            number = Math.min(number * 10 + bytes[position++] - '0', Integer.MAX_VALUE);
        }
        if (position == from || number > bytes.length) {
            throw error("missing or too large length", "0-" + bytes.length);
        }
        expect(end);
        return (int) number;
    }

    long integer() throws SessionFormatException {
        boolean negative = skip('-');
        if (!negative) {
            skip('+');
        }
        int from = position;
        long number = 0;
        // negative accumulation: the smallest value has no positive counterpart
        while (position < bytes.length && isDigit(bytes[position])) {
            int digit = bytes[position++] - '0';
            if (number < (Long.MIN_VALUE + digit) / 10) {
                throw error("integer out of range", "64 bits");
            }
            number = number * 10 - digit;
        }
        if (position == from || (!negative && number == Long.MIN_VALUE)) {
            throw error("missing or out-of-range integer", "64 bits");
        }
        expect(';');
        return negative ? number : -number;
    }

    double floatingPoint() throws SessionFormatException {
        String text = new String(until(';'), StandardCharsets.ISO_8859_1);
        switch (text) {
            case "INF":
                return Double.POSITIVE_INFINITY;
            case "-INF":
                return Double.NEGATIVE_INFINITY;
            case "NAN":
                return Double.NaN;
            default:
                if (!FLOAT.matcher(text).matches()) {
                    throw error("not a float", "a number, INF, -INF or NAN");
                }
                return Double.parseDouble(text);
        }
    }

    /** Reads {@code 5:"bytes"}, after the first colon. */
    byte[] string() throws SessionFormatException {
        int length = count(':');
        expect('"');
        byte[] string = take(length);
        expect('"');
        return string;
    }

    /**
     * Reads a string with {@code \xx} escapes, the format of PHP 6.
     *
     * <p>The length counts unescaped bytes.
     */
    byte[] escapedString() throws SessionFormatException {
        int length = count(':');
        expect('"');
        ByteArrayOutputStream string = new ByteArrayOutputStream();
        while (string.size() < length) {
            int next = next();
            string.write(next == '\\' ? hex() << 4 | hex() : next);
        }
        expect('"');
        return string.toByteArray();
    }

    private int hex() throws SessionFormatException {
        int digit = Character.digit(next(), 16);
        if (digit < 0) {
            throw error("not a hexadecimal digit", "two of 0-9 and a-f after a backslash");
        }
        return digit;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    SessionFormatException error(String seen, String expected) {
        return new SessionFormatException("byte " + position + ": " + seen + " (expected: " + expected + ")");
    }
}
