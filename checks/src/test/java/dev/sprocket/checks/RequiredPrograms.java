package dev.sprocket.checks;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Checks for external programs that a test requires.
 *
 * <p>If a program is missing, the test is skipped with the name of the program, or fails with {@code -Dmissing=fail}.
 * With {@code -Dfast}, the test is skipped even if the program is there.
 */
public final class RequiredPrograms {
    private RequiredPrograms() {}

    /** Requires an executable, by name on the path or by absolute path. */
    public static void require(String name) {
        if (System.getProperty("fast") != null) {
            abort("not with -Dfast: " + name);
        }
        if (new File(name).isAbsolute() && new File(name).canExecute()) {
            return;
        }
        for (String folder : path().split(File.pathSeparator, -1)) {
            if (new File(folder, name).canExecute()) {
                return;
            }
        }
        skipOrFail(name);
    }

    /** Requires that a command exits with 0; {@code name} is reported as missing otherwise. */
    public static void requireWorking(String name, String... command) throws IOException, InterruptedException {
        require(command[0]);
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("PATH", path());
        Process process = builder.start();
        process.getInputStream().readAllBytes();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            skipOrFail(name);
        }
    }

    /** Returns the PATH with {@code /usr/bin} first, whose programs find libraries of system packages. */
    public static String path() {
        return "/usr/bin" + File.pathSeparator + System.getenv("PATH");
    }

    /** Skips the test, also with {@code -Dmissing=fail}, for what cannot be installed. */
    public static void skip(String name) {
        abort("missing: " + name);
    }

    /** Skips the test, or fails it with {@code -Dmissing=fail}. */
    public static void skipOrFail(String name) {
        if ("fail".equals(System.getProperty("missing"))) {
            fail("missing: " + name);
        }
        abort("missing: " + name);
    }
}
