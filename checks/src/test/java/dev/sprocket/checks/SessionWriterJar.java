package dev.sprocket.checks;

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

/** The plugin of {@code src/test/interop/plugin}, compiled into a jar. */
final class SessionWriterJar {
    private SessionWriterJar() {}

    /** Puts it into a folder of plugins. */
    static void writeTo(Path plugins) throws Exception {
        Path classes = Files.createTempDirectory(plugins.getParent(), "classes");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        said,
                        said,
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "src/test/interop/plugin/SessionWriter.java");
        assertThat(status).as(said.toString()).isZero();
        Files.createDirectories(plugins);
        try (OutputStream out = Files.newOutputStream(plugins.resolve("session-writer.jar"));
                JarOutputStream jar = new JarOutputStream(out)) {
            jar.putNextEntry(new ZipEntry("META-INF/services/dev.sprocket.plugin.Plugin"));
            jar.write("SessionWriter".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            try (Stream<Path> files = Files.list(classes)) {
                List<Path> all = files.toList();
                for (Path one : all) {
                    jar.putNextEntry(new ZipEntry(one.getFileName().toString()));
                    jar.write(Files.readAllBytes(one));
                }
            }
        }
    }
}
