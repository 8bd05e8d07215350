package dev.sprocket.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a request. A connection that was upgraded may last for days, and hardly anybody asks for them again:
 * then they are packed into one array, a fifth of their size, and unpacked each time that somebody does.
 *
 * <p>Threads: any.
 */
final class RequestHeaders {
    private static final char BREAK = '\n';

    private volatile @Nullable HttpHeaders open;
    private volatile byte[] packed = {};

    RequestHeaders(HttpHeaders headers) {
        this.open = headers;
    }

    /** To be read only. */
    HttpHeaders get() {
        HttpHeaders now = open;
        return now == null ? unpack() : now;
    }

    void pack() {
        HttpHeaders now = open;
        if (now != null) {
            List<String> parts = new ArrayList<>(2 * now.size());
            for (Map.Entry<String, String> header : now) {
                parts.add(header.getKey());
                parts.add(header.getValue());
            }
            // no header has a line break (RFC 9110 5.5), or else it stays as it is
            if (parts.stream().noneMatch(part -> part.indexOf(BREAK) >= 0)) {
                packed = String.join(String.valueOf(BREAK), parts).getBytes(StandardCharsets.UTF_8);
                open = null;
            }
        }
    }

    private HttpHeaders unpack() {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        String[] parts = new String(packed, StandardCharsets.UTF_8).split(String.valueOf(BREAK), -1);
        for (int i = 0; i + 1 < parts.length; i += 2) {
            headers.add(parts[i], parts[i + 1]);
        }
        return headers;
    }
}
