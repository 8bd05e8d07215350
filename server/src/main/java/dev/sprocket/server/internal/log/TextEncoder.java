package dev.sprocket.server.internal.log;

import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** Formats events as lines of text with date, time and offset (ISO 8601). */
final class TextEncoder {
    private static final String ISO = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";
    private static final String PATTERN = "%d{\"" + ISO + "\"} %-5level %logger{0}: %msg%n%rEx{8}";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(ISO);

    private TextEncoder() {}

    /** Returns an encoder, not started. */
    static PatternLayoutEncoder create() {
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setPattern(PATTERN);
        return text;
    }

    /** Returns an encoder of the message alone, not started. */
    static PatternLayoutEncoder ofMessages() {
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setPattern("%msg%n");
        return text;
    }

    /** Formats a time in the default zone. */
    static String time(Instant instant) {
        return TIME.format(OffsetDateTime.ofInstant(instant, ZoneId.systemDefault()));
    }
}
