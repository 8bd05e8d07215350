package dev.sprocket.server.internal.command;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import dev.sprocket.core.internal.text.ParserErrors;
import dev.sprocket.core.internal.text.SafeText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
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

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!"ws".equals(url.getScheme()) && !"wss".equals(url.getScheme())) {
            throw new IllegalArgumentException("URL: " + url + " (expected: ws://… or wss://…)");
        }
        Printer printer = new Printer(topics, count);
        try {
            HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(10))
                    .build()
                    .newWebSocketBuilder()
                    .subprotocols("wamp")
                    .header("Origin", origin())
                    .buildAsync(url, printer)
                    .join();
        } catch (CompletionException e) {
            throw new IOException("cannot connect to " + url + ": " + reason(e.getCause()), e);
        }
        printer.ended.await();
        if (printer.failure != null) {
            throw new IOException(printer.failure);
        }
        return 0;
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

    private static final class Printer implements WebSocket.Listener {
        final CountDownLatch ended = new CountDownLatch(1);
        volatile @Nullable String failure;
        private final List<String> topics;
        private final AtomicLong remaining;
        private final StringBuilder text = new StringBuilder();

        Printer(List<String> topics, long count) {
            this.topics = topics;
            this.remaining = new AtomicLong(count);
        }

        @Override
        public void onOpen(WebSocket socket) {
            CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
            for (String topic : topics) {
                JsonArray subscribe = new JsonArray();
                subscribe.add(5);
                subscribe.add(topic);
                sent = sent.thenCompose(before -> socket.sendText(subscribe.toString(), true));
            }
            sent.thenRun(() -> System.err.println("subscribed to " + String.join(", ", topics)));
            socket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonArray message = JsonParser.parseString(text.toString()).getAsJsonArray();
                text.setLength(0);
                if (message.get(0).getAsInt() == 8 && remaining.getAndDecrement() > 0) {
                    System.out.println(SafeText.escape(
                            (topics.size() > 1 ? message.get(1).getAsString() + " " : "") + message.get(2)));
                    if (remaining.get() == 0) {
                        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").thenRun(ended::countDown);
                    }
                }
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            failure = remaining.get() <= 0
                    ? null
                    : "connection closed by the server: " + code + (reason.isEmpty() ? "" : " " + reason);
            ended.countDown();
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            failure = "connection lost: " + ParserErrors.text(error);
            ended.countDown();
        }
    }
}
