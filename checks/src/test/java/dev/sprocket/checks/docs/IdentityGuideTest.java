package dev.sprocket.checks.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.config.ConfiguredServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of the guide to users. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class IdentityGuideTest {
    private static final Path GUIDE = Path.of("../docs/guide/identity.md");
    private static final String SECRET = "0123456789abcdef-0123456789abcdef";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static String sample(String language) throws Exception {
        Matcher block = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(GUIDE));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private static String jwt(String claims) throws Exception {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String text = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(claims.getBytes(UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
        return text + "." + base64.encodeToString(mac.doFinal(text.getBytes(UTF_8)));
    }

    private static HttpRequest.Builder request(int port, String path, String token) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token);
    }

    private static int subscribe(int port, String topic, String token) throws Exception {
        // the body of a stream does not end
        HttpResponse<java.io.InputStream> response =
                HTTP.send(request(port, "/events/" + topic, token).build(), HttpResponse.BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode();
    }

    @Test
    void token_of_the_sample_opens_what_its_claims_name(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("site.conf"),
                sample("hocon")
                                .replace("${JWT_SECRET}", '"' + SECRET + '"')
                                .replace("${PUSH_TOKEN}", "a-token-hard-to-guess")
                        + "\nlisteners.web.address = \"127.0.0.1:0\"\n");
        long end = System.currentTimeMillis() / 1000 + 3600;
        String token = jwt(sample("json").replaceAll("\"exp\": \\d+", "\"exp\": " + end));
        ConfiguredServer server = ConfiguredServer.of(file);
        server.start();
        try {
            int port = ((InetSocketAddress) server.address("web")).getPort();
            assertThat(subscribe(port, "user.ann", token)).isEqualTo(200);
            assertThat(subscribe(port, "user.bob", token)).isEqualTo(403);
            assertThat(subscribe(port, "news.sport", token)).isEqualTo(200);
            assertThat(subscribe(port, "room.7", token)).isEqualTo(200);
            assertThat(subscribe(port, "room.8", token)).isEqualTo(403);
            assertThat(subscribe(port, "news.sport", "junk")).isEqualTo(403);
            assertThat(HTTP.send(
                                    request(port, "/renew/0123456789abcdef", token)
                                            .POST(HttpRequest.BodyPublishers.noBody())
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(404);
            WebSocket page = HTTP.newWebSocketBuilder()
                    .header("Origin", "http://127.0.0.1:" + port)
                    .subprotocols("wamp.2.json", "bearer." + token)
                    .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), new WebSocket.Listener() {})
                    .get(60, TimeUnit.SECONDS);
            assertThat(page.getSubprotocol()).isEqualTo("wamp.2.json");
            page.abort();
        } finally {
            server.close(Duration.ofSeconds(2));
        }
    }
}
