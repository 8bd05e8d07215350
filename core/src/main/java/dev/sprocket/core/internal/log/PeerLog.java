package dev.sprocket.core.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import java.util.Arrays;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPLogger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logger that limits the lines for events which a peer can repeat at will.
 *
 * <p>The first event of a peer and cause is logged immediately. Repetitions within a minute are counted and logged as
 * one line at its end. A peer is an address, for IPv6 its /64; a cause is the format, and the {@link #cause} if set. At
 * most 2,048 combinations of peer and cause are tracked; further ones are counted together. At level DEBUG every event
 * is logged.
 *
 * <p>Messages are escaped by {@link SafeText} and at most 1,000 characters long, and so are the messages of logged
 * exceptions. An argument after {@code =} is quoted if it contains spaces. Does not block.
 *
 * <p>A failure from outside, such as an unreachable store, is logged as a field {@code cause} without a stack trace,
 * and repetitions of it are counted for all peers together. At level DEBUG the stack trace is logged, too. {@link
 * #withTraces} logs it always, for code of applications.
 *
 * <pre>{@code
 * private static final PeerLog LOG = PeerLog.of(TcpBridge.class);
 * static void idle(Connection conn, Duration limit) {
 *     LOG.info(conn, "connection closed, idle: peer={} idleMs={}", conn, limit.toMillis());
 * }
 * }</pre>
 */
@ThreadSafe
public final class PeerLog {
    private static final long SWEEP_SECONDS = 10;
    private static final int MAX_LENGTH = 1000;
    private static final LogThrottle REPETITIONS = new LogThrottle(System::nanoTime, PeerLog::schedule);

    private final Logger log;
    private final Object cause;
    private final long times;
    private final boolean traces;
    private final LogThrottle repetitions;

    private PeerLog(Logger log, Object cause, long times, boolean traces, LogThrottle repetitions) {
        this.log = log;
        this.cause = cause;
        this.times = times;
        this.traces = traces;
        this.repetitions = repetitions;
    }

    /** Creates a logger with the name of a class. */
    public static PeerLog of(Class<?> owner) {
        return of(LoggerFactory.getLogger(owner), REPETITIONS);
    }

    /** Creates a logger with a name. */
    public static PeerLog of(String name) {
        return of(LoggerFactory.getLogger(name), REPETITIONS);
    }

    static PeerLog of(Logger log, LogThrottle repetitions) {
        return new PeerLog(log, "", 1, false, repetitions);
    }

    /** Returns a logger that counts events with this cause separately. A cause is a status, a kind or a reason. */
    public PeerLog cause(Object distinct) {
        return new PeerLog(log, distinct, times, traces, repetitions);
    }

    /** Returns a logger whose lines count as several events. */
    public PeerLog times(long count) {
        return new PeerLog(log, cause, count, traces, repetitions);
    }

    /** Returns a logger that logs the stack trace of each exception. */
    public PeerLog withTraces() {
        return new PeerLog(log, cause, times, true, repetitions);
    }

    /** Logs every event at DEBUG. */
    public void debug(String format, @Nullable Object... arguments) {
        if (log.isDebugEnabled()) {
            new Line(log, Level.DEBUG, format).write(arguments);
        }
    }

    /**
     * Logs at INFO.
     *
     * @param peer a {@code Connection}, an address, or any other name
     * @param format an SLF4J format
     * @param arguments a trailing {@code Throwable} is logged with its stack trace
     */
    public void info(Object peer, String format, @Nullable Object... arguments) {
        log(Level.INFO, peer, format, arguments);
    }

    /** Logs at WARN; see {@link #info}. */
    public void warn(Object peer, String format, @Nullable Object... arguments) {
        log(Level.WARN, peer, format, arguments);
    }

    /** Logs at ERROR; see {@link #info}. */
    public void error(Object peer, String format, @Nullable Object... arguments) {
        log(Level.ERROR, peer, format, arguments);
    }

    private void log(Level level, Object peer, String format, @Nullable Object[] arguments) {
        if (!log.isEnabledForLevel(level)) {
            printWithoutLogger(level, peer, format, arguments);
            return;
        }
        Throwable thrown = MessageFormatter.getThrowableCandidate(arguments);
        String outside = thrown == null || traces ? null : OutsideCause.of(thrown);
        if (outside == null) {
            write(new Line(log, level, format), peer, arguments);
        } else {
            write(new Line(log, level, LogLine.withField(format, "cause={}")), outside, replaced(arguments, outside));
        }
    }

    /** Prints an exception of an application without a back end of SLF4J. */
    private void printWithoutLogger(Level level, Object peer, String format, @Nullable Object[] arguments) {
        Throwable thrown = MessageFormatter.getThrowableCandidate(arguments);
        Line line = new Line(log, level, format);
        if (traces
                && thrown != null
                && log instanceof NOPLogger
                && !repetitions.isRepeated(peer, cause, times, line, arguments)) {
            SafeThrowable.of(thrown).printStackTrace(System.err);
            System.err.println(level + " " + line.text(arguments) + " (add a back end of SLF4J, such as logback)");
        }
    }

    /** Replaces the exception at the end by a text. At level DEBUG the exception follows. */
    private @Nullable Object[] replaced(@Nullable Object[] arguments, String outside) {
        @Nullable Object[] changed = Arrays.copyOf(arguments, arguments.length + (log.isDebugEnabled() ? 1 : 0));
        if (changed.length > arguments.length) {
            changed[arguments.length] = arguments[arguments.length - 1];
        }
        changed[arguments.length - 1] = outside;
        return changed;
    }

    private void write(Line line, Object peer, @Nullable Object[] arguments) {
        if (!repetitions.isRepeated(peer, cause, times, line, arguments)) {
            line.write(arguments);
        } else if (log.isDebugEnabled()) {
            new Line(log, Level.DEBUG, line.format).write(arguments);
        }
    }

    /** Logs all pending counts and resets the state. For the end of a program or test. */
    public static void flush() {
        REPETITIONS.flush();
    }

    private static void schedule() {
        Timer.EXECUTOR.schedule(REPETITIONS::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /** Destination and format of a line. */
    record Line(Logger log, Level level, String format) {
        void write(@Nullable Object[] arguments) {
            Throwable thrown = MessageFormatter.getThrowableCandidate(arguments);
            write(format, safe(arguments, Integer.MAX_VALUE), thrown);
        }

        String text(@Nullable Object[] arguments) {
            @Nullable Object[] safe = safe(arguments, Integer.MAX_VALUE);
            return SafeText.excerpt(String.valueOf(MessageFormatter.basicArrayFormat(format, safe)), MAX_LENGTH);
        }

        /** Logs a line again, with the counts of its repetitions. */
        void writeCounts(@Nullable Object[] safe, long repeated, Object source, long seconds) {
            @Nullable Object[] all = Arrays.copyOf(safe, safe.length + 3);
            all[safe.length] = repeated;
            all[safe.length + 1] = SafeText.value(source);
            all[safe.length + 2] = seconds;
            write(format + " (repeated={}, source={}, seconds={})", all, null);
        }

        /** Passes on the format and its arguments. An appender reads fields from them. */
        private void write(String lineFormat, @Nullable Object[] safe, @Nullable Throwable thrown) {
            LoggingEventBuilder event = log.makeLoggingEventBuilder(level)
                    .setCause(thrown == null ? null : SafeThrowable.of(thrown))
                    .setMessage(lineFormat);
            for (Object argument : shortened(lineFormat, safe)) {
                event = event.addArgument(argument);
            }
            event.log();
        }

        /** Returns arguments that fit into a line. The format stays whole, so that no value can add a field. */
        private static @Nullable Object[] shortened(String format, @Nullable Object[] safe) {
            @Nullable Object[] fitting = safe;
            for (int longest = MAX_LENGTH; longest >= 1 && length(format, fitting) > MAX_LENGTH; longest /= 2) {
                fitting = Arrays.copyOf(safe, safe.length);
                for (int i = 0; i < fitting.length; i++) {
                    fitting[i] = fitting[i] instanceof String text ? SafeText.shorten(text, longest) : fitting[i];
                }
            }
            return fitting;
        }

        private static int length(String format, @Nullable Object[] arguments) {
            return String.valueOf(MessageFormatter.basicArrayFormat(format, arguments))
                    .length();
        }

        /**
         * Returns the arguments of the placeholders as numbers, booleans and escaped texts.
         *
         * <p>The values of {@code key=value} pairs are quoted, and the quotation marks of values in quotes are escaped.
         *
         * @param maxLength characters of a text that are kept
         */
        @Nullable
        Object[] safe(@Nullable Object[] arguments, int maxLength) {
            int count =
                    MessageFormatter.getThrowableCandidate(arguments) == null ? arguments.length : arguments.length - 1;
            @Nullable Object[] safe = Arrays.copyOf(arguments, count);
            int at = format.indexOf("{}");
            for (int i = 0; i < count; i++) {
                char before = at <= 0 ? ' ' : format.charAt(at - 1);
                safe[i] = safe(before, arguments[i], maxLength);
                at = at < 0 ? at : format.indexOf("{}", at + 2);
            }
            return safe;
        }

        private static Object safe(char before, @Nullable Object argument, int maxLength) {
            if (argument instanceof Number || argument instanceof Boolean) {
                return argument;
            }
            String whole = String.valueOf(argument);
            String text = whole.length() > maxLength ? whole.substring(0, maxLength) + '…' : whole;
            return switch (before) {
                case '=' -> SafeText.value(text);
                case '"' -> SafeText.escapeQuotes(SafeText.escape(text));
                default -> SafeText.escape(text);
            };
        }
    }

    /** Executor of the periodic summaries; started with the first line. */
    private static final class Timer {
        static final ScheduledThreadPoolExecutor EXECUTOR = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "sprocket-log");
            thread.setDaemon(true);
            return thread;
        });
    }
}
