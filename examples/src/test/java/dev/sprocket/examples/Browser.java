package dev.sprocket.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket client, with the origin of a page on localhost. */
final class Browser implements WebSocket.Listener {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    private Browser(int port, String path, String... subprotocols) {
        WebSocket.Builder builder =
                HttpClient.newHttpClient().newWebSocketBuilder().header("Origin", "http://localhost");
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0]);
        }
        socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + path), this)
                .join();
    }

    static Browser open(int port, String path, String... subprotocols) {
        return new Browser(port, path, subprotocols);
    }

    /** Opens a WAMP v1 session and waits for WELCOME. */
    static Browser wamp(int port, String path) throws InterruptedException {
        Browser browser = new Browser(port, path, "wamp");
        assertThat(browser.next()).startsWith("[0,\"");
        return browser;
    }

    /** Opens a WAMP v2 session in the realm {@code realm1}. */
    static Browser wamp2(int port, String path) throws InterruptedException {
        return wamp2(port, path, "realm1");
    }

    /** Opens a WAMP v2 session in a realm and waits for WELCOME. */
    static Browser wamp2(int port, String path, String realm) throws InterruptedException {
        Browser browser = new Browser(port, path, "wamp.2.json");
        browser.send("[1,\"" + realm + "\",{\"roles\":{\"caller\":{},\"publisher\":{},\"subscriber\":{}}}]");
        assertThat(browser.next()).startsWith("[2,");
        return browser;
    }

    Browser send(String message) {
        socket.sendText(message, true).join();
        return this;
    }

    /** Returns the next message, or {@code close 1000} when the server closes. */
    String next() throws InterruptedException {
        String next = received.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a message").isNotNull();
        return next;
    }

    boolean receivedNothing() {
        return received.isEmpty();
    }

    void disconnect() {
        socket.abort();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            received.add(text.toString());
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        received.add("close " + code);
        return null;
    }
}
