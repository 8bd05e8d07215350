package dev.sprocket.pubsub.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.Surrogates;
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

    /**
     * Reports whether a component is the encoding of an id.
     *
     * <p>False if the id has an unpaired surrogate.
     */
    public static boolean isEncodingOf(String component, String id) {
        int at = 0;
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c >= 0x80) {
                return Surrogates.arePaired(id) && encode(id).equals(component);
            }
            if (isPlain(c)) {
                if (at >= component.length() || component.charAt(at) != c) {
                    return false;
                }
                at++;
            } else {
                if (at + 3 > component.length()
                        || component.charAt(at) != '%'
                        || component.charAt(at + 1) != HEX.toHighHexDigit(c)
                        || component.charAt(at + 2) != HEX.toLowHexDigit(c)) {
                    return false;
                }
                at += 3;
            }
        }
        return at == component.length();
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
