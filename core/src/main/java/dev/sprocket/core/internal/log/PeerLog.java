package dev.sprocket.core.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.text.SafeText;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.FormattingTuple;
import org.slf4j.helpers.MessageFormatter;

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
    private final LogThrottle repetitions;

    private PeerLog(Logger log, Object cause, long times, LogThrottle repetitions) {
        this.log = log;
        this.cause = cause;
        this.times = times;
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
        return new PeerLog(log, "", 1, repetitions);
    }

    /** Returns a logger that counts events with this cause separately. A cause is a status, a kind or a reason. */
    public PeerLog cause(Object distinct) {
        return new PeerLog(log, distinct, times, repetitions);
    }

    /** Returns a logger whose lines count as several events. */
    public PeerLog times(long count) {
        return new PeerLog(log, cause, count, repetitions);
    }

    /** Logs every event at DEBUG. */
    public void debug(String format, @Nullable Object... arguments) {
        if (log.isDebugEnabled()) {
            new Line(log, Level.DEBUG, format).write(format, arguments);
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
            return;
        }
        Line line = new Line(log, level, format);
        if (!repetitions.isRepeated(peer, cause, times, line, arguments)) {
            line.write(format, arguments);
        } else if (log.isDebugEnabled()) {
            new Line(log, Level.DEBUG, format).write(format, arguments);
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
        String text(@Nullable Object[] arguments) {
            return text(MessageFormatter.arrayFormat(format, quote(format, arguments)));
        }

        private static String text(FormattingTuple formatted) {
            return SafeText.excerpt(String.valueOf(formatted.getMessage()), MAX_LENGTH);
        }

        void write(String what, @Nullable Object[] arguments) {
            FormattingTuple formatted = MessageFormatter.arrayFormat(what, quote(what, arguments));
            Throwable thrown = formatted.getThrowable();
            log.makeLoggingEventBuilder(level)
                    .setCause(thrown == null ? null : SafeThrowable.of(thrown))
                    .log(text(formatted));
        }

        /** Quotes the values of {@code key=value} pairs, and escapes the quotation marks of values in quotes. */
        private static @Nullable Object[] quote(String format, @Nullable Object[] arguments) {
            @Nullable Object[] quoted = arguments.clone();
            int at = format.indexOf("{}");
            for (int i = 0; i < quoted.length && at >= 0; i++) {
                char before = at == 0 ? ' ' : format.charAt(at - 1);
                if (before == '=') {
                    quoted[i] = SafeText.value(quoted[i]);
                } else if (before == '"') {
                    quoted[i] = SafeText.escapeQuotes(String.valueOf(quoted[i]));
                }
                at = format.indexOf("{}", at + 2);
            }
            return quoted;
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
