package dev.sprocket.leaktest;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Log lines at INFO and above, recorded until closed. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    private LogLines() {}

    /**
     * Starts to record.
     *
     * @param flush writes the lines that are pending from earlier tests: {@code PeerLog::flush}
     */
    public static LogLines record(Runnable flush) {
        flush.run();
        LogLines lines = new LogLines();
        lines.setContext(lines.root.getLoggerContext());
        lines.start();
        lines.root.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.getFormattedMessage();
        events.add(event);
    }

    /** Returns the lines that contain a text. */
    public List<String> containing(String text) {
        return lines().stream().filter(line -> line.contains(text)).toList();
    }

    /** Returns all lines; a line with a stack trace ends in {@code (+ trace)}. */
    public List<String> lines() {
        return events.stream()
                .map(event -> event.getFormattedMessage() + (event.getThrowableProxy() == null ? "" : " (+ trace)"))
                .toList();
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
    }
}
