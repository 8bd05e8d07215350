package dev.sprocket.config.internal.log;

import com.google.inject.Inject;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.plugin.LayerFactory;
import dev.sprocket.plugin.StackType;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Factory of the layer {@code access-log}. Not thread-safe; used during assembly only. */
public final class AccessLogLayer implements LayerFactory {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.LOGGER);
    private static final StackType SOCKET = StackType.messages(Connection.class);

    private static final Option<Optional<AccessFormat>> FORMAT = Option.optionalChoice(
            "format",
            AccessFormat.class,
            "Format of the lines: combined or common log format with duration and close code, or json; default:"
                    + " combined, or json if the format of the log is json");
    private static final Option<Optional<String>> FILE = Option.optionalString(
            "file",
            "File to which lines are appended; one that was renamed or removed is created again; default: standard"
                    + " output");
    private static final Option<Boolean> QUERY =
            Option.flag("query", false, "Log the query of a target, too, which may contain tokens");

    private final Supplier<LogSettings.Format> logFormat;

    /** Creates the factory with the format of the log, which is the default format. */
    @Inject
    AccessLogLayer(CurrentLogFormat logFormat) {
        this.logFormat = logFormat;
    }

    @Override
    public String name() {
        return "access-log";
    }

    @Override
    public String summary() {
        return "Logs one line per request when it ends, for log analyzers";
    }

    @Override
    public StackType requires() {
        return SOCKET;
    }

    @Override
    public List<Option<?>> options() {
        return List.of(FORMAT, FILE, QUERY);
    }

    @Override
    public Component<?> around(Component<?> inner, Settings settings) {
        AccessFormat format = settings.get(FORMAT)
                .orElse(logFormat.get() == LogSettings.Format.JSON ? AccessFormat.JSON : AccessFormat.COMBINED);
        Consumer<String> output = settings.get(FILE).map(AccessLogLayer::file).orElse(LOG::info);
        return new AccessLog(format, settings.get(QUERY), output, LayerFactory.messages(inner));
    }

    private static Consumer<String> file(String name) {
        Path path = Path.of(name).toAbsolutePath();
        Path folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IllegalArgumentException("file: no such directory: " + folder);
        }
        if (Files.isDirectory(path)) {
            throw new IllegalArgumentException("file: is a directory: " + path);
        }
        return AccessFile.of(path)::add;
    }
}
