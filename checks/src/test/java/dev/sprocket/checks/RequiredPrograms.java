package dev.sprocket.checks;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Programs that a test wants and that are not everywhere: without one the test is skipped by that program's name, or fails
 * under {@code -Dmissing=fail}.
 */
final class RequiredPrograms {
    private RequiredPrograms() {}

    /** A program on the path, or by its own. */
    static void require(String name) {
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

    /** Something that a command finds out by its exit code. */
    static void requireWorking(String name, String... command) throws IOException, InterruptedException {
        require(command[0]);
        List<String> found = new ArrayList<>(List.of("env"));
        found.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(found).redirectErrorStream(true);
        builder.environment().put("PATH", path());
        Process process = builder.start();
        process.getInputStream().readAllBytes();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            skipOrFail(name);
        }
    }

    /** The system's own programs first: those have the libraries that the system's packages bring. */
    static String path() {
        return "/usr/bin" + File.pathSeparator + System.getenv("PATH");
    }

    /** Skips the test, or fails it under {@code -Dmissing=fail}. */
    static void skipOrFail(String name) {
        if ("fail".equals(System.getProperty("missing"))) {
            fail("missing: " + name);
        }
        abort("missing: " + name);
    }
}
