package dev.sprocket.server.internal.command;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Prints messages, wrapped if the output is a terminal.
 *
 * <p>Messages in files and pipes stay on one line each, for grep and scripts. The environment variable {@code COLUMNS}
 * sets the width, also for files and pipes.
 */
@ThreadSafe
public final class Terminal {
    private static final int DEFAULT_WIDTH = 80;
    private static final int MIN_WIDTH = 40;
    private static final String INDENT = "  ";

    private Terminal() {}

    /** Prints a message. */
    public static void print(PrintStream out, String message) {
        out.println(forOutput(message));
    }

    /** Prints a message. */
    public static void print(PrintWriter out, String message) {
        out.println(forOutput(message));
    }

    private static String forOutput(String message) {
        OptionalInt width = width(System.getenv("COLUMNS"), isTerminal());
        return width.isPresent() ? wrap(message, width.getAsInt()) : message;
    }

    /** Returns the number of columns; empty if lines are not wrapped. */
    static OptionalInt width(@Nullable String columns, boolean terminal) {
        if (columns != null && columns.matches("[0-9]{1,4}")) {
            return OptionalInt.of(Math.max(MIN_WIDTH, Integer.parseInt(columns)));
        }
        return terminal ? OptionalInt.of(DEFAULT_WIDTH) : OptionalInt.empty();
    }

    /** Reports whether standard input and output are a terminal. */
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // since Java 22 there is a console without a terminal, too
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException olderJava) {
            return true;
        }
    }

    /** Wraps each line between words; further lines are indented, and longer words stay whole. */
    static String wrap(String message, int width) {
        StringBuilder all = new StringBuilder();
        for (String line : message.split("\\R", -1)) {
            int length = 0;
            if (all.length() > 0) {
                all.append('\n');
            }
            for (String word : line.split(" ")) {
                if (length > 0 && length + 1 + word.length() > width) {
                    all.append('\n').append(INDENT);
                    length = INDENT.length();
                } else if (length > 0) {
                    all.append(' ');
                    length++;
                }
                all.append(word);
                length += word.length();
            }
        }
        return all.toString();
    }
}
