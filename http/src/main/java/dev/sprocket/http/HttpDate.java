package dev.sprocket.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates as headers have them (RFC 9110 5.6.7); that of now is made once a second. */
final class HttpDate {
    private record Cached(long second, String text) {}

    /** Two digits for the day, which RFC_1123_DATE_TIME does not promise. */
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private static volatile Cached last = new Cached(-1, "");

    private HttpDate() {}

    static String now() {
        long second = System.currentTimeMillis() / 1000;
        Cached made = last;
        if (made.second != second) {
            made = new Cached(second, of(Instant.ofEpochSecond(second)));
            last = made;
        }
        return made.text;
    }

    static String of(Instant instant) {
        return FORMAT.format(instant.atOffset(ZoneOffset.UTC));
    }
}
