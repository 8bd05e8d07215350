package dev.sprocket.session.php;

import dev.sprocket.session.spi.SessionFormatException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Converts between PHP's byte strings and Java strings.
 *
 * <p>A value that is not UTF-8 stays {@code byte[]}. A name must be a {@link String}: each invalid byte becomes
 * U+DC80 to U+DCFF, which valid UTF-8 never produces (as in Python's {@code surrogateescape}).
 */
final class PhpText {
    private static final int ESCAPE = 0xDC00;

    private PhpText() {}

    static Object value(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 || isUtf8(bytes) ? text : bytes;
    }

    static String name(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 || isUtf8(bytes) ? text : escape(bytes);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String escape(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        for (CoderResult result; (result = decoder.decode(in, out, true)).isError(); ) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + (in.get() & 0xFF)));
            }
        }
        return out.flip().toString();
    }

    static byte[] bytes(String value) throws SessionFormatException {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new SessionFormatException("unpaired surrogate in a string (expected: complete characters)");
        }
    }

    static byte[] nameBytes(String name) throws SessionFormatException {
        if (name.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return name.getBytes(StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < name.length(); ) {
            int point = name.codePointAt(i);
            if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xFF) {
                out.write(point - ESCAPE);
            } else {
                out.writeBytes(bytes(Character.toString(point)));
            }
            i += Character.charCount(point);
        }
        return out.toByteArray();
    }
}
