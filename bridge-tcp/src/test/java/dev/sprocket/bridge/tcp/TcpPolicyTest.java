package dev.sprocket.bridge.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessPolicy;
import dev.sprocket.pubsub.access.AccessRule;
import dev.sprocket.pubsub.access.Grantee;
import dev.sprocket.pubsub.push.Publisher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    @Test
    void acknowledgements_keep_their_order_after_late_results() throws Exception {
        EventLog log = mock(EventLog.class);
        when(log.isAvailable()).thenReturn(true);
        CompletableFuture<Published> first = new CompletableFuture<>();
        CompletableFuture<Published> second = new CompletableFuture<>();
        CountDownLatch asked = new CountDownLatch(1);
        when(log.append(any(), any(), any(), any())).thenAnswer(call -> {
            asked.countDown();
            return ((Event) call.getArgument(1)).json().equals("1") ? first : second;
        });
        Topics kept = new Topics(
                id -> id.equals("plain")
                        ? TopicSettings.DEFAULT
                        : TopicSettings.DEFAULT.history(5, Duration.ofHours(1)),
                log);
        Publisher publisher = new Publisher(kept);
        try (TcpBridge bridge = TcpBridge.builder(publisher).acknowledge().build()) {
            bridge.start();
            try (Socket socket = connect(bridge)) {
                BufferedReader acknowledgements =
                        send(socket, NEWS + CLOSED + "{\"topic\":\"plain\",\"event\":3}\n{}\n");
                assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
                second.completeExceptionally(new IllegalStateException("log is away"));
                first.complete(new Published(null, 7));

                assertThat(acknowledgements.readLine()).isEqualTo("ok 7");
                assertThat(acknowledgements.readLine()).isEqualTo("error 1 of 1 events not stored");
                assertThat(acknowledgements.readLine()).isEqualTo("ok 0");
                assertThat(acknowledgements.readLine()).startsWith("error line 1, column 1: expected ");
            }
        }
        assertThat(publisher.published()).isEqualTo(2);
        assertThat(publisher.rejected()).isEqualTo(2);
    }
}
