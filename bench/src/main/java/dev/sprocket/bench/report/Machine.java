package dev.sprocket.bench.report;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.util.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Objects;

/** Describes the machine and the date of a measurement. */
@ThreadSafe
public final class Machine {
    private Machine() {}

    public static String describe() {
        return LocalDate.now() + ", " + Runtime.getRuntime().availableProcessors() + " cores of " + processor()
                + "\nLinux " + System.getProperty("os.version") + ", Java " + System.getProperty("java.version")
                + ", Netty "
                + Objects.requireNonNull(Version.identify().get("netty-buffer")).artifactVersion();
    }

    private static String processor() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo"))
                    .lines()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException e) {
            return "unknown processor";
        }
    }
}
