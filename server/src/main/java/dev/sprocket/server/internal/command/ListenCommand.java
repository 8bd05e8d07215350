package dev.sprocket.server.internal.command;

import dev.sprocket.wamp.server.Realm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Command {@code sprocket listen}. */
@Command(
        name = "listen",
        description = "Subscribes to topics over WAMP and prints their events, one per line.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {"", "Example:", "  sprocket listen ws://localhost:8080/wamp kittensCategory"})
public final class ListenCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "URL", description = "WAMP endpoint: ws://… or wss://…")
    private URI url = URI.create("");

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "TOPIC", description = "topics to subscribe to")
    private List<String> topics = List.of();

    @Option(names = "--count", paramLabel = "N", description = "exits after N events")
    private long count = Long.MAX_VALUE;

    @Option(names = "--realm", paramLabel = "REALM", description = "realm to join; default: realm1, or that of WAMP v1")
    private @Nullable String realm;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!"ws".equals(url.getScheme()) && !"wss".equals(url.getScheme())) {
            throw new IllegalArgumentException("URL: " + url + " (expected: ws://… or wss://…)");
        }
        EventPrinter printer = connect("wamp.2.json", "wamp");
        String failure = printer.await();
        if (printer.isRealmUnknown() && realm == null) {
            // clients of WAMP v1 join the realm of the route without its name
            failure = connect("wamp").await();
        }
        if (failure != null) {
            throw new IOException(failure);
        }
        return 0;
    }

    private EventPrinter connect(String subprotocol, String... others) throws IOException {
        EventPrinter printer = new EventPrinter(realm == null ? Realm.DEFAULT_NAME : realm, topics, count);
        try {
            HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .build()
                    .newWebSocketBuilder()
                    .subprotocols(subprotocol, others)
                    .header("Origin", origin())
                    .buildAsync(url, printer)
                    .join();
        } catch (CompletionException e) {
            throw new IOException("cannot connect to " + url + ": " + reason(e.getCause()), e);
        }
        return printer;
    }

    /** Returns the origin of the same host; some servers reject requests without Origin. */
    private String origin() {
        return ("ws".equals(url.getScheme()) ? "http://" : "https://") + url.getAuthority();
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause instanceof WebSocketHandshakeException rejected) {
            return "status " + rejected.getResponse().statusCode();
        }
        return cause == null || cause.getMessage() == null ? "connection refused" : cause.getMessage();
    }
}
