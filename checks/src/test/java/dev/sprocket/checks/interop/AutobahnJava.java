package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * Command line of the Autobahn Java client.
 *
 * <p>The client runs in a separate process, because it requires other versions of Netty and Jackson. Maven fetches its
 * dependencies once.
 */
final class AutobahnJava {
    private static final Path SOURCES = Path.of("src", "test", "interop", "wamp");
    private static final Path FOLDER = Path.of("target", "interop", "autobahn-java");

    private AutobahnJava() {}

    /** Compiles {@code Wamp.java} and returns the command that runs it. */
    static List<String> command(String... arguments) throws Exception {
        Path jars = FOLDER.resolve("lib").toAbsolutePath();
        if (!Files.exists(jars.resolve("autobahn-java-20.6.1.jar"))) {
            RequiredPrograms.requireWorking(
                    "autobahn-java, from Maven Central",
                    "mvn",
                    "--quiet",
                    "--batch-mode",
                    "--file",
                    SOURCES.resolve("autobahn-java.xml").toString(),
                    "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies",
                    "-DoutputDirectory=" + jars);
        }
        Path bin = Path.of(System.getProperty("java.home"), "bin");
        Path classes = Files.createDirectories(FOLDER.resolve("classes"));
        String path = classes + File.pathSeparator + joined(jars);
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        "-cp",
                        path,
                        SOURCES.resolve("Wamp.java").toString());
        assertThat(compiled).as("javac").isZero();
        List<String> command = new ArrayList<>(List.of(bin.resolve("java").toString(), "-cp", path, "Wamp"));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private static String joined(Path folder) throws IOException {
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
        }
    }
}
