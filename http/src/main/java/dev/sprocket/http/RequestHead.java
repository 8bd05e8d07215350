package dev.sprocket.http;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Target and headers of a request, with a compact form for upgraded connections.
 *
 * <p>Upgraded connections may stay open for days, and rarely read the head again. The packed form is a single array of
 * about a tenth of the size, which is unpacked on each access.
 */
@ThreadSafe
final class RequestHead {
    private static final char LINE_BREAK = '\n';
    private static final String COLON = ": ";

    /**
     * Common prefixes of header lines in handshakes.
     *
     * <p>A packed line replaces its prefix by the index in this list. The list has at most 31 entries, and the index of
     * the line break is unused.
     */
    private static final String[] PREFIXES = {
        "",
        "Host: ",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Connection: keep-alive, Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: ",
        "Sec-WebSocket-Protocol: ",
        "Sec-WebSocket-Extensions: ",
        "Sec-WebSocket-Extensions: permessage-deflate",
        "\n",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Origin: http://",
        "Origin: https://",
        "Cookie: ",
        "Authorization: ",
        "User-Agent: ",
        "User-Agent: Mozilla/5.0 (",
        "Pragma: no-cache",
        "Cache-Control: no-cache",
        "Accept: ",
        "Accept-Language: ",
        "Accept-Encoding: ",
        "Accept-Encoding: gzip, deflate, br",
        "Accept-Encoding: gzip, deflate, br, zstd",
        "Sec-Fetch-",
        "X-Forwarded-For: ",
        "X-Forwarded-Proto: https",
        "X-Forwarded-",
        "X-Real-IP: ",
        "Forwarded: ",
    };

    private volatile @Nullable Unpacked unpacked;
    private volatile byte[] packed = {};

    private record Unpacked(String target, HttpHeaders headers) {}

    RequestHead(String target, HttpHeaders headers) {
        this.unpacked = new Unpacked(target, headers);
    }

    /** Returns the headers, which must not be modified. */
    HttpHeaders headers() {
        Unpacked current = unpacked;
        return current == null ? unpackHeaders() : current.headers;
    }

    String target() {
        Unpacked current = unpacked;
        if (current != null) {
            return current.target;
        }
        String text = unpackText();
        int end = text.indexOf(LINE_BREAK);
        return end < 0 ? text : text.substring(0, end);
    }

    void pack() {
        Unpacked current = unpacked;
        if (current == null || current.target.indexOf(LINE_BREAK) >= 0) {
            return;
        }
        StringBuilder text = new StringBuilder(current.target);
        for (Map.Entry<String, String> header : current.headers) {
            String line = header.getKey() + COLON + header.getValue();
            // headers contain no line break (RFC 9110 5.5); otherwise the head stays unpacked
            if (line.indexOf(LINE_BREAK) >= 0) {
                return;
            }
            int code = longestPrefix(line);
            text.append(LINE_BREAK).append((char) code).append(line, PREFIXES[code].length(), line.length());
        }
        packed = text.toString().getBytes(StandardCharsets.UTF_8);
        unpacked = null;
    }

    private static int longestPrefix(String line) {
        int best = 0;
        for (int i = 1; i < PREFIXES.length; i++) {
            if (PREFIXES[i].length() > PREFIXES[best].length() && line.startsWith(PREFIXES[i])) {
                best = i;
            }
        }
        return best;
    }

    private String unpackText() {
        return new String(packed, StandardCharsets.UTF_8);
    }

    private HttpHeaders unpackHeaders() {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        String[] lines = unpackText().split(String.valueOf(LINE_BREAK), -1);
        for (int i = 1; i < lines.length; i++) {
            String line = PREFIXES[lines[i].charAt(0)] + lines[i].substring(1);
            int colon = line.indexOf(COLON);
            headers.add(line.substring(0, colon), line.substring(colon + COLON.length()));
        }
        return headers;
    }
}
