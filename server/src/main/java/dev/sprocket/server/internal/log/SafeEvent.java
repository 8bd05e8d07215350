package dev.sprocket.server.internal.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import dev.sprocket.config.internal.log.AccessLog;
import dev.sprocket.core.internal.text.SafeText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * Log event with escaped and truncated texts, including those of its exceptions.
 *
 * <p>Lines of an access log are not truncated, so that they keep their form; the limit of request heads limits them.
 *
 * <p>As thread-safe as the wrapped event.
 */
@SuppressWarnings("NullAway") // the interfaces of logback have no nullness annotations
final class SafeEvent implements ILoggingEvent {
    /** Maximum length of a text in characters: 8,192. */
    private static final int LONGEST = 8192;

    private final ILoggingEvent event;

    SafeEvent(ILoggingEvent event) {
        this.event = event;
    }

    private static @Nullable String safe(@Nullable String text) {
        return text == null ? null : SafeText.excerpt(text, LONGEST);
    }

    @Override
    public String getFormattedMessage() {
        String text = event.getFormattedMessage();
        return AccessLog.LOGGER.equals(event.getLoggerName()) ? SafeText.escape(text) : safe(text);
    }

    @Override
    public String getMessage() {
        return safe(event.getMessage());
    }

    @Override
    public String getLoggerName() {
        return safe(event.getLoggerName());
    }

    @Override
    public String getThreadName() {
        return safe(event.getThreadName());
    }

    @Override
    public @Nullable IThrowableProxy getThrowableProxy() {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown == null ? null : new SafeThrowable(thrown);
    }

    @Override
    public Level getLevel() {
        return event.getLevel();
    }

    @Override
    public Object[] getArgumentArray() {
        return event.getArgumentArray();
    }

    @Override
    public LoggerContextVO getLoggerContextVO() {
        return event.getLoggerContextVO();
    }

    @Override
    public StackTraceElement[] getCallerData() {
        return event.getCallerData();
    }

    @Override
    public boolean hasCallerData() {
        return event.hasCallerData();
    }

    @Override
    public List<Marker> getMarkerList() {
        return event.getMarkerList();
    }

    @Override
    public Map<String, String> getMDCPropertyMap() {
        return event.getMDCPropertyMap();
    }

    @Override
    @Deprecated
    public Map<String, String> getMdc() {
        return event.getMDCPropertyMap();
    }

    @Override
    public long getTimeStamp() {
        return event.getTimeStamp();
    }

    @Override
    public int getNanoseconds() {
        return event.getNanoseconds();
    }

    @Override
    public Instant getInstant() {
        return event.getInstant();
    }

    @Override
    public long getSequenceNumber() {
        return event.getSequenceNumber();
    }

    @Override
    public List<KeyValuePair> getKeyValuePairs() {
        return event.getKeyValuePairs();
    }

    @Override
    public void prepareForDeferredProcessing() {
        event.prepareForDeferredProcessing();
    }

    /** Exception with escaped messages, which often quote peers. */
    private record SafeThrowable(IThrowableProxy thrown) implements IThrowableProxy {
        @Override
        public String getMessage() {
            return safe(thrown.getMessage());
        }

        @Override
        public String getOverridingMessage() {
            return safe(thrown.getOverridingMessage());
        }

        @Override
        public String getClassName() {
            return thrown.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return thrown.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return thrown.getCommonFrames();
        }

        @Override
        public @Nullable IThrowableProxy getCause() {
            IThrowableProxy cause = thrown.getCause();
            return cause == null ? null : new SafeThrowable(cause);
        }

        @Override
        public IThrowableProxy[] getSuppressed() {
            IThrowableProxy[] suppressed = thrown.getSuppressed();
            IThrowableProxy[] safe = new IThrowableProxy[suppressed.length];
            for (int i = 0; i < safe.length; i++) {
                safe[i] = new SafeThrowable(suppressed[i]);
            }
            return safe;
        }

        @Override
        public boolean isCyclic() {
            return thrown.isCyclic();
        }
    }
}
