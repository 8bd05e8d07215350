package dev.sprocket.core.internal.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Event, fields and advice of a log line.
 *
 * <p>Each line of Sprocket has the form <code>event: key=value key="value with spaces" (advice)</code>; fields and
 * advice may be missing. Log lines are written as SLF4J formats of this form, from which the fields are read with their
 * types: numbers and booleans stay what they are.
 */
@Immutable
@SuppressWarnings("Immutable") // the map is unmodifiable, and its values are numbers, booleans and strings
public final class LogLine {
    private static final String PLACEHOLDER = "{}";
    /** End of an event: a colon before the first field. */
    private static final Pattern FIELDS = Pattern.compile(": (?=[A-Za-z][\\w.-]*=)");

    private static final Pattern FIELD =
            Pattern.compile("([A-Za-z][\\w.-]*+)=(\"(?:[^\"\\\\]|\\\\.)*+\"|[^\\s\"]++)(?: |$)");
    /** Counts that are added to a repeated line. */
    private static final Pattern COUNTS = Pattern.compile(" \\((\\w+=[^\\s,()]+(?:, \\w+=[^\\s,()]+)+)\\)$");

    /** Quotation marks and ends of quoted texts, with the backslashes before them. */
    private static final Pattern ESCAPED = Pattern.compile("(\\\\+)(\"|$)");

    private static final Pattern ADVICE = Pattern.compile(" \\((.*)\\)$");

    private final String event;
    private final Map<String, Object> fields;
    private final String advice;

    private LogLine(String event, Map<String, Object> fields, String advice) {
        this.event = event;
        this.fields = Collections.unmodifiableMap(fields);
        this.advice = advice;
    }

    /** Replaces placeholders by arguments, from left to right. */
    private static final class Arguments {
        private final List<@Nullable Object> left;

        Arguments(@Nullable Object @Nullable [] arguments) {
            this.left = arguments == null ? new ArrayList<>() : new ArrayList<>(Arrays.asList(arguments));
        }

        /** Returns a value with its type if it is a single argument; otherwise a text. */
        Object value(String written) {
            if (written.equals(PLACEHOLDER) && !left.isEmpty()) {
                Object argument = left.remove(0);
                return argument instanceof Number || argument instanceof Boolean
                        ? argument
                        : unquoted(String.valueOf(argument));
            }
            return unquoted(text(written));
        }

        String text(String written) {
            StringBuilder all = new StringBuilder();
            int from = 0;
            for (int at = written.indexOf(PLACEHOLDER); at >= 0 && !left.isEmpty(); ) {
                all.append(written, from, at).append(left.remove(0));
                from = at + PLACEHOLDER.length();
                at = written.indexOf(PLACEHOLDER, from);
            }
            return all.append(written, from, written.length()).toString();
        }
    }

    private static String unquoted(String text) {
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? ESCAPED.matcher(text.substring(1, text.length() - 1)).replaceAll(LogLine::unescaped)
                : text;
    }

    /** Returns a quotation mark, or the end of a text, with half of its backslashes. */
    private static String unescaped(MatchResult escaped) {
        String backslashes = escaped.group(1);
        return Matcher.quoteReplacement(backslashes.substring(0, backslashes.length() / 2) + escaped.group(2));
    }

    /**
     * Reads a line.
     *
     * @param format SLF4J format, or a complete text
     * @param arguments arguments of the format, whose texts may be quoted
     */
    public static LogLine of(String format, @Nullable Object @Nullable [] arguments) {
        String rest = format;
        Matcher counts = COUNTS.matcher(rest);
        String repeated = counts.find() ? counts.group(1).replace(", ", " ") : "";
        rest = repeated.isEmpty() ? rest : rest.substring(0, counts.start());
        Matcher start = FIELDS.matcher(rest);
        Arguments values = new Arguments(arguments);
        Map<String, Object> fields = new LinkedHashMap<>();
        if (!start.find()) {
            Matcher note = ADVICE.matcher(rest);
            boolean advised = note.find();
            String event = values.text(advised ? rest.substring(0, note.start()) : rest);
            String advice = advised ? values.text(note.group(1)) : "";
            read(repeated, values, fields);
            return new LogLine(event, fields, advice);
        }
        String event = values.text(rest.substring(0, start.start()));
        String note = read(rest.substring(start.end()), values, fields);
        String advice = note.startsWith("(") && note.endsWith(")") ? note.substring(1, note.length() - 1) : note;
        advice = values.text(advice);
        read(repeated, values, fields);
        return new LogLine(event, fields, advice);
    }

    /** Reads fields, and returns the rest of the text. */
    @CanIgnoreReturnValue
    private static String read(String text, Arguments values, Map<String, Object> fields) {
        Matcher field = FIELD.matcher(text);
        int from = 0;
        while (from < text.length() && field.find(from) && field.start() == from) {
            fields.put(field.group(1), values.value(field.group(2)));
            from = field.end();
        }
        return text.substring(from);
    }

    /**
     * Describes the first error of a format; empty if all of it becomes fields.
     *
     * <p>For tests of the lines of this project.
     */
    public static String problem(String format) {
        Matcher start = FIELDS.matcher(format);
        if (!start.find()) {
            return format.matches("[^{}=]+(?:\\(.*\\))?") ? "" : "no fields, but placeholders or '='";
        }
        String event = format.substring(0, start.start());
        if (event.contains("=") || event.contains(PLACEHOLDER) && !event.equals(PLACEHOLDER)) {
            return "event with values: " + event;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        String rest = read(format.substring(start.end()), new Arguments(null), fields);
        if (!rest.isEmpty() && !rest.matches("\\(.+\\)")) {
            return "neither a field nor advice: " + rest;
        }
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            if (field.getValue().toString().contains("{}{}")) {
                return "two values in one field: " + field.getKey();
            }
        }
        return "";
    }

    /** Returns a format with a further field, which precedes its advice. */
    static String withField(String format, String field) {
        Matcher start = FIELDS.matcher(format);
        if (!start.find()) {
            Matcher note = ADVICE.matcher(format);
            return note.find()
                    ? format.substring(0, note.start()) + ": " + field + format.substring(note.start())
                    : format + ": " + field;
        }
        String rest = read(format.substring(start.end()), new Arguments(null), new LinkedHashMap<>());
        String fields = format.substring(0, format.length() - rest.length()).stripTrailing();
        return fields + " " + field + (rest.isEmpty() ? "" : " " + rest);
    }

    /** Returns the event, a text without values. */
    public String event() {
        return event;
    }

    /** Returns numbers, booleans and texts, in the order of the line. */
    public Map<String, Object> fields() {
        return fields;
    }

    /** Returns what to do about the event, or further explanation; may be empty. */
    public String advice() {
        return advice;
    }
}
