package dev.sprocket.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The value of the Date header (RFC 9110 5.6.7), made once a second. */
final class HttpDate {
    private record Made(long second, String text) {}

    private static volatile Made last = new Made(-1, "");

    private HttpDate() {}

    static String now() {
        long second = System.currentTimeMillis() / 1000;
        Made made = last;
        if (made.second != second) {
            made = new Made(
                    second,
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC)));
            last = made;
        }
        return made.text;
    }
}
