package dev.sprocket.leaktest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** WebSocket client of the JDK, which shares no code with the server. */
public final class WebSocketClient implements WebSocket.Listener {
    private static final int TIMEOUT_SECONDS = 30;

    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    private WebSocketClient(URI url, @Nullable String origin, String... subprotocols) {
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (origin != null) {
            builder.header("Origin", origin);
        }
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0]);
        }
        socket = builder.buildAsync(url, this).join();
    }

    /** Connects as a program. */
    public static WebSocketClient open(URI url, String... subprotocols) {
        return new WebSocketClient(url, null, subprotocols);
    }

    /** Connects as a page of an origin. */
    public static WebSocketClient openFrom(String origin, URI url, String... subprotocols) {
        return new WebSocketClient(url, origin, subprotocols);
    }

    /** Connects as a WAMP v1 client and consumes WELCOME. */
    public static WebSocketClient wamp(URI url) throws InterruptedException {
        return open(url, "wamp").welcome();
    }

    /** Connects as a WAMP v2 client and joins a realm. */
    public static WebSocketClient join(URI url, String realm) throws InterruptedException {
        return open(url, "wamp.2.json").join(realm);
    }

    /** Consumes WELCOME of WAMP v1. */
    public WebSocketClient welcome() throws InterruptedException {
        String welcome = receive();
        if (!welcome.matches("\\[0,\"[-_A-Za-z0-9]{22}\",1,\"Sprocket/.*\"\\]")) {
            throw new AssertionError("not WELCOME: " + welcome);
        }
        return this;
    }

    /** Joins a realm by WAMP v2 and consumes WELCOME. */
    public WebSocketClient join(String realm) throws InterruptedException {
        String roles = "{\"roles\":{\"subscriber\":{},\"publisher\":{},\"caller\":{},\"callee\":{}}}";
        String welcome = exchange("[1,\"" + realm + "\"," + roles + "]");
        if (!welcome.startsWith("[2,")) {
            throw new AssertionError("not WELCOME: " + welcome);
        }
        return this;
    }

    /** Sends a message and returns the next received message. */
    public String exchange(String message) throws InterruptedException {
        return send(message).receive();
    }

    public WebSocketClient send(String message) {
        socket.sendText(message, true).join();
        return this;
    }

    /** Returns the next message, or {@code close 1001 reason} when the server closes. */
    public String receive() throws InterruptedException {
        String next = received.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no message");
        }
        return next;
    }

    /** Reports whether all messages that have arrived were returned by {@link #receive}. */
    public boolean isDrained() {
        return received.isEmpty();
    }

    public void disconnect() {
        socket.abort();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            received.add(text.toString());
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        received.add(("close " + code + " " + reason).strip());
        return null;
    }
}
