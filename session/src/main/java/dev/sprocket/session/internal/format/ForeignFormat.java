package dev.sprocket.session.internal.format;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Recognizes unsupported formats, for hints in log lines. */
@ThreadSafe
public final class ForeignFormat {
    private static final Map<String, String> BY_PREFIX = new LinkedHashMap<>();

    static {
        BY_PREFIX.put("00000001", "igbinary (set session.serialize_handler = php)");
        BY_PREFIX.put("00000002", "igbinary (set session.serialize_handler = php)");
        BY_PREFIX.put("0408", "Ruby's Marshal (set cookies_serializer = :json)");
        BY_PREFIX.put("1f8b", "compressed by gzip (disable session compression)");
        BY_PREFIX.put("7801", "compressed by zlib (disable session compression)");
        BY_PREFIX.put("785e", "compressed by zlib (disable session compression)");
        BY_PREFIX.put("789c", "compressed by zlib (disable session compression)");
        BY_PREFIX.put("78da", "compressed by zlib (disable session compression)");
        BY_PREFIX.put("28b52ffd", "compressed by zstd (disable session compression)");
        BY_PREFIX.put("04224d18", "compressed by lz4 (disable session compression)");
        BY_PREFIX.put("aced0005", "Java serialization (set codec = spring for Spring Session)");
        BY_PREFIX.put("8002", "Python's pickle (use a JSON serializer)");
        BY_PREFIX.put("8003", "Python's pickle (use a JSON serializer)");
        BY_PREFIX.put("8004", "Python's pickle (use a JSON serializer)");
        BY_PREFIX.put("8005", "Python's pickle (use a JSON serializer)");
    }

    private ForeignFormat() {}

    /**
     * Returns a hint on the format of stored bytes, or empty if unknown.
     *
     * <p>A phrase that continues {@code "; "}, such as {@code the data seems to be JSON (…)}.
     */
    public static String describe(byte[] stored) {
        String start = HexFormat.of().formatHex(stored, 0, Math.min(4, stored.length));
        for (Map.Entry<String, String> known : BY_PREFIX.entrySet()) {
            if (start.startsWith(known.getKey())) {
                return "the data seems to be " + known.getValue();
            }
        }
        String text = new String(stored, 0, Math.min(stored.length, 64), StandardCharsets.ISO_8859_1);
        if (text.startsWith("eyJpdiI6") || text.matches("(?s)s:\\d+:\"eyJpdiI6.*")) {
            return "the data seems to be encrypted by Laravel (set SESSION_ENCRYPT=false)";
        }
        if (text.matches("(?s)s:\\d+:\".*")) {
            return "the data seems to be a nested PHP string, as written by Laravel's cache";
        }
        if (text.matches("(?s)a:\\d+:\\{.*")) {
            return "the data seems to be PHP's php_serialize (set codec = php-serialize)";
        }
        if (text.startsWith("{")) {
            return "the data seems to be JSON (set codec = json)";
        }
        boolean binary =
                text.chars().limit(16).anyMatch(c -> c < ' ' && c != '\t' && c != '\n' && c != '\r' || c > 126);
        return binary ? "the data seems to be binary (compressed or encrypted)" : "";
    }

    /** Returns a hint on the format of a cookie value, or empty if unknown. */
    public static String describeCookie(String value) {
        if (value.startsWith("eyJpdiI6")) {
            return "the cookie seems to be encrypted by Laravel (list the cookie in EncryptCookies::$except)";
        }
        if (value.startsWith("s:") && value.indexOf('.') > 0) {
            return "the cookie seems to be signed by Express (set token = express)";
        }
        if (value.startsWith(".eJ")) {
            return "the cookie seems to be compressed by Flask or Django (not supported)";
        }
        if (value.startsWith("eyJ") && value.chars().filter(c -> c == '.').count() == 2) {
            return "the cookie seems to be a JWT (set token = jwt)";
        }
        String[] parts = value.split("--", -1);
        if (parts.length == 3) {
            return "the cookie seems to be encrypted by Rails (set token = rails)";
        }
        if (parts.length == 2) {
            return "the cookie seems to be signed by Rails (set token = rails-signed)";
        }
        return "";
    }

    /** Appends a hint to a message; empty stays empty. */
    public static String asHint(String hint) {
        return hint.isEmpty() ? "" : "; " + hint;
    }
}
