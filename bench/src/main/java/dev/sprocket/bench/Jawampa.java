package dev.sprocket.bench;

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

/** A router of WAMP v2 for the JVM, with class path of its own, which Maven gets when it is first wanted. Not thread-safe. */
final class Jawampa {
    private Jawampa() {}

    /** Throws {@link IllegalStateException} if it cannot be had. */
    static List<String> command(List<String> jvmOptions) {
        try {
            Path folder = Home.folder("jawampa");
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
                throw new IllegalStateException("Maven has not got it, see " + folder.resolve("mvn.log"));
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
        Path mvn = Bun.onPath("mvn").orElseThrow(() -> new IllegalStateException("no mvn (expected: Maven)"));
        System.err.println("taking jawampa from Maven ...");
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
