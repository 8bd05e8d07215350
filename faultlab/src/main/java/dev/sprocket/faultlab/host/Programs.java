package dev.sprocket.faultlab.host;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Programs of the system. */
public final class Programs {
    private static final int TIMEOUT_SECONDS = 20;

    private Programs() {}

    /** Returns the path of a program; null if it is missing. */
    public static @Nullable Path find(String name) {
        for (String folder : ("/usr/sbin:/usr/bin:/sbin:/bin:" + System.getenv("PATH")).split(":", -1)) {
            File file = new File(folder, name);
            if (file.canExecute()) {
                return file.toPath();
            }
        }
        return null;
    }

    /** Returns true if all programs are there. */
    public static boolean has(String... names) {
        for (String name : names) {
            if (find(name) == null) {
                return false;
            }
        }
        return true;
    }

    /** Runs a command to its end, and returns its output; throws if it fails. */
    public static String run(String... command) {
        return run(List.of(command));
    }

    /** Runs a command as {@link #run(String...)}. */
    public static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " does not end");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(command + ": status " + process.exitValue() + ", " + output.strip());
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Returns true if a command ends with status 0. */
    public static boolean works(String... command) {
        try {
            run(command);
            return true;
        } catch (IllegalStateException | UncheckedIOException e) {
            return false;
        }
    }
}
