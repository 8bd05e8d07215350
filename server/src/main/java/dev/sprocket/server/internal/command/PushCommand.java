package dev.sprocket.server.internal.command;

import dev.sprocket.bridge.zmq.ZmqPush;
import dev.sprocket.core.internal.text.SafeText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Command {@code sprocket push}. */
@Command(
        name = "push",
        description = "Pushes one event, or each line of standard input, to a topic.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Examples:",
            "  PUSH_TOKEN=… sprocket push kittensCategory '{\"title\":\"hi\"}'",
            "  tail -f events.jsonl | sprocket push --tcp localhost:5556 news"
        })
public final class PushCommand implements Callable<Integer> {
    /** Bridge options; at most one. */
    static final class BridgeOption {
        @Option(
                names = "--http",
                paramLabel = "URL",
                description = {"POST to URL/TOPIC; the default, with the URL", "http://127.0.0.1:8080/push"})
        private @Nullable URI http;

        @Option(names = "--tcp", paramLabel = "HOST:PORT", description = "JSON lines to a tcp bridge")
        private @Nullable String tcp;

        @Option(names = "--zmq", paramLabel = "HOST:PORT", description = "messages to a zmq bridge")
        private @Nullable String zmq;
    }

    /** Destination of events. */
    private interface Sink extends AutoCloseable {
        void push(String event) throws IOException, InterruptedException;

        @Override
        default void close() throws IOException {}
    }

    @ArgGroup
    private BridgeOption bridge = new BridgeOption();

    @ArgGroup
    private TokenOption token = new TokenOption();

    @Parameters(index = "0", paramLabel = "TOPIC", description = "topic of the events")
    private String topic = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "JSON",
            description = "event; default: each line of standard input")
    private @Nullable String event;

    @Override
    public Integer call() throws IOException, InterruptedException {
        int count = 0;
        try (Sink sink = sink()) {
            if (event != null) {
                sink.push(event);
                count++;
            } else {
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (!line.isBlank()) {
                        sink.push(line);
                        count++;
                    }
                }
            }
        }
        System.err.println(count + (count == 1 ? " event pushed" : " events pushed"));
        return 0;
    }

    private Sink sink() throws IOException {
        if (bridge.tcp != null) {
            return tcp(HostPort.parse("--tcp", bridge.tcp));
        }
        if (bridge.zmq != null) {
            return zmq(HostPort.parse("--zmq", bridge.zmq));
        }
        return http(bridge.http == null ? URI.create("http://127.0.0.1:8080/push") : bridge.http);
    }

    /** Returns the event in an envelope on one line, as required by the TCP bridge. */
    // JSON strings contain no line breaks, so line breaks are only between tokens
    private String envelope(String json) {
        return "{\"topic\":" + new com.google.gson.JsonPrimitive(topic) + ",\"event\":"
                + json.replaceAll("[\\r\\n]+", " ") + "}";
    }

    private Sink http(URI base) throws IOException {
        Optional<String> secret = token.read(System.getenv());
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
        String path = base.toString().replaceAll("/+$", "") + "/"
                + URLEncoder.encode(topic, StandardCharsets.UTF_8).replace("+", "%20");
        return json -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path))
                    .timeout(Duration.ofSeconds(30))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(json));
            secret.ifPresent(value -> request.header("Authorization", "Bearer " + value));
            HttpResponse<String> response;
            try {
                response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            } catch (java.net.ConnectException e) {
                throw new IOException("cannot connect to " + base + " (is the server running?)", e);
            }
            if (response.statusCode() >= 300) {
                throw new IOException(path + ": status " + response.statusCode() + ": "
                        + response.body().strip());
            }
            System.out.println(SafeText.escape(response.body().strip()));
        };
    }

    private Sink tcp(HostPort to) throws IOException {
        Socket socket;
        try {
            socket = new Socket(to.host(), to.port());
        } catch (IOException e) {
            throw new IOException("cannot connect to " + to + ": " + e.getMessage(), e);
        }
        return new Sink() {
            @Override
            public void push(String json) throws IOException {
                socket.getOutputStream().write((envelope(json) + "\n").getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public void close() throws IOException {
                socket.shutdownOutput();
                socket.close();
            }
        };
    }

    private Sink zmq(HostPort to) {
        ZmqPush push = new ZmqPush(to.host(), to.port());
        return new Sink() {
            @Override
            public void push(String json) {
                push.push(envelope(json));
            }

            @Override
            public void close() {
                push.close();
            }
        };
    }
}
