package dev.sprocket.server.internal.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * Configures logback, found by its service loader.
 *
 * <p>Logs go to standard error; standard output is for the results of commands. {@code SPROCKET_LOG} is the level,
 * {@code SPROCKET_LOG_FORMAT} is {@code text} or {@code json} (one object per line). The system property
 * {@code logback.configurationFile} selects a file instead. An XML file would take longer to read than the rest of the
 * configuration of the server.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%rEx{8}";

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
        if (System.getProperty("logback.configurationFile") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        QueuedAppender appender = new QueuedAppender();
        appender.setContext(logs);
        appender.setName("STDERR");
        appender.setEncoder(encoder(logs));
        appender.start();
        LEVELS.forEach((name, level) -> logs.getLogger(name).setLevel(level));
        Logger root = logs.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(variable("SPROCKET_LOG"), Level.INFO));
        root.addAppender(appender);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext logs) {
        EncoderBase<ILoggingEvent> encoder;
        if ("json".equals(variable("SPROCKET_LOG_FORMAT"))) {
            encoder = json();
        } else {
            PatternLayoutEncoder text = new PatternLayoutEncoder();
            text.setPattern(PATTERN);
            encoder = text;
        }
        encoder.setContext(logs);
        encoder.start();
        return encoder;
    }

    private static JsonEncoder json() {
        JsonEncoder json = new JsonEncoder();
        json.setWithFormattedMessage(true);
        json.setWithMessage(false);
        json.setWithArguments(false);
        json.setWithContext(false);
        json.setWithSequenceNumber(false);
        json.setWithNanoseconds(false);
        return json;
    }

    private static String variable(String name) {
        String value = System.getProperty(name, System.getenv(name));
        return value == null ? "" : value;
    }
}
