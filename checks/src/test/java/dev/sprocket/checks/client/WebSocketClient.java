package dev.sprocket.checks.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** WebSocket client of the JDK, which shares no code with the server. */
public final class WebSocketClient implements WebSocket.Listener {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final WebSocket socket;

    private WebSocketClient(WebSocket.Builder builder, URI url) {
        socket = builder.buildAsync(url, this).join();
    }

    /** Connects without a subprotocol. */
    public static WebSocketClient plain(URI url) {
        return new WebSocketClient(HttpClient.newHttpClient().newWebSocketBuilder(), url);
    }

    /** Connects as a WAMP v1 client and consumes WELCOME. */
    public static WebSocketClient wamp(URI url) throws InterruptedException {
        WebSocketClient client = new WebSocketClient(
                HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("wamp"), url);
        assertThat(client.receive()).matches("\\[0,\"[-_A-Za-z0-9]{22}\",1,\"Sprocket/.*\"\\]");
        return client;
    }

    /** Connects as a WAMP v2 client and joins a realm. */
    public static WebSocketClient join(URI url, String realm) throws InterruptedException {
        WebSocketClient client = new WebSocketClient(
                HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("wamp.2.json"), url);
        client.send(
                "[1,\"" + realm + "\",{\"roles\":{\"subscriber\":{},\"publisher\":{},\"caller\":{},\"callee\":{}}}]");
        assertThat(client.receive()).startsWith("[2,");
        return client;
    }

    /** Sends a message and returns the next received message. */
    public String exchange(String message) throws InterruptedException {
        return send(message).receive();
    }

    /** Subscribes and waits until the server has processed it, by a later call. */
    public WebSocketClient subscribe(String topic) throws InterruptedException {
        send("[5,\"" + topic + "\"]");
        send("[2,\"subscribed\",\"add\",1,2]");
        assertThat(receive()).isEqualTo("[3,\"subscribed\",3]");
        return this;
    }

    public WebSocketClient send(String message) {
        socket.sendText(message, true).join();
        return this;
    }

    public String receive() throws InterruptedException {
        String next = received.poll(30, TimeUnit.SECONDS);
        assertThat(next).as("next message").isNotNull();
        return next;
    }

    /** Reports whether the next message is the response to a call that is sent now. */
    public boolean receivedNothing() throws InterruptedException {
        send("[2,\"quiet\",\"echo\",\"?\"]");
        return receive().equals("[3,\"quiet\",\"?\"]");
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
        received.add("close " + code + " " + reason);
        return null;
    }
}
