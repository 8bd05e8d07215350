package dev.sprocket.bench.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** WAMP v2 router with its own class path, resolved by Maven on first use. Not thread-safe. */
final class Jawampa {
    private Jawampa() {}

    /**
     * Returns the command that starts the router.
     *
     * @throws IllegalStateException if it cannot be resolved
     */
    static List<String> command(List<String> jvmOptions) {
        try {
            Path folder = WorkFolder.folder("jawampa");
            for (String file : List.of("pom.xml", "Router.java")) {
                try (InputStream in = Objects.requireNonNull(Jawampa.class.getResourceAsStream("jawampa/" + file))) {
                    Files.copy(in, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Path jars = folder.resolve("target/dependency");
            if (!hasJars(jars)) {
                resolve(folder);
            }
            if (!hasJars(jars)) {
                throw new IllegalStateException("cannot resolve jawampa with Maven, see " + folder.resolve("mvn.log"));
            }
            List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
            command.addAll(jvmOptions);
            command.addAll(
                    List.of("-cp", jars + "/*", folder.resolve("Router.java").toString()));
            return command;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasJars(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith("jawampa-netty"));
        }
    }

    private static void resolve(Path folder) throws IOException {
        Path mvn = Bun.onPath("mvn").orElseThrow(() -> new IllegalStateException("mvn not found (expected: Maven)"));
        System.err.println("resolving jawampa with Maven ...");
        try {
            Process process = new ProcessBuilder(
                            mvn.toString(),
                            "-B",
                            "-q",
                            "-f",
                            folder.resolve("pom.xml").toString(),
                            "dependency:copy-dependencies")
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("mvn.log").toFile())
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
