package dev.sprocket.checks.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.config.ConfiguredServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadmeTest {
    @Test
    void first_java_sample_is_the_compiled_chat() throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        String chat = Files.readString(Path.of("../examples/src/main/java/dev/sprocket/examples/Chat.java"));
        int start = readme.indexOf("```java\n") + "```java\n".length();
        String sample = readme.substring(start, readme.indexOf("```", start));
        assertThat(sample).isEqualTo(chat.substring(chat.indexOf("import ")));
    }

    @Test
    void readme_is_shorter_than_180_lines() throws Exception {
        assertThat(Files.readAllLines(Path.of("../README.md"))).hasSizeLessThan(180);
    }

    @Test
    void configuration_sample_is_short_and_runs(@TempDir Path folder) throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        int start = readme.indexOf("```hocon\n") + "```hocon\n".length();
        String sample = readme.substring(start, readme.indexOf("```", start));
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
