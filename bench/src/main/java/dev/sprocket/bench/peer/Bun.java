package dev.sprocket.bench.peer;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Finds Bun, which contains uWebSockets, or installs it from npm. Not thread-safe. */
public final class Bun {
    private Bun() {}

    /**
     * Returns the command that starts the server.
     *
     * @throws IllegalStateException if Bun is missing and cannot be installed
     */
    static List<String> command() {
        try {
            Path folder = WorkFolder.folder("bun");
            Path bun = onPath("bun")
                    .or(() -> installed(folder))
                    .or(() -> install(folder))
                    .orElseThrow(() -> new IllegalStateException(
                            "bun not found, and not installable with npm (expected: bun or npm)"));
            Path script = folder.resolve("uws.js");
            try (InputStream in = Objects.requireNonNull(Bun.class.getResourceAsStream("uws.js"))) {
                Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
            }
            return List.of(bun.toString(), script.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Optional<Path> onPath(String program) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            Path candidate = Path.of(folder, program);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> installed(Path folder) {
        return Optional.of(folder.resolve("node_modules/.bin/bun")).filter(Files::isExecutable);
    }

    private static Optional<Path> install(Path folder) {
        Optional<Path> npm = onPath("npm");
        if (npm.isEmpty()) {
            return Optional.empty();
        }
        System.err.println("installing bun from npm ...");
        try {
            Process process = new ProcessBuilder(
                            npm.get().toString(), "install", "--silent", "--prefix", folder.toString(), "bun")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("npm.log").toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroy();
            }
            return installed(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
