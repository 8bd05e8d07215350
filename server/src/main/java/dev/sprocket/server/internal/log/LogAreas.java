package dev.sprocket.server.internal.log;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.config.ConfiguredServer;

/** Areas of the log: the modules of Sprocket. */
@ThreadSafe
final class LogAreas {
    private static final String PREFIX = "dev.sprocket.";

    private LogAreas() {}

    /** Reports whether lines of a logger have fields. */
    static boolean isOwn(String logger) {
        // the layer "logger" has a logger with a name of the configuration
        return logger.startsWith(PREFIX) || logger.indexOf('.') < 0;
    }

    /** Returns the area of a logger: the module with the longest name. */
    static String of(String logger) {
        String found = "";
        for (String area : ConfiguredServer.logAreas()) {
            String prefix = PREFIX + area.replace('-', '.') + ".";
            if (logger.startsWith(prefix) && area.length() > found.length()) {
                found = area;
            }
        }
        return found.isEmpty() ? logger.substring(logger.lastIndexOf('.') + 1) : found;
    }
}
