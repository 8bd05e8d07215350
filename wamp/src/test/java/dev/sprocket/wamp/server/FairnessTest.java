package dev.sprocket.wamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.OpenApp;
import dev.sprocket.wamp.V2Peer;
import dev.sprocket.wamp.WampPeer;
import dev.sprocket.wamp.internal.session.HandshakeLimit;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on the time and memory that one client can use. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class FairnessTest {
    private final Topics topics = new Topics();

    @ParameterizedTest
    @ValueSource(strings = {"wamp", "wamp.2.json"})
    void publisher_reads_pause_while_pending_limit_is_exceeded(String subprotocol) {
        Queue<Runnable> tasks = new ArrayDeque<>();
        topics.topic("com.topic").subscribe(Subscriber.of("slow", tasks::add, (topic, event) -> {}));
        Event large = Event.of("x".repeat(1 << 20));
        for (int i = 0; i < 9; i++) {
            topics.topic("com.topic").broadcast(large);
        }
        try (WampPeer peer = new WampPeer(
                new WsServer(new WampServer(new Realm("realm1", new OpenApp(), topics))),
                subprotocol,
                Unpooled.EMPTY_BUFFER)) {
            if (subprotocol.equals("wamp")) {
                peer.send("[7,\"com.topic\",1]");
            } else {
                peer.send("[1,\"realm1\",{\"roles\":{\"publisher\":{}}}]").send("[16,1,{},\"com.topic\"]");
            }
            assertThat(peer.channel.config().isAutoRead()).isFalse();

            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
            assertThat(topics.pendingBytes()).isZero();
            peer.channel.advanceTimeBy(5, TimeUnit.MILLISECONDS);
            peer.channel.runScheduledPendingTasks();
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void long_hello_is_rejected() {
        WampServer server = new WampServer(new OpenApp());
        String methods = IntStream.range(0, 101).mapToObj(i -> "\"m" + i + "\"").collect(Collectors.joining(","));
        for (String details : List.of("\"authid\":\"" + "x".repeat(513) + "\"", "\"authmethods\":[" + methods + "]")) {
            try (V2Peer peer = new V2Peer(server)) {
                peer.send("[1,\"realm1\",{\"roles\":{\"caller\":{}}," + details + "}]");
                assertThat(peer.received().get(0)).startsWith("[3,").contains("wamp.error.protocol_violation");
            }
        }
    }

    @Test
    void concurrent_handshakes_are_limited_and_released() {
        HandshakeLimit handshakes = new HandshakeLimit();
        for (int i = 0; i < HandshakeLimit.MAX; i++) {
            assertThat(handshakes.begin()).isTrue();
        }
        assertThat(handshakes.begin()).isFalse();
        handshakes.end();
        assertThat(handshakes.begin()).isTrue();
    }

    @Test
    void handshake_is_counted_until_it_ends() {
        WampServer server = new WampServer(new Realm("realm1", new OpenApp(), topics));
        for (int i = 0; i < 3; i++) {
            try (WampPeer peer = new WampPeer(new WsServer(server), "wamp.2.json", Unpooled.EMPTY_BUFFER)) {
                assertThat(server.handshakes().pending()).isEqualTo(1);
                switch (i) {
                    case 0 -> peer.send("[1,\"realm1\",{\"roles\":{\"caller\":{}}}]");
                    case 1 -> peer.send("[1,\"nosuch\",{\"roles\":{\"caller\":{}}}]");
                    default -> peer.disconnect();
                }
                assertThat(server.handshakes().pending()).isZero();
            }
            assertThat(server.handshakes().pending()).isZero();
        }
    }
}
