package dev.sprocket.checks.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.ToolProvider;

/** Compiles the plugin in {@code src/test/interop/plugin} into a jar. */
final class SessionWriterJar {
    private SessionWriterJar() {}

    /** Writes the jar to a plugin directory. */
    static void writeTo(Path plugins) throws Exception {
        Path classes = Files.createTempDirectory(plugins.getParent(), "classes");
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        output,
                        output,
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "src/test/interop/plugin/SessionWriter.java");
        assertThat(status).as(output.toString()).isZero();
        Files.createDirectories(plugins);
        try (OutputStream out = Files.newOutputStream(plugins.resolve("session-writer.jar"));
                JarOutputStream jar = new JarOutputStream(out)) {
            jar.putNextEntry(new ZipEntry("META-INF/services/dev.sprocket.plugin.Plugin"));
            jar.write("SessionWriter".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            try (Stream<Path> files = Files.list(classes)) {
                List<Path> all = files.toList();
                for (Path file : all) {
                    jar.putNextEntry(new ZipEntry(file.getFileName().toString()));
                    jar.write(Files.readAllBytes(file));
                }
            }
        }
    }
}
