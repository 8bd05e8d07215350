package dev.sprocket.http.internal.syntax;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates in header format (RFC 9110 5.6.7); the current date is formatted once a second. */
public final class HttpDate {
    private record Cached(long second, String text) {}

    /** Format with a two-digit day of month, unlike {@code RFC_1123_DATE_TIME}. */
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static volatile Cached last = new Cached(-1, "");

    private HttpDate() {}

    public static String now() {
        long second = System.currentTimeMillis() / 1000;
        Cached current = last;
        if (current.second != second) {
            current = new Cached(second, of(Instant.ofEpochSecond(second)));
            last = current;
        }
        return current.text;
    }

    public static String of(Instant instant) {
        return FORMAT.format(instant.atOffset(ZoneOffset.UTC));
    }
}
