package dev.sprocket.checks.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.config.ConfiguredServer;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.plugin.config.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** Server that runs from a configuration file, with HTTP requests to it and its log. */
public final class Site implements AutoCloseable {
    /** Timeout of every blocking call; reached only by a failing test. */
    static final int TIMEOUT_SECONDS = 60;

    /** Lets everybody subscribe, publish, call and register. */
    public static final String ALLOW_ALL = Key.DEFAULT_ACCESS.object(
            Key.DEFAULT_ACCESS_SUBSCRIBE.is("anyone"),
            Key.DEFAULT_ACCESS_PUBLISH.is("anyone"),
            Key.DEFAULT_ACCESS_CALL.is("anyone"),
            Key.DEFAULT_ACCESS_REGISTER.is("anyone"));

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(TIMEOUT_SECONDS))
            .build();

    private final Path folder;
    private final ConfiguredServer server;
    private final Recorder log;

    private Site(Path folder, ConfiguredServer server, Recorder log) {
        this.folder = folder;
        this.server = server;
        this.log = log;
    }

    /** Appender that records the log while the site runs. */
    private static final class Recorder extends AppenderBase<ILoggingEvent> {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage());
        }
    }

    /** Returns a port of 127.0.0.1 that is currently unused. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Writes these lines to a configuration file and starts the server. */
    public static Site start(String... text) throws IOException {
        Recorder log = new Recorder();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.setContext(root.getLoggerContext());
        log.start();
        PeerLog.flush();
        root.addAppender(log);
        // its lines go to standard output only
        access().addAppender(log);
        Path folder = Files.createTempDirectory("site");
        ConfiguredServer server = ConfiguredServer.of(write(folder, text));
        server.start();
        return new Site(folder, server, log);
    }

    private static Logger access() {
        return (Logger) LoggerFactory.getLogger("access");
    }

    private static Path write(Path folder, String... text) throws IOException {
        return Files.writeString(folder.resolve("site.conf"), String.join("\n", text));
    }

    /** Returns the errors in a configuration of these lines, as {@code sprocket check} prints them. */
    static List<String> problems(String... text) throws IOException {
        Path folder = Files.createTempDirectory("site");
        try {
            Path file = write(folder, text);
            ConfigurationException exception =
                    catchThrowableOfType(ConfigurationException.class, () -> ConfiguredServer.of(file));
            return exception == null ? List.of() : exception.errors();
        } finally {
            delete(folder);
        }
    }

    /** Returns the output of {@code sprocket explain} for a configuration of these lines. */
    static String explain(String... text) throws IOException {
        Path folder = Files.createTempDirectory("site");
        try {
            return ConfiguredServer.of(write(folder, text)).explain();
        } finally {
            delete(folder);
        }
    }

    /** Returns a listener {@code web} on a free port with these routes, and access for everybody. */
    static String web(String... routes) {
        return closed(routes) + ALLOW_ALL + "\n";
    }

    /** Returns a listener {@code web} with these routes, without access for everybody. */
    static String closed(String... routes) {
        return listener("web", Key.LISTENER_ROUTES.is("[\n" + String.join("\n", routes) + "\n]"));
    }

    /** Returns a listener on a free port of 127.0.0.1, unless the settings contain an address. */
    public static String listener(String name, String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        if (all.stream().noneMatch(setting -> setting.startsWith(Key.LISTENER_ADDRESS.key() + " "))) {
            all.add(0, Key.LISTENER_ADDRESS.text("127.0.0.1:0"));
        }
        return Key.LISTENERS.named(name, all.toArray(String[]::new));
    }

    /** Returns a route whose layers and component are {@link Key#with} texts or names. */
    public static String route(String path, Object component, Object... layers) {
        return "{ " + Key.ROUTE_PATH.text(path) + ", "
                + Key.ROUTE_LAYERS.is(Stream.of(layers).map(String::valueOf).toList()) + ", "
                + Key.ROUTE_COMPONENT.is(component) + " }";
    }

    /** Rewrites the file and reloads it, as SIGHUP does. */
    public List<String> reload(String... text) throws IOException {
        write(folder, text);
        return server.reload();
    }

    public ConfiguredServer server() {
        return server;
    }

    Path folder() {
        return folder;
    }

    public int port(String name) {
        return ((InetSocketAddress) server.address(name)).getPort();
    }

    /** Returns the port of the listener {@code web}. */
    public int port() {
        return port("web");
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** Sends a GET request. Headers are alternating names and values. */
    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, "", headers);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        return send("POST", path, body, headers);
    }

    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return send(uri(path), method, body, headers);
    }

    public static HttpResponse<String> send(URI uri, String method, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!body.isEmpty() && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    /** Waits for a log line that contains this text, and returns the line. */
    public String awaitLog(String text) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        List<String> consumed = new ArrayList<>();
        for (long remaining = end - System.nanoTime(); remaining > 0; remaining = end - System.nanoTime()) {
            String line = log.lines.poll(remaining, TimeUnit.NANOSECONDS);
            if (line != null && line.contains(text)) {
                return line;
            }
            consumed.add(line);
        }
        throw new AssertionError("not logged: " + text + "; logged: " + consumed);
    }

    /** Removes and returns the log lines that no call has consumed yet. */
    List<String> drainLog() {
        List<String> lines = new ArrayList<>();
        log.lines.drainTo(lines);
        return lines;
    }

    /** Runs an external program, requires exit status 0 and returns its output. */
    static String run(String... command) throws IOException, InterruptedException {
        RequiredPrograms.require(command[0]);
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("PATH", RequiredPrograms.path());
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    /** Stops the server and returns the warnings about its file. */
    List<String> warningsAndClose() {
        List<String> warnings = server.warnings();
        close();
        return warnings;
    }

    @Override
    public void close() {
        server.close(Duration.ZERO);
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(log);
        access().detachAppender(log);
        log.stop();
        delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
