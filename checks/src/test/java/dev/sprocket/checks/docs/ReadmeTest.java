package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.config.ConfiguredServer;
import java.io.BufferedReader;
import java.io.File;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Samples of the README and of the guide about pushes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class ReadmeTest {
    private static final Path README = Path.of("../README.md");
    private static final Path PUSH = Path.of("../docs/guide/push.md");
    private static final File JAR = new File("../server/target/sprocket.jar");

    private static String sample(Path page, String language) throws Exception {
        Matcher sample = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(page));
        assertThat(sample.find()).as("%s in %s", language, page).isTrue();
        return sample.group(1);
    }

    @Test
    void readme_is_shorter_than_120_lines() throws Exception {
        assertThat(Files.readAllLines(README)).hasSizeLessThan(120);
    }

    @Test
    void first_program_has_15_lines() throws Exception {
        assertThat(sample(README, "java").lines().filter(line -> !line.isBlank()))
                .hasSizeLessThanOrEqualTo(15);
    }

    @Test
    @Timeout(60)
    void first_program_runs_with_the_documented_command(@TempDir Path folder) throws Exception {
        assertThat(JAR).as("the jar of the server module").exists();
        assertThat(Files.readString(README)).contains("`java -cp server/target/sprocket.jar Chat.java`");
        Path program = Files.writeString(
                folder.resolve("Chat.java"), sample(README, "java").replace("8080", "0"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        JAR.getPath(),
                        program.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader out = process.inputReader()) {
            StringBuilder printed = new StringBuilder();
            Matcher listening = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(printed);
            while (!listening.reset(printed).find()) {
                String line = out.readLine();
                assertThat(line).as("printed: %s", printed).isNotNull();
                printed.append(line).append('\n');
            }
            assertThat(chat(Integer.parseInt(listening.group(1)))).isEqualTo("hello");
        } finally {
            process.destroyForcibly();
        }
    }

    /** Sends a message to the chat and returns what the chat sends. */
    private static String chat(int port) throws Exception {
        CompletableFuture<String> received = new CompletableFuture<>();
        WebSocket.Listener listener = new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
                received.complete(text.toString());
                return WebSocket.Listener.super.onText(socket, text, last);
            }
        };
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/chat"), listener)
                .get(20, TimeUnit.SECONDS);
        socket.sendText("hello", true).get(20, TimeUnit.SECONDS);
        return received.get(20, TimeUnit.SECONDS);
    }

    @Test
    void coordinates_are_those_of_this_version() throws Exception {
        String pom = Files.readString(Path.of("../bom/pom.xml"));
        Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(pom);
        assertThat(version.find()).isTrue();
        assertThat(sample(README, "xml"))
                .contains("<artifactId>sprocket-bom</artifactId>\n            <version>" + version.group(1) + "<");
        assertThat(sample(README, "kotlin")).contains("dev.sprocket:sprocket-bom:" + version.group(1) + "\"");
        assertThat(Files.readString(README)).contains("sprocket-" + version.group(1) + ".tar.gz");
    }

    @Test
    void configuration_sample_is_short_and_runs(@TempDir Path folder) throws Exception {
        String sample = sample(PUSH, "hocon");
        assertThat(sample.lines()).hasSizeLessThanOrEqualTo(20);
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                sample.replace(":8080", ":0").replace("5555", "0").replace("${PUSH_TOKEN}", "a-token-hard-to-guess"));
        try (ConfiguredServer server = ConfiguredServer.of(file)) {
            server.start();
            int port = ((InetSocketAddress) server.address("web")).getPort();
            assertThat(push(port, "Authorization", "Bearer a-token-hard-to-guess"))
                    .startsWith("200 {\"topic\":\"news\",");
            assertThat(push(port, "Authorization", "Bearer guessed")).startsWith("401 ");
            assertThat(push(port, "X-None", "-")).startsWith("401 ");
        }
    }

    private static String push(int port, String header, String value) throws Exception {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/push/news"))
                                .header("Content-Type", "application/json")
                                .header(header, value)
                                .POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"hi\"}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }
}
