package dev.sprocket.config.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.function.Supplier;

/** Format of the log of a server, which a reload may change. */
@ThreadSafe
public final class CurrentLogFormat implements Supplier<LogSettings.Format> {
    private volatile LogSettings.Format format = LogSettings.Format.TEXT;

    /** Creates it with the format of the environment variable, or text. */
    public CurrentLogFormat() {}

    @Override
    public LogSettings.Format get() {
        String wanted = System.getenv("SPROCKET_LOG_FORMAT");
        if (wanted == null) {
            return format;
        }
        return switch (wanted) {
            case "json" -> LogSettings.Format.JSON;
            case "text" -> LogSettings.Format.TEXT;
            default -> format;
        };
    }

    /** Sets the format of a configuration. */
    public void set(LogSettings.Format configured) {
        format = configured;
    }
}
