package dev.sprocket.checks.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Client of the W3C WebDriver protocol that controls headless Chromium. */
public final class WebDriver implements AutoCloseable {
    private static final Gson GSON = new Gson();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process driver;
    private final String session;

    /** Starts chromedriver and a browser with additional command-line arguments. */
    public WebDriver(Path profile, String... extraArguments) throws IOException, InterruptedException {
        driver = new ProcessBuilder("chromedriver", "--port=0")
                .redirectErrorStream(true)
                .start();
        BufferedReader out = driver.inputReader();
        String line = out.readLine();
        while (line != null && !line.contains("started successfully on port")) {
            line = out.readLine();
        }
        assertThat(line).as("ready line of chromedriver").isNotNull();
        String base = "http://127.0.0.1:" + line.replaceAll(".*port (\\d+).*", "$1") + "/session";
        JsonObject created = send(
                        "POST",
                        base,
                        Map.of(
                                "capabilities",
                                Map.of(
                                        "alwaysMatch",
                                        Map.of(
                                                "goog:chromeOptions",
                                                Map.of("args", arguments(profile, extraArguments))))))
                .getAsJsonObject();
        session = base + "/" + created.get("sessionId").getAsString();
    }

    private static List<String> arguments(Path profile, String... extraArguments) {
        List<String> all = new ArrayList<>(List.of(
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--window-size=1280,1600",
                "--user-data-dir=" + profile));
        all.addAll(List.of(extraArguments));
        return all;
    }

    /** Opens a page in a new window and returns the window handle. */
    public String open(URI url) throws IOException, InterruptedException {
        String window = send("POST", session + "/window/new", Map.of("type", "window"))
                .getAsJsonObject()
                .get("handle")
                .getAsString();
        switchTo(window);
        send("POST", session + "/url", Map.of("url", url.toString()));
        return window;
    }

    /** Selects the window that later calls use. */
    void switchTo(String window) throws IOException, InterruptedException {
        send("POST", session + "/window", Map.of("handle", window));
    }

    /** Returns the value of a JavaScript expression in the selected window. */
    public JsonElement eval(String expression) throws IOException, InterruptedException {
        return send("POST", session + "/execute/sync", Map.of("script", "return " + expression, "args", List.of()));
    }

    /** Waits until a JavaScript expression is true. */
    public void await(String expression) throws IOException, InterruptedException {
        String script = "const done = arguments[0]; const poll = () => (" + expression
                + ") ? done(true) : setTimeout(poll, 20); poll();";
        send("POST", session + "/timeouts", Map.of("script", 30_000));
        send("POST", session + "/execute/async", Map.of("script", script, "args", List.of()));
    }

    void screenshot(Path file) throws IOException, InterruptedException {
        Files.createDirectories(file.getParent());
        byte[] png = Base64.getDecoder()
                .decode(send("GET", session + "/screenshot", null).getAsString());
        Files.write(file, png);
    }

    private JsonElement send(String method, String url, Object body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(GSON.toJson(body)))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode())
                .as("%s %s: %s", method, url, response.body())
                .isEqualTo(200);
        return JsonParser.parseString(response.body()).getAsJsonObject().get("value");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        try {
            send("DELETE", session, null);
        } finally {
            driver.destroy();
        }
    }
}
