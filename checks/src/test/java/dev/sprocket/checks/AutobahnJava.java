package dev.sprocket.checks;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Autobahn for Java, in a process of its own: its Netty and its Jackson are not ours. What it stands on is brought by Maven, once.
 */
final class AutobahnJava {
    private static final Path SOURCES = Path.of("src", "test", "interop", "wamp");
    private static final Path FOLDER = Path.of("target", "interop", "autobahn-java");

    private AutobahnJava() {}

    /** The command that runs {@code Wamp.java}. */
    static List<String> command(String... arguments) throws Exception {
        Path jars = FOLDER.resolve("lib").toAbsolutePath();
        if (!Files.exists(jars.resolve("autobahn-java-20.6.1.jar"))) {
            Needed.working(
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
        String path = classes + File.pathSeparator + jars + File.separator + "*";
        Needed.working(
                "javac",
                bin.resolve("javac").toString(),
                "-d",
                classes.toString(),
                "-cp",
                path,
                SOURCES.resolve("Wamp.java").toString());
        List<String> command =
                new java.util.ArrayList<>(List.of(bin.resolve("java").toString(), "-cp", path, "Wamp"));
        command.addAll(Arrays.asList(arguments));
        return command;
    }
}
