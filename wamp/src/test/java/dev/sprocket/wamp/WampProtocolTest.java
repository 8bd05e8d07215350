package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.wamp.server.WampProtocol;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The protocol without topics, for applications with their own topics. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class WampProtocolTest {
    /** Minimal topics of an application. */
    private static class OwnTopics implements RawWampComponent {
        final Map<String, Set<WampConnection>> topics = new HashMap<>();

        @Override
        public void onSubscribe(WampConnection conn, String topic) {
            topics.computeIfAbsent(topic, none -> new LinkedHashSet<>()).add(conn);
        }

        @Override
        public void onUnsubscribe(WampConnection conn, String topic) {
            topics.getOrDefault(topic, Set.of()).remove(conn);
        }

        @Override
        public void onPublish(WampConnection conn, String topic, Event event, Audience audience) {
            for (WampConnection subscriber : topics.getOrDefault(topic, Set.of())) {
                if (audience.includes(subscriber.sessionId())) {
                    subscriber.event(topic, event);
                }
            }
        }

        @Override
        public void onClose(WampConnection conn) {
            topics.values().forEach(subscribers -> subscribers.remove(conn));
        }
    }

    private static class RecordingComponent implements RawWampComponent {
        final List<String> calls = new ArrayList<>();
        final List<WampConnection> conns = new ArrayList<>();

        @Override
        public void onOpen(WampConnection conn) {
            conns.add(conn);
        }

        @Override
        public void onSubscribe(WampConnection conn, String topic) {
            calls.add("subscribe " + topic);
        }

        @Override
        public void onUnsubscribe(WampConnection conn, String topic) {
            calls.add("unsubscribe " + topic);
        }

        @Override
        public void onError(WampConnection conn, Throwable cause) {
            calls.add("error " + cause.getMessage());
        }

        @Override
        public void onClose(WampConnection conn) {
            calls.add("close");
        }
    }

    private static WampPeer peer(RawWampComponent app, WampOptions options) {
        WampPeer peer = new WampPeer(new WsServer(new WampProtocol(app, options)), "wamp", Unpooled.EMPTY_BUFFER);
        assertThat(peer.received()).hasSize(1).first().asString().startsWith("[0,");
        return peer;
    }

    private static WampPeer peer(RawWampComponent app) {
        return peer(app, WampOptions.DEFAULT);
    }

    @Test
    void application_can_broadcast_with_own_topics() {
        OwnTopics app = new OwnTopics();
        try (WampPeer one = peer(app);
                WampPeer other = peer(app)) {
            one.send("[5,\"t\"]").send("[5,\"u\"]").send("[5,\"t\"]");
            other.send("[5,\"t\"]");
            other.send("[7,\"t\",{ \"a\" : 1 },true]").send("[7,\"u\",2]").send("[7,\"nobody\",3]");

            assertThat(one.received()).containsExactly("[8,\"t\",{ \"a\" : 1 }]", "[8,\"u\",2]");
            assertThat(other.received()).isEmpty();

            one.send("[6,\"t\"]").disconnect();
            other.send("[7,\"t\",4]");

            assertThat(other.received()).containsExactly("[8,\"t\",4]");
            assertThat(app.topics.get("t")).hasSize(1);
            assertThat(app.topics.get("u")).isEmpty();
        }
    }

    @Test
    void raw_component_receives_every_subscribe_and_unsubscribe() {
        RecordingComponent app = new RecordingComponent();
        try (WampPeer peer = peer(app)) {
            peer.send("[1,\"ex\",\"http://ex/\"]")
                    .send("[6,\"ex:t\"]")
                    .send("[5,\"ex:t\"]")
                    .send("[5,\"http://ex/t\"]");

            assertThat(app.conns.get(0).subscriptions()).isEmpty();
            peer.disconnect();

            assertThat(app.calls)
                    .containsExactly(
                            "unsubscribe http://ex/t", "subscribe http://ex/t", "subscribe http://ex/t", "close");
        }
    }

    @Test
    void protocol_enforces_format_and_limits() {
        RecordingComponent app = new RecordingComponent();
        try (WampPeer malformed = peer(app);
                WampPeer verbose = peer(app);
                WampPeer prefixing = peer(app, WampOptions.DEFAULT.maxPrefixes(1))) {
            assertThat(malformed.send("[9]").received())
                    .containsExactly("close 1007 message type 9 (expected: 1, 2, 5, 6 or 7)");
            assertThat(verbose.send("[5,\"" + "x".repeat(513) + "\"]").received())
                    .containsExactly("close 1007 topic of 513 characters (expected: 1-512)");
            assertThat(prefixing
                            .send("[1,\"a\",\"x\"]")
                            .send("[1,\"b\",\"x\"]")
                            .send("[5,\"t\"]")
                            .received())
                    .containsExactly("close 1008 limit of 1 prefixes per connection reached");
            assertThat(app.calls).isEmpty();
        }
    }

    @Test
    void unknown_and_failing_calls_return_error() {
        RawWampComponent failing = new RawWampComponent() {
            @Override
            public void onCall(WampConnection conn, Call call) {
                throw new IllegalStateException("secret");
            }
        };
        try (WampPeer peer = peer(new RawWampComponent() {});
                WampPeer failed = peer(failing)) {
            assertThat(peer.send("[2,1,\"add\"]").received())
                    .containsExactly("[4,1,\"wamp.error.no_such_procedure\",\"no procedure add\"]");
            assertThat(failed.send("[2,1,\"p\"]").received())
                    .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
        }
    }

    @Test
    void malformed_messages_are_counted() {
        WampProtocol protocol = new WampProtocol(new RawWampComponent() {});
        for (String wire : List.of("", "[9]", "[5]", "[5,\"t\"]")) {
            new WampPeer(new WsServer(protocol), "wamp", Unpooled.EMPTY_BUFFER)
                    .send(wire)
                    .close();
        }

        assertThat(protocol.malformed()).isEqualTo(3);
    }

    @Test
    void subprotocols_of_application_come_first() {
        class Versioned extends OwnTopics implements WsServer.Subprotocols {
            @Override
            public List<String> subprotocols() {
                return List.of("own");
            }
        }

        assertThat(new WampProtocol(new Versioned()).subprotocols()).containsExactly("own", "wamp");
    }
}
