package dev.sprocket.checks.server;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Process of {@code sprocket demo} from the distribution jar, on free ports. */
public final class DemoProcess implements AutoCloseable {
    private static final Path JAR = Path.of("../server/target/sprocket.jar");

    private final Process process;
    private final List<String> printed = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI url;
    private final JsonObject ports;

    private DemoProcess(String... options) throws IOException, InterruptedException {
        process = start(options);
        BufferedReader out = process.inputReader();
        String line = out.readLine();
        while (line != null && !line.startsWith("Sprocket is ready:")) {
            printed.add(line);
            line = out.readLine();
        }
        assertThat(line).as("printed: %s", printed).isNotNull();
        printed.add(line);
        url = URI.create(line.substring(line.indexOf("http://")));
        ports = JsonParser.parseString(get("/demo.json")).getAsJsonObject();
    }

    public static DemoProcess onFreePorts(String... options) throws IOException, InterruptedException {
        List<String> all =
                new ArrayList<>(List.of("--port", "0", "--tcp-port", "0", "--zmq-port", "0", "--telnet-port", "0"));
        all.addAll(List.of(options));
        return new DemoProcess(all.toArray(String[]::new));
    }

    /** Exit code and output of a failed run. */
    record Failure(int code, String out, String err) {}

    static Failure runToFailure(String... options) throws IOException, InterruptedException {
        Process process = start(options);
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        String err = Files.readString(stderrFile());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Failure(process.exitValue(), out, err);
    }

    private static Process start(String... options) throws IOException {
        assertThat(JAR)
                .as("the jar of the server module (\"mvn verify\" builds it before this test)")
                .exists();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dio.netty.leakDetection.level=paranoid",
                "-Dio.netty.leakDetection.acquireAndReleaseOnly=true",
                "-jar",
                JAR.toString(),
                "demo"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectError(stderrFile().toFile()).start();
    }

    private static Path stderrFile() throws IOException {
        Files.createDirectories(Path.of("target"));
        return Path.of("target", "demo-stderr-" + Thread.currentThread().getId() + ".log");
    }

    List<String> printed() {
        return printed;
    }

    public URI url() {
        return url;
    }

    URI webSocket(String path) {
        return URI.create("ws://127.0.0.1:" + url.getPort() + path);
    }

    public int port(String name) {
        return ports.get(name).getAsInt();
    }

    public String get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(url.resolve(path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    public HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** Ends the process as {@code kill -9} does, and returns the processes that it had started. */
    public List<ProcessHandle> kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        return children;
    }

    /** Sends SIGTERM and returns the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    String stderr() throws IOException {
        return Files.readString(stderrFile());
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        assertThat(stderr()).doesNotContain("LEAK:");
    }
}
