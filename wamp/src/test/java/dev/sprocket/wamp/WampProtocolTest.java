package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.websocket.Subprotocols;
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

/** The protocol alone, under applications that keep their own topics. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class WampProtocolTest {
    /** All that it takes to do without Sprocket's topics. */
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

    private static class Recording implements RawWampComponent {
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
        assertThat(peer.hears()).hasSize(1).first().asString().startsWith("[0,");
        return peer;
    }

    private static WampPeer peer(RawWampComponent app) {
        return peer(app, WampOptions.DEFAULT);
    }

    @Test
    void an_application_with_topics_of_its_own_broadcasts_by_event() {
        OwnTopics app = new OwnTopics();
        try (WampPeer one = peer(app);
                WampPeer other = peer(app)) {
            one.says("[5,\"t\"]").says("[5,\"u\"]").says("[5,\"t\"]");
            other.says("[5,\"t\"]");
            other.says("[7,\"t\",{ \"a\" : 1 },true]").says("[7,\"u\",2]").says("[7,\"nobody\",3]");

            assertThat(one.hears()).containsExactly("[8,\"t\",{ \"a\" : 1 }]", "[8,\"u\",2]");
            assertThat(other.hears()).isEmpty();

            one.says("[6,\"t\"]").vanishes();
            other.says("[7,\"t\",4]");

            assertThat(other.hears()).containsExactly("[8,\"t\",4]");
            assertThat(app.topics.get("t")).hasSize(1);
            assertThat(app.topics.get("u")).isEmpty();
        }
    }

    @Test
    void every_subscribe_and_unsubscribe_is_the_applications_and_a_disconnect_is_onClose_alone() {
        Recording app = new Recording();
        try (WampPeer peer = peer(app)) {
            peer.says("[1,\"ex\",\"http://ex/\"]")
                    .says("[6,\"ex:t\"]")
                    .says("[5,\"ex:t\"]")
                    .says("[5,\"http://ex/t\"]");

            assertThat(app.conns.get(0).subscriptions()).isEmpty();
            peer.vanishes();

            assertThat(app.calls)
                    .containsExactly(
                            "unsubscribe http://ex/t", "subscribe http://ex/t", "subscribe http://ex/t", "close");
        }
    }

    @Test
    void mistakes_and_limits_are_the_protocols() {
        Recording app = new Recording();
        try (WampPeer shouting = peer(app);
                WampPeer long_winded = peer(app);
                WampPeer prefixing = peer(app, new WampOptions(Curies.PLAIN, false, 1000, 1))) {
            assertThat(shouting.says("[9]").hears())
                    .containsExactly("close 1007 message type 9 (expected: 1, 2, 5, 6 or 7)");
            assertThat(long_winded.says("[5,\"" + "x".repeat(513) + "\"]").hears())
                    .containsExactly("close 1007 topic of 513 characters (expected: 1-512)");
            assertThat(prefixing
                            .says("[1,\"a\",\"x\"]")
                            .says("[1,\"b\",\"x\"]")
                            .says("[5,\"t\"]")
                            .hears())
                    .containsExactly("close 1008 more than 1 prefixes");
            assertThat(app.calls).isEmpty();
        }
    }

    @Test
    void a_call_without_procedures_is_answered_and_a_failing_one_too() {
        RawWampComponent failing = new RawWampComponent() {
            @Override
            public void onCall(WampConnection conn, Call call) {
                throw new IllegalStateException("secret");
            }
        };
        try (WampPeer peer = peer(new RawWampComponent() {});
                WampPeer failed = peer(failing)) {
            assertThat(peer.says("[2,1,\"add\"]").hears())
                    .containsExactly("[4,1,\"wamp.error.no_such_procedure\",\"no procedure add\"]");
            assertThat(failed.says("[2,1,\"p\"]").hears())
                    .containsExactly("[4,1,\"wamp.error.internal\",\"the procedure failed\"]", "close 1011");
        }
    }

    @Test
    void messages_that_are_not_well_formed_are_counted() {
        WampProtocol protocol = new WampProtocol(new RawWampComponent() {});
        for (String wire : List.of("", "[9]", "[5]", "[5,\"t\"]")) {
            new WampPeer(new WsServer(protocol), "wamp", Unpooled.EMPTY_BUFFER)
                    .says(wire)
                    .close();
        }

        assertThat(protocol.malformed()).isEqualTo(3);
    }

    @Test
    void an_applications_own_subprotocols_come_first() {
        class Versioned extends OwnTopics implements Subprotocols {
            @Override
            public List<String> subprotocols() {
                return List.of("own");
            }
        }

        assertThat(new WampProtocol(new Versioned()).subprotocols()).containsExactly("own", "wamp");
    }
}
