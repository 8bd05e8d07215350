package dev.sprocket.core.internal.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Named number with a fixed list of series.
 *
 * @param name name with dots, such as {@code sprocket.events.published}
 * @param kind type of the number
 * @param unit base unit, such as {@code bytes}; null for a number of things
 * @param description one sentence for operators
 * @param series one number for each combination of tag values
 */
public record Metric(String name, Kind kind, @Nullable String unit, String description, List<Series> series) {
    /** Type of a number. */
    public enum Kind {
        /** Never decreases. */
        COUNTER,
        /** Increases and decreases. */
        GAUGE
    }

    /**
     * Number of one combination of tag values.
     *
     * @param tags keys and values in turn
     * @param value returns the current number; must be fast
     */
    public record Series(List<String> tags, DoubleSupplier value) {}

    /** Returns a gauge without tags. */
    public static Metric gauge(String name, @Nullable String unit, String description, LongSupplier value) {
        return new Metric(name, Kind.GAUGE, unit, description, List.of(new Series(List.of(), value::getAsLong)));
    }

    /** Returns a counter without tags. */
    public static Metric counter(String name, @Nullable String unit, String description, LongSupplier value) {
        return new Metric(name, Kind.COUNTER, unit, description, List.of(new Series(List.of(), value::getAsLong)));
    }

    /** Returns a counter whose series are given one by one. */
    static Metric counter(String name, String description, List<Series> series) {
        return new Metric(name, Kind.COUNTER, null, description, List.copyOf(series));
    }

    /** Returns a gauge with one series for each value of a tag. */
    public static <A extends Enum<A>> Metric gauge(
            String name, String description, String key, Class<A> values, ToLongFunction<A> value) {
        List<Series> series = new ArrayList<>();
        for (A one : values.getEnumConstants()) {
            series.add(new Series(List.of(key, tag(one)), () -> value.applyAsLong(one)));
        }
        return new Metric(name, Kind.GAUGE, null, description, List.copyOf(series));
    }

    /** Returns the tag value of a constant: its name in lower case by default. */
    public static String tag(Enum<?> value) {
        return value instanceof Tag own
                ? own.tag()
                : value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Constant with a tag value that is no identifier. */
    public interface Tag {
        /** Returns the tag value. */
        String tag();
    }
}
