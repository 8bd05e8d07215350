package dev.sprocket.server.internal.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.FileDescriptor;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Configures logback, found by its service loader.
 *
 * <p>Logs go to standard error, and the access log to standard output. The key {@code log} of a configuration sets the
 * format and the levels. {@code SPROCKET_LOG} is a level that wins over those of the configuration; {@code
 * SPROCKET_LOG_FORMAT} is {@code text} or {@code json} (one object per line) and wins, too. The system property {@code
 * logback.configurationFile} selects a file of logback instead, and the configuration has no effect. An XML file would
 * take longer to read than the rest of the configuration of the server.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    private static final String FILE = "logback.configurationFile";
    private static final String LEVEL = "SPROCKET_LOG";
    private static final String JSON = "json";
    private static final String OWN = "dev.sprocket";
    private static final String ACCESS = "access";
    private static final String OUTPUT = "STDERR";

    private static final Map<String, Level> LEVELS = Map.of(
            "io.netty", Level.WARN,
            "com.zaxxer.hikari", Level.WARN,
            // transport selection, and endless reconnects to an unavailable store, are not worth a line each
            "io.lettuce.core.resource.Transports", Level.ERROR,
            "com.spotify.folsom.reconnect", Level.ERROR);

    /** Creates the configurator; called by logback. */
    public LogConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext logs) {
        if (System.getProperty(FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        boolean json = JSON.equals(variable("SPROCKET_LOG_FORMAT"));
        QueuedAppender appender = new QueuedAppender(FileDescriptor.err);
        appender.setContext(logs);
        appender.setName(OUTPUT);
        appender.setEncoder(encoder(logs, json ? new EventEncoder() : TextEncoder.create(), 2));
        appender.start();
        QueuedAppender access = new QueuedAppender(FileDescriptor.out);
        access.setContext(logs);
        access.setName("ACCESS");
        access.setEncoder(encoder(logs, TextEncoder.ofMessages(), 1));
        access.start();
        LEVELS.forEach((name, level) -> logs.getLogger(name).setLevel(level));
        Logger root = logs.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(variable(LEVEL), Level.INFO));
        root.addAppender(appender);
        Logger requests = logs.getLogger(ACCESS);
        requests.setLevel(Level.INFO);
        requests.setAdditive(false);
        requests.addAppender(access);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(
            LoggerContext logs, EncoderBase<ILoggingEvent> lines, int descriptor) {
        lines.setContext(logs);
        lines.start();
        if (!Journal.reads(System.getenv("JOURNAL_STREAM"), Path.of("/proc/self/fd/" + descriptor))) {
            return lines;
        }
        PriorityEncoder prefixed = new PriorityEncoder(lines);
        prefixed.setContext(logs);
        prefixed.start();
        return prefixed;
    }

    /** Keeps log lines until {@link #apply}, which sets their format. */
    public static void hold() {
        if (System.getProperty(FILE) == null
                && LoggerFactory.getILoggerFactory() instanceof LoggerContext logs
                && logs.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(OUTPUT) instanceof QueuedAppender appender) {
            appender.hold();
        }
    }

    /**
     * Applies the format and the levels of a configuration.
     *
     * <p>No effect if a file of logback is used.
     *
     * @param format {@code text} or {@code json}
     * @param levels levels by the names of loggers; {@code dev.sprocket} is the default
     */
    public static void apply(String format, Map<String, String> levels) {
        if (System.getProperty(FILE) == null && LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
            if (variable(LEVEL).isEmpty()) {
                applyLevels(logs, levels);
            }
            if (logs.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(OUTPUT) instanceof QueuedAppender appender) {
                appender.setEncoder(encoder(logs, format.equals(JSON) ? new EventEncoder() : TextEncoder.create(), 2));
                appender.release();
            }
        }
    }

    private static void applyLevels(LoggerContext logs, Map<String, String> levels) {
        for (Logger logger : logs.getLoggerList()) {
            boolean root = logger.getName().equals(Logger.ROOT_LOGGER_NAME);
            if (!root && !levels.containsKey(logger.getName())) {
                logger.setLevel(logger.getName().equals(ACCESS) ? Level.INFO : LEVELS.get(logger.getName()));
            }
        }
        levels.forEach((name, level) -> {
            String logger = name.equals(OWN) ? Logger.ROOT_LOGGER_NAME : name;
            logs.getLogger(logger).setLevel(Level.toLevel(level));
        });
    }

    private static String variable(String name) {
        String value = System.getProperty(name, System.getenv(name));
        return value == null ? "" : value;
    }
}
