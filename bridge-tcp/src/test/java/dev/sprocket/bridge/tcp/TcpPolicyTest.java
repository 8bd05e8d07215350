package dev.sprocket.bridge.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Grantee;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Policy of the topics for pushes over TCP. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TcpPolicyTest {
    private static final String NEWS = "{\"topic\":\"news\",\"event\":1}\n";
    private static final String CLOSED = "{\"topic\":\"closed\",\"event\":2}\n";

    private final Topics topics = new Topics();

    /** Sends a text, and returns the acknowledgements. */
    private static BufferedReader send(Socket socket, String text) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write(text.getBytes(UTF_8));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
    }

    private static Socket connect(TcpBridge bridge) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) bridge.address()).getPort());
    }

    private void denyClosed() {
        AccessControl.of(topics)
                .authorizer(AccessPolicy.CLOSED.topic("closed", AccessRule.EMPTY.publish(Grantee.NOBODY)));
    }

    @Test
    void loopback_sender_is_a_backend_and_denials_are_acknowledged() throws IOException {
        denyClosed();
        try (TcpBridge bridge = TcpBridge.builder(topics).acknowledge().build()) {
            bridge.start();
            try (Socket socket = connect(bridge)) {
                BufferedReader acknowledgements = send(socket, NEWS + CLOSED + NEWS);

                assertThat(acknowledgements.readLine()).isEqualTo("ok 0");
                assertThat(acknowledgements.readLine()).startsWith("error topic closed denied: ");
                assertThat(acknowledgements.readLine()).isEqualTo("ok 0");
            }
        }
    }

    @Test
    void sender_with_the_secret_is_a_backend() throws IOException {
        denyClosed();
        try (TcpBridge bridge =
                TcpBridge.builder(topics).secret("open sesame").acknowledge().build()) {
            bridge.start();
            try (Socket socket = connect(bridge)) {
                assertThat(send(socket, "open sesame\n" + NEWS).readLine()).isEqualTo("ok 0");
            }
        }
    }

    @Test
    void acknowledgements_keep_their_order_after_late_decisions() throws IOException {
        CompletableFuture<AccessDecision> decision = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        AccessControl.of(topics).authorizer(request -> {
            if (!request.name().equals("news")) {
                return AccessDecision.ALLOW;
            }
            asked.complete(null);
            return AccessDecision.later(decision);
        });
        try (TcpBridge bridge = TcpBridge.builder(topics).acknowledge().build()) {
            bridge.start();
            try (Socket socket = connect(bridge)) {
                BufferedReader acknowledgements = send(socket, NEWS + CLOSED + "[]\n");
                asked.join();
                decision.complete(AccessDecision.deny("not now"));

                assertThat(acknowledgements.readLine()).isEqualTo("error topic news denied: not now");
                assertThat(acknowledgements.readLine()).isEqualTo("ok 0");
                assertThat(acknowledgements.readLine()).isEqualTo("ok");
            }
        }
    }
}
