package dev.sprocket.http.internal.syntax;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-decoder (RFC 3986 2.1) that rejects invalid UTF-8.
 *
 * <p>Lenient decoding could map different names to the same text.
 */
@ThreadSafe
public final class PercentDecoder {
    private PercentDecoder() {}

    /**
     * Decodes a text; plus signs are preserved.
     *
     * <p>Throws {@link IllegalArgumentException} for a percent sign without two hex digits, for invalid UTF-8 (RFC
     * 3629), and for NUL.
     */
    public static String decode(String text) {
        return decode(text, true);
    }

    /**
     * Decodes a query parameter, in which plus signs stand for spaces.
     *
     * <p>Throws {@link IllegalArgumentException} for a percent sign without two hex digits, invalid UTF-8, and NUL.
     */
    public static String decodeQuery(String text) {
        return decode(text.replace('+', ' '), true);
    }

    /**
     * Throws {@link IllegalArgumentException} for invalid UTF-8 and NUL. Allows lone percent signs, which browsers send
     * in queries.
     */
    public static void validate(String text) {
        var unused = decode(text, false);
    }

    private static String decode(String text, boolean strict) {
        int at = text.indexOf('%');
        if (at < 0) {
            return text;
        }
        StringBuilder decoded = new StringBuilder(text.length()).append(text, 0, at);
        ByteBuffer octets = ByteBuffer.allocate(text.length() / 3 + 1);
        while (at < text.length()) {
            if (text.charAt(at) == '%' && (strict || isOctet(text, at))) {
                octets.put(octet(text, at));
                at += 3;
            } else {
                flush(octets, decoded);
                decoded.append(text.charAt(at++));
            }
        }
        flush(octets, decoded);
        return decoded.toString();
    }

    private static boolean isOctet(String text, int at) {
        return at + 2 < text.length()
                && Character.digit(text.charAt(at + 1), 16) >= 0
                && Character.digit(text.charAt(at + 2), 16) >= 0
                && text.charAt(at + 1) < 0x80
                && text.charAt(at + 2) < 0x80;
    }

    private static byte octet(String text, int at) {
        if (!isOctet(text, at)) {
            throw new IllegalArgumentException("'" + text.substring(at, Math.min(at + 3, text.length()))
                    + "' (expected: % and two hex digits, RFC 3986 2.1)");
        }
        int octet = Integer.parseInt(text, at + 1, at + 3, 16);
        if (octet == 0) {
            throw new IllegalArgumentException("%00 (expected: text without NUL)");
        }
        return (byte) octet;
    }

    private static void flush(ByteBuffer octets, StringBuilder decoded) {
        if (octets.position() > 0) {
            decoded.append(decodeUtf8(octets.flip()));
            octets.clear();
        }
    }

    /** Decodes octets as UTF-8. Throws {@link IllegalArgumentException} if they are invalid. */
    public static String decodeUtf8(ByteBuffer octets) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(octets).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("invalid UTF-8 (RFC 3629)", e);
        }
    }
}
