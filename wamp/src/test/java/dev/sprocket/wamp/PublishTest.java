package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PublishTest {
    private final Topics topics = new Topics();
    private final RecordingApp app = new RecordingApp();
    private final RecordingApp forwarding = new RecordingApp() {
        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topic.broadcast(event, audience);
        }
    };

    private WampPeer peer(RecordingApp component) {
        WampPeer peer = new WampPeer(component, topics);
        peer.received();
        component.calls();
        return peer;
    }

    /** The word SELF stands for the session id of the sender. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[7,\"t\",1]|[]|[]",
                "[7,\"t\",1,true]|[SELF]|[]",
                "[7,\"t\",1,1]|[SELF]|[]",
                "[7,\"t\",1,-0.5]|[SELF]|[]",
                "[7,\"t\",1,\"x\"]|[SELF]|[]",
                "[7,\"t\",1,false]|[]|[]",
                "[7,\"t\",1,null]|[]|[]",
                "[7,\"t\",1,0]|[]|[]",
                "[7,\"t\",1,0.0]|[]|[]",
                "[7,\"t\",1,-0]|[]|[]",
                "[7,\"t\",1,0e9]|[]|[]",
                "[7,\"t\",1,\"\"]|[]|[]",
                "[7,\"t\",1,[]]|[]|[]",
                "[7,\"t\",1,[\"a\",\"b\"]]|[a, b]|[]",
                "[7,\"t\",1,[],[]]|[]|[]",
                "[7,\"t\",1,[],null]|[]|[]",
                "[7,\"t\",1,[],[\"c\"]]|[]|[c]",
                "[7,\"t\",1,[\"a\"],[\"a\",\"c\"]]|[a]|[a, c]",
                "[7,\"t\",1,null,[\"c\"]]|[]|[c]",
                "[7,\"t\",1,true,[\"c\"]]|[SELF]|[c]",
                "[ 7 , \"t\" , 1 , [ \"a\" ] , [ \"b\" ] ]|[a]|[b]",
                "[7,\"t\",1,[\"a\"],[\"b\"],\"future\"]|[a]|[b]"
            })
    void publish_items_define_excluded_and_eligible(String wire, String excluded, String eligible) {
        try (WampPeer peer = peer(app)) {
            peer.send(wire);

            String self = app.conns.get(0).sessionId();
            assertThat(app.calls())
                    .containsExactly("publish t 1 not " + excluded.replace("SELF", self) + " only " + eligible);
            assertThat(peer.received()).isEmpty();
        }
    }

    @Test
    void event_keeps_its_json_text() {
        try (WampPeer peer = peer(app)) {
            peer.send("[7,\"t\", { \"a\" : 1.50 } ]").send("[7,\"t\",null]").send("[7,\"t\",\"\\u00e9\"]");

            assertThat(app.calls())
                    .containsExactly(
                            "publish t { \"a\" : 1.50 } not [] only []",
                            "publish t null not [] only []",
                            "publish t \"\\u00e9\" not [] only []");
        }
    }

    @Test
    void server_never_forwards_without_application() {
        try (WampPeer publisher = peer(app);
                WampPeer subscriber = peer(app)) {
            subscriber.send("[5,\"t\"]");
            publisher.send("[7,\"t\",1]");

            assertThat(subscriber.received()).isEmpty();
        }
    }

    @Test
    void publisher_need_not_be_subscribed() {
        try (WampPeer publisher = peer(forwarding);
                WampPeer subscriber = peer(forwarding)) {
            subscriber.send("[5,\"t\"]");
            publisher.send("[7,\"t\",{\"x\":1}]");

            assertThat(subscriber.received()).containsExactly("[8,\"t\",{\"x\":1}]");
            assertThat(publisher.received()).isEmpty();
        }
    }

    @Test
    void exclude_me_excludes_sender_only() {
        try (WampPeer one = peer(forwarding);
                WampPeer other = peer(forwarding)) {
            one.send("[5,\"t\"]");
            other.send("[5,\"t\"]");
            one.send("[7,\"t\",1,true]").send("[7,\"t\",2,false]");

            assertThat(one.received()).containsExactly("[8,\"t\",2]");
            assertThat(other.received()).containsExactly("[8,\"t\",1]", "[8,\"t\",2]");
        }
    }

    @Test
    void exclude_takes_precedence_over_eligible() {
        try (WampPeer one = peer(forwarding);
                WampPeer other = peer(forwarding);
                WampPeer third = peer(forwarding)) {
            one.send("[5,\"t\"]");
            other.send("[5,\"t\"]");
            third.send("[5,\"t\"]");
            String first = forwarding.conns.get(0).sessionId();
            String second = forwarding.conns.get(1).sessionId();
            third.send("[7,\"t\",1,[\"" + first + "\"],[\"" + first + "\",\"" + second + "\"]]");

            assertThat(one.received()).isEmpty();
            assertThat(other.received()).containsExactly("[8,\"t\",1]");
            assertThat(third.received()).isEmpty();
        }
    }

    @Test
    void session_ids_are_compared_exactly() {
        try (WampPeer one = peer(forwarding);
                WampPeer other = peer(forwarding)) {
            one.send("[5,\"t\"]");
            String id = forwarding.conns.get(0).sessionId();
            for (String almost : List.of(" " + id, id + " ", id + "\\u0000", swapCase(id), "true", "0", "")) {
                other.send("[7,\"t\",1,[\"" + almost + "\"]]");
                assertThat(one.received()).as(almost).hasSize(1);
                other.send("[7,\"t\",1,[],[\"" + almost + "\"]]");
                assertThat(one.received()).as(almost).isEmpty();
            }
        }
    }

    /** Changes the case of the first letter; a random id of 22 characters has one. */
    private static String swapCase(String id) {
        String upper = id.toUpperCase(Locale.ROOT);
        return upper.equals(id) ? id.toLowerCase(Locale.ROOT) : upper;
    }

    @Test
    void on_publish_receives_topic_without_subscribers() {
        RecordingApp keeping = new RecordingApp() {
            @Override
            public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
                assertThat(topic).isEqualTo(topics.topic("t"));
                assertThat(topic.broadcast(event, audience)).isZero();
            }
        };
        try (WampPeer peer = peer(keeping)) {
            peer.send("[7,\"t\",1]");

            assertThat(peer.received()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(keeping.calls()).isEmpty();
        }
    }

    @Test
    void event_can_be_sent_to_one_connection() {
        try (WampPeer peer = peer(app)) {
            WampConnection conn = app.conns.get(0);

            assertThat(conn.event("t", Event.of(1))).isTrue();
            assertThat(conn.event(topics.topic("t"), Event.json("{ \"a\" : null }")))
                    .isTrue();
            assertThat(peer.received()).containsExactly("[8,\"t\",1]", "[8,\"t\",{\"a\":null}]");

            peer.disconnect();
            assertThat(conn.event("t", Event.of(1))).isFalse();
        }
    }

    @Test
    void events_keep_publish_order_across_topics() {
        try (WampPeer publisher = peer(forwarding);
                WampPeer subscriber = peer(forwarding)) {
            subscriber.send("[5,\"a\"]").send("[5,\"b\"]");
            publisher
                    .send("[7,\"a\",1]")
                    .send("[7,\"b\",2]")
                    .send("[7,\"a\",3]")
                    .send("[7,\"a\",4]");

            assertThat(subscriber.received())
                    .containsExactly("[8,\"a\",1]", "[8,\"b\",2]", "[8,\"a\",3]", "[8,\"a\",4]");
        }
    }

    @Test
    void failing_callback_closes_own_connection_with_1011() {
        RecordingApp failing = new RecordingApp() {
            @Override
            public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
                throw new IllegalStateException("boom");
            }
        };
        try (WampPeer bad = peer(failing);
                WampPeer good = peer(failing)) {
            bad.send("[7,\"t\",1]").send("[5,\"t\"]");

            assertThat(bad.received()).containsExactly("close 1011");
            assertThat(failing.calls()).containsExactly("error boom");
            assertThat(good.send("[5,\"t\"]").isConnected()).isTrue();
            assertThat(failing.calls()).containsExactly("subscribe t");
        }
    }
}
