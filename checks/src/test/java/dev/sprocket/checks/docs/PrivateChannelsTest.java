package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.Topics;
import java.io.BufferedReader;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Samples of the guide about private channels, with curl and PHP. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("slow")
class PrivateChannelsTest {
    private static final Path GUIDE = Path.of("../docs/guide/private-channels.md");
    private static final String TOKEN = "a-token-hard-to-guess";

    @TempDir
    Path folder;

    private final List<Process> running = new ArrayList<>();
    private ConfiguredServer server;
    private int port;

    private static List<String> samples(String language) throws Exception {
        return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(GUIDE))
                .results()
                .map(sample -> sample.group(1))
                .toList();
    }

    @BeforeEach
    void start() throws Exception {
        RequiredPrograms.require("php");
        RequiredPrograms.require("curl");
        Files.writeString(folder.resolve("sess_annsannsannsannsannsanns00"), "username|s:15:\"ann@example.com\";");
        Files.writeString(folder.resolve("sess_bobsbobsbobsbobsbobsbobs00"), "username|s:3:\"bob\";");
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                samples("hocon")
                        .get(0)
                        .replace("/var/lib/php/sessions", folder.toString())
                        .replace(":8080", ":0")
                        .replace("${PUSH_TOKEN}", TOKEN));
        server = ConfiguredServer.of(file);
        assertThat(server.warnings()).isEmpty();
        server.start();
        port = ((InetSocketAddress) server.address("web")).getPort();
    }

    @AfterEach
    void stop() {
        running.forEach(Process::destroy);
        if (server != null) {
            server.close(Duration.ZERO);
        }
    }

    /** Opens a stream as a page does, and returns the response. */
    private BufferedReader stream(String topic, String session) throws Exception {
        String path = "/events/" + URLEncoder.encode(topic, StandardCharsets.UTF_8);
        List<String> command = new ArrayList<>(List.of("env", "curl", "-sNi", "-H", "Origin: https://example.com"));
        if (!session.isEmpty()) {
            command.addAll(List.of("-b", "PHPSESSID=" + session));
        }
        command.add("http://127.0.0.1:" + port + path);
        Process process = new ProcessBuilder(command).start();
        running.add(process);
        return process.inputReader();
    }

    private String status(String topic, String session) throws Exception {
        return stream(topic, session).readLine().split(" ")[1];
    }

    private String php(String code, String token) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("env", "php", "-r", code.replace(":8080", ":" + port));
        builder.environment().put("PUSH_TOKEN", token);
        Process process = builder.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return printed;
    }

    @Test
    void event_reaches_its_user_only() throws Exception {
        String anns = "user.ann@example%2Ecom";
        BufferedReader stream = stream(anns, "annsannsannsannsannsanns00");
        assertThat(stream.readLine()).contains(" 200 ");
        assertThat(status(anns, "bobsbobsbobsbobsbobsbobs00")).isEqualTo("403");
        assertThat(status(anns, "")).isEqualTo("403");
        assertThat(status("user.{user}", "bobsbobsbobsbobsbobsbobs00")).isEqualTo("403");
        assertThat(status("user.bob", "bobsbobsbobsbobsbobsbobs00")).isEqualTo("200");
        assertThat(status("news", "")).isEqualTo("200");

        while (server.topics().topic(anns).subscribers().isEmpty()) {
            SpinWait.once();
        }
        assertThat(php("$username = 'ann@example.com';\n" + samples("php").get(0), TOKEN))
                .isEmpty();
        String line = stream.readLine();
        while (!line.startsWith("data: ")) {
            line = stream.readLine();
        }
        assertThat(line).isEqualTo("data: {\"text\":\"Your order is on its way\"}");
    }

    @Test
    void failed_push_throws() throws Exception {
        assertThat(php("$username = 'ann';\n" + samples("php").get(0), "wrong"))
                .contains("push to user.ann: {\"error\":\"unknown token\"}");
    }

    @Test
    void php_component_equals_that_of_the_server() throws Exception {
        String function = samples("php").get(0);
        String code = function.substring(0, function.indexOf("function push"));
        for (String id : List.of("ann", "ann@example.com", "a b", "ä€😀", "~!*'()._-", "a/b#c:d%25", "{user}")) {
            assertThat(php(code + "echo component(json_decode('" + json(id) + "'));", TOKEN))
                    .isEqualTo(Topics.component(id));
        }
    }

    private static String json(String text) {
        return new com.google.gson.JsonPrimitive(text).toString().replace("'", "\\'");
    }
}
