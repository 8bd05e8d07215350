package dev.sprocket.faultlab.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** WebSocket client of the JDK with pings: it notices a server that is silent. */
final class TextSocket implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(8);
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int SEND_SECONDS = 8;
    private static final String END = "";

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;
    private volatile long heardAt = System.nanoTime();
    private long pingedAt = System.nanoTime();

    TextSocket(URI url, String... subprotocols) throws Exception {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(4));
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0]);
        }
        socket = builder.buildAsync(url, this).get(SEND_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        heardAt = System.nanoTime();
        text.append(data);
        if (last) {
            received.add(text.toString());
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        heardAt = System.nanoTime();
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        received.add(END);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        received.add(END);
    }

    void send(String message) throws Exception {
        var unused = socket.sendText(message, true).get(SEND_SECONDS, TimeUnit.SECONDS);
    }

    /** Returns the next message; null if there is none within some milliseconds. */
    @Nullable
    String poll(long millis) throws Exception {
        String next = received.poll(millis, TimeUnit.MILLISECONDS);
        if (END.equals(next)) {
            throw new IOException("closed");
        }
        long now = System.nanoTime();
        if (now - pingedAt > PING_NANOS) {
            pingedAt = now;
            var unused = socket.sendPing(ByteBuffer.allocate(0)).get(SEND_SECONDS, TimeUnit.SECONDS);
        }
        if (next == null && now - heardAt > SILENCE_NANOS) {
            throw new IOException("silent for 8 s");
        }
        return next;
    }

    /** Returns the next message, which is an array. */
    @Nullable
    JsonArray pollArray(long millis) throws Exception {
        String next = poll(millis);
        return next == null ? null : JsonParser.parseString(next).getAsJsonArray();
    }

    /** Returns the next message, waiting for at most 8 s. */
    JsonArray nextArray() throws Exception {
        JsonArray next = pollArray(TimeUnit.NANOSECONDS.toMillis(SILENCE_NANOS));
        if (next == null) {
            throw new IOException("no answer for 8 s");
        }
        return next;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
