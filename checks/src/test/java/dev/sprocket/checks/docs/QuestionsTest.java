package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.bridge.zmq.ZmqKeys;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.config.internal.schema.MarkdownReference;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.examples.Chat;
import dev.sprocket.plugin.internal.registry.FactoryRegistry;
import dev.sprocket.plugin.internal.registry.Plugins;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.WsPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of the index of the documentation. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class QuestionsTest {
    private static final Path PAGE = Path.of("../docs/README.md");
    private static final Pattern KEY = Pattern.compile("(?<![\\w.-])([a-z][a-z0-9-]*) (?:= |\\{)");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");

    static final class UpperCase extends ForwardingComponent<Connection, Message> {
        UpperCase(MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
        }

        @Override
        public void onMessage(Connection from, Message message) throws Exception {
            super.onMessage(from, Message.text(message.text().toUpperCase(Locale.ROOT)));
        }
    }

    /** Returns a binary message to its sender. */
    private static void answer(Connection from, Message message) {
        if (message.isBinary()) {
            from.send(Message.binary(message.bytes()));
        }
    }

    private static List<String> samples(Path page, String language) throws IOException {
        return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page))
                .results()
                .map(sample -> sample.group(1))
                .toList();
    }

    @Test
    void test_of_chat_passes() {
        Chat chat = new Chat();
        WsPeer ann = WsPeer.to(chat);
        WsPeer bob = WsPeer.to(chat);
        ann.send("hello");
        bob.receives("hello").receivesNothingElse();
    }

    @Test
    void decorator_converts_to_upper_case() {
        Chat chat = new Chat();
        WsPeer ann = WsPeer.to(new UpperCase(chat));
        WsPeer bob = WsPeer.to(chat);
        ann.send("hello");
        bob.receives("HELLO");
    }

    @Test
    void binary_message_is_returned() {
        WsPeer.to(QuestionsTest::answer)
                .send("text")
                .send(new byte[] {1, 2})
                .receives(new byte[] {1, 2})
                .receivesNothingElse();
    }

    @Test
    void page_shows_this_java_code() throws IOException {
        String source = Files.readString(Path.of("src/test/java/dev/sprocket/checks/docs/QuestionsTest.java"));
        String code = source.replaceAll("(?m)^ {8}", "") + source.replaceAll("(?m)^ {4}", "");
        assertThat(samples(PAGE, "java")).hasSize(3).allSatisfy(sample -> assertThat(code)
                .contains(sample));
    }

    private static Path site(Path folder, String snippet) throws Exception {
        ZmqKeys keys = ZmqKeys.generate();
        String configuration = (samples(Path.of("../docs/guide/push.md"), "hocon")
                                .get(0)
                        + snippet)
                .replaceAll(":(8080|8081|8443)\"", ":0\"")
                .replace("port = 5555", "port = 0")
                .replace("${ZMQ_PUBLIC_KEY}", '"' + keys.publicKey() + '"')
                .replace("${ZMQ_SECRET_KEY}", '"' + keys.secretKey() + '"')
                .replace("${BACKEND_PUBLIC_KEY}", '"' + ZmqKeys.generate().publicKey() + '"')
                .replace("jdbc:mariadb://localhost/site", "jdbc:sqlite:" + folder.resolve("site.db"))
                .replace("driver = /usr/share/java/mariadb-java-client.jar, ", "")
                .replace("${PUSH_TOKEN}", "a-token-hard-to-guess")
                .replaceAll("\\$\\{([A-Z_]+)}", "value-of-$1");
        if (configuration.contains("/etc/ssl/site")) {
            Process openssl = new ProcessBuilder(
                            "openssl",
                            "req",
                            "-x509",
                            "-newkey",
                            "rsa:2048",
                            "-nodes",
                            "-subj",
                            "/CN=localhost",
                            "-keyout",
                            "privkey.pem",
                            "-out",
                            "fullchain.pem")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .start();
            openssl.getInputStream().readAllBytes();
            assertThat(openssl.waitFor()).isZero();
            configuration = configuration.replace("/etc/ssl/site", folder.toString());
        }
        return Files.writeString(folder.resolve("site.conf"), configuration);
    }

    @Test
    void configuration_samples_are_valid(@TempDir Path folder) throws Exception {
        RequiredPrograms.require("openssl");
        List<String> samples = samples(PAGE, "hocon");
        assertThat(samples).hasSizeGreaterThan(9);
        for (String sample : samples) {
            ConfiguredServer.of(site(folder, sample)).close(Duration.ZERO);
        }
    }

    @Test
    void inline_configuration_uses_existing_keys() throws IOException {
        FactoryRegistry factories = Plugins.discover()
                .injector(binder -> {
                    binder.bind(EventLoops.class).toInstance(EventLoops.single());
                    binder.bind(Topics.class).toInstance(new Topics());
                })
                .getInstance(FactoryRegistry.class);
        String reference = MarkdownReference.of(factories);
        Matcher code = CODE.matcher(Files.readString(PAGE));
        int keys = 0;
        while (code.find()) {
            Matcher key = KEY.matcher(code.group(1));
            while (key.find()) {
                keys++;
                assertThat(reference).as(code.group()).containsPattern("[`.]" + key.group(1) + "(\\[])?`");
            }
        }
        assertThat(keys).isGreaterThan(5);
    }

    private static void push(Path folder, String program, String... command) throws Exception {
        RequiredPrograms.require(program);
        try (ConfiguredServer server = ConfiguredServer.of(site(folder, ""))) {
            server.start();
            assertThat(run(server, samples(PAGE, program.replaceAll("\\d", "")).get(0), command))
                    .startsWith("{\"topic\":\"news\"");
        }
    }

    /** Runs a sample against a server and returns its output. */
    private static String run(ConfiguredServer server, String sample, String... command) throws Exception {
        int port = ((InetSocketAddress) server.address("web")).getPort();
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command))).redirectErrorStream(true);
        builder.command().add(sample.replace(":8080", ":" + port));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void php_sample_of_push_guide_publishes_once(@TempDir Path folder) throws Exception {
        RequiredPrograms.require("php");
        String sample = samples(Path.of("../docs/guide/push.md"), "php").get(0);
        try (ConfiguredServer server = ConfiguredServer.of(site(folder, ""))) {
            server.start();
            assertThat(run(server, sample, "php", "-r"))
                    .startsWith("{\"topic\":\"news\"")
                    .doesNotContain("duplicate");
            assertThat(run(server, sample, "php", "-r")).contains("\"duplicate\":true");
        }
    }

    @Test
    void php_sample_pushes(@TempDir Path folder) throws Exception {
        push(folder, "php", "php", "-r");
    }

    @Test
    void python_sample_pushes(@TempDir Path folder) throws Exception {
        push(folder, "python3", "python3", "-c");
    }
}
