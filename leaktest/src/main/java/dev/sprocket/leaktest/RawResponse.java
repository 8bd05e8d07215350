package dev.sprocket.leaktest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * HTTP response as received, without decoding.
 *
 * @param line status line
 * @param headers headers by name in lower case; values of the same name are joined with a bar
 * @param body all bytes after the head, or as many as {@code Content-Length} specifies
 */
public record RawResponse(String line, Map<String, String> headers, String body) {
    private static final String END_OF_HEAD = "\r\n\r\n";

    /** Parses one response. Everything after the head is the body, regardless of the headers. */
    public static RawResponse of(String wire) {
        int end = wire.indexOf(END_OF_HEAD);
        if (end < 0) {
            throw new AssertionError("no response: '" + wire + "'");
        }
        String[] lines = wire.substring(0, end).split("\r\n", -1);
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.merge(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).trim(),
                    (a, b) -> a + "|" + b);
        }
        return new RawResponse(lines[0], headers, wire.substring(end + END_OF_HEAD.length()));
    }

    /** Parses consecutive responses, each with a body of its {@code Content-Length}. */
    public static List<RawResponse> all(String wire) {
        List<RawResponse> responses = new ArrayList<>();
        String rest = wire;
        while (!rest.isEmpty()) {
            RawResponse first = of(rest);
            int length = Integer.parseInt(first.headers.getOrDefault("content-length", "0"));
            responses.add(new RawResponse(first.line, first.headers, first.body.substring(0, length)));
            rest = first.body.substring(length);
        }
        return responses;
    }

    /** Returns the status code. */
    public int status() {
        return Integer.parseInt(line.split(" ", 3)[1]);
    }

    /** Returns the value of a header, or null if it is missing. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }
}
