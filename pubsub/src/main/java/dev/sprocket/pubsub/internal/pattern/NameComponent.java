package dev.sprocket.pubsub.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding of ids as components of names. */
@ThreadSafe
public final class NameComponent {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private NameComponent() {}

    /** Encodes an id. Returns the same instance if there is nothing to encode. */
    public static String encode(String id) {
        int plain = 0;
        while (plain < id.length() && isPlain(id.charAt(plain))) {
            plain++;
        }
        if (plain == id.length()) {
            return id;
        }
        StringBuilder encoded = new StringBuilder(id.length() + 16).append(id, 0, plain);
        for (byte octet : id.substring(plain).getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (isPlain(c)) {
                encoded.append(c);
            } else {
                HEX.toHexDigits(encoded.append('%'), octet);
            }
        }
        return encoded.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-'
                || c == '@';
    }
}
