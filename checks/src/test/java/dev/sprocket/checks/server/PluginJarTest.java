package dev.sprocket.checks.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.plugin.config.ConfigurationException;
import dev.sprocket.pubsub.Subscriber;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Third-party plugins that are loaded from jars. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PluginJarTest {
    private static final String SERVICE = "META-INF/services/dev.sprocket.plugin.Plugin";

    @TempDir
    Path home;

    private Path plugins;

    @BeforeEach
    void folder() throws IOException {
        plugins = Files.createDirectory(home.resolve("plugins"));
    }

    private void installShout(String as) throws IOException {
        Files.copy(Path.of("..", "examples", "plugin", "target", "sprocket-shout.jar"), plugins.resolve(as));
    }

    private Path config(String text) throws IOException {
        return Files.writeString(home.resolve("site.conf"), text);
    }

    private static String echo(String more) {
        return "listeners.a { address = \"127.0.0.1:0\", layers = [lines], component = echo }\n" + more;
    }

    private String problem(String config) throws IOException {
        Path file = config(config);
        return catchThrowableOfType(ConfigurationException.class, () -> ConfiguredServer.of(file))
                .getMessage();
    }

    private void jar(String name, Map<String, String> files) throws IOException {
        try (OutputStream out = Files.newOutputStream(plugins.resolve(name));
                ZipOutputStream jar = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                jar.putNextEntry(new ZipEntry(file.getKey()));
                jar.write(file.getValue().getBytes(UTF_8));
            }
        }
    }

    @Test
    void plugin_provides_layer_component_and_bridge() throws Exception {
        installShout("shout.jar");
        Path file = config(
                """
                listeners.a {
                  address = "127.0.0.1:0"
                  layers = [lines, { shout { mark = "?" } }]
                  component = counter
                }
                bridges.clock { every = 20ms }
                """);
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            server.topics()
                    .topic("time")
                    .subscribe(Subscriber.of("test", Runnable::run, (topic, event) -> received.add(event.json())));
            server.start();
            int port = ((InetSocketAddress) server.address("a")).getPort();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream().write("hello\nworld\n".getBytes(UTF_8));
                var lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));

                assertThat(lines.readLine()).isEqualTo("1 HELLO?");
                assertThat(lines.readLine()).isEqualTo("2 WORLD?");
            }
            assertThat(received.poll(20, TimeUnit.SECONDS)).startsWith("\"20");
            assertThat(server.plugins().entrySet())
                    .filteredOn(found -> found.getValue().endsWith("shout.jar"))
                    .extracting(found ->
                            found.getKey().name() + " " + found.getKey().version())
                    .containsExactly("shout 1.0.0");
        }
    }

    @Test
    void plugin_is_disabled_by_name() throws Exception {
        installShout("shout.jar");

        assertThat(problem("plugins.disabled = [shout]\nlisteners.a { component = counter }"))
                .contains("site.conf:2: unknown component: counter");
        assertThat(problem(echo("plugins.disabled = [shuot]")))
                .isEqualTo("unknown plugin: shuot (did you mean shout?)");
    }

    @Test
    void duplicate_plugin_error_names_both_jars() throws Exception {
        installShout("one.jar");
        installShout("two.jar");

        assertThat(problem(echo("")))
                .matches("two plugins have the name shout: in .*plugins/one\\.jar and in .*plugins/two\\.jar");
    }

    @Test
    void jar_without_plugin_is_one_line_error() throws Exception {
        jar("other.jar", Map.of("readme.txt", "hello"));

        assertThat(problem(echo(""))).matches("plugin .*other\\.jar: not a plugin \\(expected: .*" + SERVICE + "\\)");
    }

    @Test
    void missing_plugin_class_is_one_line_error() throws Exception {
        jar("broken.jar", Map.of(SERVICE, "com.example.Missing\n"));

        assertThat(problem(echo("")))
                .contains("broken.jar: ")
                .contains("com.example.Missing")
                .doesNotContain("\n");
    }

    @Test
    void damaged_jar_is_one_line_error() throws Exception {
        Files.writeString(plugins.resolve("damaged.jar"), "no zip");

        assertThat(problem(echo(""))).contains("damaged.jar: ").doesNotContain("\n");
    }
}
