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

    private WampPeer peer(RecordingApp with) {
        WampPeer peer = new WampPeer(with, topics);
        peer.hears();
        with.calls();
        return peer;
    }

    /** SELF stands for the sender's session id. */
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
    void the_fourth_item_excludes_and_the_fifth_makes_eligible(String wire, String excluded, String eligible) {
        try (WampPeer peer = peer(app)) {
            peer.says(wire);

            String self = app.conns.get(0).sessionId();
            assertThat(app.calls())
                    .containsExactly("publish t 1 not " + excluded.replace("SELF", self) + " only " + eligible);
            assertThat(peer.hears()).isEmpty();
        }
    }

    @Test
    void an_event_is_any_JSON_and_stays_the_text_it_was() {
        try (WampPeer peer = peer(app)) {
            peer.says("[7,\"t\", { \"a\" : 1.50 } ]").says("[7,\"t\",null]").says("[7,\"t\",\"\\u00e9\"]");

            assertThat(app.calls())
                    .containsExactly(
                            "publish t { \"a\" : 1.50 } not [] only []",
                            "publish t null not [] only []",
                            "publish t \"\\u00e9\" not [] only []");
        }
    }

    @Test
    void the_server_never_forwards_by_itself() {
        try (WampPeer publisher = peer(app);
                WampPeer subscriber = peer(app)) {
            subscriber.says("[5,\"t\"]");
            publisher.says("[7,\"t\",1]");

            assertThat(subscriber.hears()).isEmpty();
        }
    }

    @Test
    void a_publisher_need_not_be_subscribed() {
        try (WampPeer publisher = peer(forwarding);
                WampPeer subscriber = peer(forwarding)) {
            subscriber.says("[5,\"t\"]");
            publisher.says("[7,\"t\",{\"x\":1}]");

            assertThat(subscriber.hears()).containsExactly("[8,\"t\",{\"x\":1}]");
            assertThat(publisher.hears()).isEmpty();
        }
    }

    @Test
    void excludeMe_keeps_the_event_from_its_sender_alone() {
        try (WampPeer one = peer(forwarding);
                WampPeer other = peer(forwarding)) {
            one.says("[5,\"t\"]");
            other.says("[5,\"t\"]");
            one.says("[7,\"t\",1,true]").says("[7,\"t\",2,false]");

            assertThat(one.hears()).containsExactly("[8,\"t\",2]");
            assertThat(other.hears()).containsExactly("[8,\"t\",1]", "[8,\"t\",2]");
        }
    }

    @Test
    void exclude_beats_eligible() {
        try (WampPeer one = peer(forwarding);
                WampPeer other = peer(forwarding);
                WampPeer third = peer(forwarding)) {
            one.says("[5,\"t\"]");
            other.says("[5,\"t\"]");
            third.says("[5,\"t\"]");
            String first = forwarding.conns.get(0).sessionId();
            String second = forwarding.conns.get(1).sessionId();
            third.says("[7,\"t\",1,[\"" + first + "\"],[\"" + first + "\",\"" + second + "\"]]");

            assertThat(one.hears()).isEmpty();
            assertThat(other.hears()).containsExactly("[8,\"t\",1]");
            assertThat(third.hears()).isEmpty();
        }
    }

    @Test
    void ids_are_compared_strictly() {
        try (WampPeer one = peer(forwarding);
                WampPeer other = peer(forwarding)) {
            one.says("[5,\"t\"]");
            String id = forwarding.conns.get(0).sessionId();
            for (String almost : List.of(" " + id, id + " ", id + "\\u0000", swapCase(id), "true", "0", "")) {
                other.says("[7,\"t\",1,[\"" + almost + "\"]]");
                assertThat(one.hears()).as(almost).hasSize(1);
                other.says("[7,\"t\",1,[],[\"" + almost + "\"]]");
                assertThat(one.hears()).as(almost).isEmpty();
            }
        }
    }

    /** An id of 22 random characters has a letter. */
    private static String swapCase(String id) {
        String upper = id.toUpperCase(Locale.ROOT);
        return upper.equals(id) ? id.toLowerCase(Locale.ROOT) : upper;
    }

    @Test
    void a_topic_without_subscribers_is_a_topic_for_onPublish() {
        RecordingApp keeping = new RecordingApp() {
            @Override
            public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
                assertThat(topic).isEqualTo(topics.topic("t"));
                assertThat(topic.broadcast(event, audience)).isZero();
            }
        };
        try (WampPeer peer = peer(keeping)) {
            peer.says("[7,\"t\",1]");

            assertThat(peer.hears()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
            assertThat(keeping.calls()).isEmpty();
        }
    }

    @Test
    void an_event_can_be_sent_to_one_connection_by_topic_or_id_and_subscribed_or_not() {
        try (WampPeer peer = peer(app)) {
            WampConnection conn = app.conns.get(0);

            assertThat(conn.event("t", Event.of(1))).isTrue();
            assertThat(conn.event(topics.topic("t"), Event.json("{ \"a\" : null }")))
                    .isTrue();
            assertThat(peer.hears()).containsExactly("[8,\"t\",1]", "[8,\"t\",{\"a\":null}]");

            peer.vanishes();
            assertThat(conn.event("t", Event.of(1))).isFalse();
        }
    }

    @Test
    void events_reach_subscribers_in_the_order_of_publishing_across_topics() {
        try (WampPeer publisher = peer(forwarding);
                WampPeer subscriber = peer(forwarding)) {
            subscriber.says("[5,\"a\"]").says("[5,\"b\"]");
            publisher
                    .says("[7,\"a\",1]")
                    .says("[7,\"b\",2]")
                    .says("[7,\"a\",3]")
                    .says("[7,\"a\",4]");

            assertThat(subscriber.hears()).containsExactly("[8,\"a\",1]", "[8,\"b\",2]", "[8,\"a\",3]", "[8,\"a\",4]");
        }
    }

    @Test
    void an_application_that_fails_is_closed_with_1011_and_others_are_not() {
        RecordingApp failing = new RecordingApp() {
            @Override
            public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
                throw new IllegalStateException("boom");
            }
        };
        try (WampPeer bad = peer(failing);
                WampPeer good = peer(failing)) {
            bad.says("[7,\"t\",1]").says("[5,\"t\"]");

            assertThat(bad.hears()).containsExactly("close 1011");
            assertThat(failing.calls()).containsExactly("error boom");
            assertThat(good.says("[5,\"t\"]").isConnected()).isTrue();
            assertThat(failing.calls()).containsExactly("subscribe t");
        }
    }
}
