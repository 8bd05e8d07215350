package dev.sprocket.leaktest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP answer, as it stood on the wire.
 *
 * @param line the status line
 * @param headers by name in lower case; those that came more than once are joined with a bar
 * @param body all that followed the head, or as much as {@code Content-Length} says
 */
public record RawResponse(String line, Map<String, String> headers, String body) {
    private static final String END_OF_HEAD = "\r\n\r\n";

    /** Reads one answer; what follows the head is its body, whatever its headers say. */
    public static RawResponse of(String wire) {
        int end = wire.indexOf(END_OF_HEAD);
        if (end < 0) {
            throw new AssertionError("no answer: '" + wire + "'");
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

    /** Reads answers that follow one another, each as long as its {@code Content-Length}. */
    public static List<RawResponse> all(String wire) {
        List<RawResponse> answers = new ArrayList<>();
        String rest = wire;
        while (!rest.isEmpty()) {
            RawResponse first = of(rest);
            int length = Integer.parseInt(first.headers.getOrDefault("content-length", "0"));
            answers.add(new RawResponse(first.line, first.headers, first.body.substring(0, length)));
            rest = first.body.substring(length);
        }
        return answers;
    }

    /** The status code. */
    public int status() {
        return Integer.parseInt(line.split(" ", 3)[1]);
    }

    /** A header; null if it is missing. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }
}
