package dev.sprocket.config.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.sprocket.plugin.config.ConfigErrors;
import dev.sprocket.plugin.config.Option;
import dev.sprocket.plugin.config.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Format and levels of the log of the server. */
@ThreadSafe
public final class LogSettings {
    /** Format of log lines. */
    public enum Format {
        TEXT,
        JSON
    }

    /** Level of log lines. */
    public enum Level {
        OFF,
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** Areas of the log: the modules with log lines, and the access log. */
    public static final List<String> AREAS = List.of(
            "app",
            "bridge-http",
            "bridge-tcp",
            "bridge-zmq",
            "comet",
            "config",
            "core",
            "http",
            "legacy",
            "plugin",
            "pubsub",
            "server",
            "session",
            "session-jdbc",
            "session-jwt",
            "session-memcached",
            "session-redis",
            "session-spring",
            "sse",
            "wamp",
            "websocket");

    private static final String OWN = "dev.sprocket";

    private static final Option<Format> FORMAT = Option.choice(
            "format",
            Format.TEXT,
            "Format of log lines: text, or json with one object per line; the environment variable SPROCKET_LOG_FORMAT"
                    + " wins");
    private static final Option<Level> LEVEL = Option.choice(
            "level",
            Level.INFO,
            "Least severe level that is logged; the environment variable SPROCKET_LOG wins over this key and levels;"
                    + " SIGHUP applies a change");
    private static final Option<Optional<ConfigObject>> LEVELS = Option.rawObject(
            "levels",
            "levels by area",
            List.of(),
            "Levels of single areas, which are module names such as websocket or session-redis, or of loggers of"
                    + " libraries in quotes, such as \"io.lettuce\"; SIGHUP applies a change");

    /** Key {@code log} of a configuration. */
    public static final Option<Optional<Settings>> LOG =
            Option.object("log", List.of(FORMAT, LEVEL, LEVELS), "Log of the stand-alone server, on standard error");

    /** Settings of a configuration without the key. */
    public static final LogSettings DEFAULT = new LogSettings(Format.TEXT, Map.of(OWN, Level.INFO));

    private final Format format;
    private final Map<String, Level> levels;

    private LogSettings(Format format, Map<String, Level> levels) {
        this.format = format;
        this.levels = Collections.unmodifiableMap(levels);
    }

    /** Reads the settings of a configuration; errors are added to {@code problems}. */
    public static LogSettings read(Settings server, ConfigErrors problems) {
        Optional<Settings> log = server.get(LOG);
        if (log.isEmpty()) {
            return DEFAULT;
        }
        Map<String, Level> levels = new TreeMap<>();
        levels.put(OWN, log.get().get(LEVEL));
        log.get().get(LEVELS).ifPresent(areas -> areas.forEach((area, level) -> add(area, level, levels, problems)));
        return new LogSettings(log.get().get(FORMAT), levels);
    }

    private static void add(String area, ConfigValue value, Map<String, Level> levels, ConfigErrors problems) {
        String logger = logger(area);
        if (value instanceof ConfigObject parts && !AREAS.contains(area)) {
            // an unquoted name with dots is a path
            String path = path(area, parts);
            problems.add(value.origin(), "levels." + path + ": quote the name of a logger (write \"" + path + "\")");
        } else if (logger.isEmpty()) {
            problems.add(value.origin(), "levels: unknown area " + area + " " + ConfigErrors.suggestion(area, AREAS));
        } else {
            Optional<Level> level = level(value);
            if (level.isEmpty()) {
                problems.add(
                        value.origin(),
                        "levels." + area + ": " + value.unwrapped() + " (expected: error, warn, info, debug, trace or"
                                + " off)");
            } else {
                levels.put(logger, level.get());
            }
        }
    }

    /** Returns the logger of an area; empty if there is no such area. */
    private static String logger(String area) {
        if (area.equals("access-log")) {
            return AccessLog.LOGGER;
        }
        return AREAS.contains(area)
                ? OWN + "." + area.replace('-', '.')
                : area.matches("[A-Za-z_][\\w$]*(\\.[A-Za-z_][\\w$]*)+") ? area : "";
    }

    private static String path(String name, ConfigObject parts) {
        List<String> all = new ArrayList<>(List.of(name));
        ConfigValue at = parts;
        while (at instanceof ConfigObject object && object.size() == 1) {
            String next = object.keySet().iterator().next();
            all.add(next);
            at = object.get(next);
        }
        return String.join(".", all);
    }

    private static Optional<Level> level(ConfigValue value) {
        // HOCON reads off as a boolean
        String name = value.valueType() == ConfigValueType.BOOLEAN && Boolean.FALSE.equals(value.unwrapped())
                ? "off"
                : String.valueOf(value.unwrapped());
        for (Level level : Level.values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /** Returns the format of log lines. */
    public Format format() {
        return format;
    }

    /** Returns the levels by the names of loggers; {@code dev.sprocket} is the level of all others. */
    public Map<String, Level> levels() {
        return levels;
    }
}
