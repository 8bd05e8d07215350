package dev.sprocket.checks.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sprocket.leaktest.SpinWait;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Outputs of {@code sprocket serve}, as an operator or a log collector reads them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class ServeLogTest {
    private static final Pattern ADDRESS = Pattern.compile("web=127\\.0\\.0\\.1:(\\d+)");

    private static final String SITE =
            """
            listeners.web {
              address = "127.0.0.1:0"
              layers = [access-log, http]
              routes = [
                { path = /echo, layers = [ws], component = echo }
                { path = /shop, component = events
                  layers = [{ session { user = name, store = { redis { uri = "redis://127.0.0.1:1" } } } }, origin-check] }
              ]
            }
            shutdown-timeout = 1s
            """;

    @TempDir
    Path folder;

    private Process server;

    private Path file(String name) {
        return folder.resolve(name);
    }

    private void start(Map<String, String> environment, String... lines) throws IOException {
        Files.writeString(file("site.conf"), String.join("\n", lines));
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        absoluteClassPath(),
                        "dev.sprocket.server.Main",
                        "serve")
                .directory(folder.toFile())
                .redirectOutput(file("out").toFile())
                .redirectError(file("err").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("SPROCKET_"));
        builder.environment().putAll(environment);
        server = builder.start();
    }

    private static String absoluteClassPath() {
        StringBuilder all = new StringBuilder();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            all.append(Path.of(part).toAbsolutePath()).append(File.pathSeparator);
        }
        return all.toString();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    /** Waits for a line with a text, and returns all of the output. */
    private String await(String output, String text) throws IOException, InterruptedException {
        while (true) {
            boolean alive = server.isAlive();
            String written = Files.readString(file(output));
            int at = written.indexOf(text);
            if (at >= 0 && written.indexOf('\n', at) >= 0) {
                return written;
            }
            assertThat(alive).as("waiting for: %s; written: %s", text, written).isTrue();
            SpinWait.once();
        }
    }

    private int port() throws IOException, InterruptedException {
        Matcher address = ADDRESS.matcher(await("err", "server ready"));
        assertThat(address.find()).isTrue();
        return Integer.parseInt(address.group(1));
    }

    private void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(server.pid()))
                .start()
                .waitFor();
    }

    private static int get(int port, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .header("Cookie", "PHPSESSID=0123456789abcdef")
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private List<JsonObject> objects(String output) throws IOException {
        return Files.readAllLines(file(output)).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    @Test
    void json_has_only_objects_on_both_outputs() throws Exception {
        start(Map.of(), "log { format = json }", SITE);
        int port = port();
        assertThat(get(port, "/nothing")).isEqualTo(404);
        for (int i = 0; i < 5; i++) {
            assertThat(get(port, "/shop/news")).isEqualTo(503);
        }
        await("err", "session store not readable");
        try (Socket open = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String host = "127.0.0.1:" + port;
            open.getOutputStream()
                    .write(("GET /echo HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host
                                    + "\r\n"
                                    + "Connection: Upgrade\r\n"
                                    + "Upgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(UTF_8));
            assertThat(new String(open.getInputStream().readNBytes(12), UTF_8)).isEqualTo("HTTP/1.1 101");
            signal("TERM");
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(server.exitValue()).isZero();

        List<JsonObject> log = objects("err");
        assertThat(log).allMatch(line -> line.has("time") && line.has("level"));
        assertThat(log)
                .extracting(line -> line.has("event") ? line.get("event").getAsString() : "")
                .contains("sprocket starting", "server ready", "server stopping, clients are told")
                .endsWith("server stopped");
        JsonObject stopped = log.get(log.size() - 1);
        assertThat(stopped.get("told").getAsInt()).isPositive();
        // one line, and one with a count; no stack trace
        assertThat(log.stream().filter(line -> line.toString().contains("session store not readable, request")))
                .hasSize(2)
                .last()
                .satisfies(line -> assertThat(line.get("repeated").getAsInt()).isEqualTo(4));
        assertThat(log).noneMatch(line -> line.has("trace"));
        assertThat(objects("out"))
                .hasSize(7)
                .allMatch(line -> line.get("event").getAsString().equals("request"))
                .last()
                .satisfies(line -> assertThat(line.get("code").getAsInt()).isBetween(1001, 1006));
    }

    @Test
    void sighup_changes_levels_and_format() throws Exception {
        start(Map.of(), SITE);
        int port = port();
        assertThat(get(port, "/one")).isEqualTo(404);
        assertThat(await("err", "request=\"GET /one\""))
                .containsPattern(
                        "(?m)^\\d{4}-\\d\\d-\\d\\dT\\S+(Z|[+-]\\d\\d:\\d\\d) INFO  HttpServer: error response: ");
        assertThat(await("out", "\"GET /one HTTP/1.1\" 404 ")).doesNotContain("└─", "listens on");

        Files.writeString(file("site.conf"), "log { format = json, levels { http = warn } }\n" + SITE);
        signal("HUP");
        await("err", "configuration reloaded");
        assertThat(get(port, "/two")).isEqualTo(404);
        Files.writeString(file("site.conf"), "log { levels { http = loud } }\n" + SITE);
        signal("HUP");
        String log = await("err", "configuration not reloaded");

        assertThat(log)
                .contains("changed=\"log\"", "\"error\":\"site.conf:1: levels.http: loud (expected: ")
                .doesNotContain("/two");
    }

    @Test
    void variable_wins_over_levels_of_file() throws Exception {
        start(
                Map.of("SPROCKET_LOG", "debug", "SPROCKET_LOG_FORMAT", "text"),
                "log { format = json, level = error }",
                SITE);

        assertThat(await("err", "server ready")).contains(" DEBUG ").doesNotContain("{\"time\"");
    }
}
