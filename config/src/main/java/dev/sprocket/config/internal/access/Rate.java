package dev.sprocket.config.internal.access;

import com.google.errorprone.annotations.Immutable;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Number of events in a time, written {@code 5/s} or {@code 100/10s}. */
@Immutable
record Rate(int events, Duration time) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}) */ *(\\d{1,6})? *([a-z]+)");
    private static final Map<String, Duration> UNITS =
            Map.of("s", Duration.ofSeconds(1), "m", Duration.ofMinutes(1), "h", Duration.ofHours(1));

    private static final Duration MAX_TIME = Duration.ofDays(1);

    /**
     * Parses a rate.
     *
     * @throws IllegalArgumentException if the text is invalid or zero
     */
    static Rate of(String text) {
        Matcher parts = TEXT.matcher(text.strip());
        if (parts.matches() && UNITS.containsKey(parts.group(3))) {
            int events = Integer.parseInt(parts.group(1));
            int number = parts.group(2) == null ? 1 : Integer.parseInt(parts.group(2));
            Duration time = UNITS.get(parts.group(3)).multipliedBy(number);
            if (events > 0 && number > 0 && time.compareTo(MAX_TIME) <= 0) {
                return new Rate(events, time);
            }
        }
        throw new IllegalArgumentException(
                text + " (expected: a number of events and a time up to a day, such as 5/s, 100/m)");
    }
}
