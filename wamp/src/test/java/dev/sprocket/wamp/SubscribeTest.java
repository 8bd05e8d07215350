package dev.sprocket.wamp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE, UNSUBSCRIBE, EVENT, and what happens to subscriptions at the end. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SubscribeTest {
    private final RecordingApp app = new RecordingApp();
    private final Topics topics = new Topics();

    private WampPeer peer() {
        return peer(app, WampOptions.DEFAULT);
    }

    private WampPeer peer(RecordingApp with, WampOptions options) {
        WampPeer peer = new WampPeer(with, topics, options);
        peer.hears();
        with.calls();
        return peer;
    }

    @Test
    void a_subscriber_gets_events_of_its_topics_with_their_text_untouched() {
        String json = "{ \"a\" : 1.0e1, \"b\":\"\\u00e9<\" }";
        try (WampPeer peer = peer()) {
            peer.says("[5,\"http://example.com/#t\"]");
            topics.topic("http://example.com/#t").broadcast(Event.raw(json.getBytes(UTF_8)));
            topics.topic("other").broadcast(Event.of(1));

            assertThat(peer.hears()).containsExactly("[8,\"http://example.com/#t\"," + json + "]");
            assertThat(app.calls()).containsExactly("subscribe http://example.com/#t");
        }
    }

    @Test
    void topics_are_written_as_JSON_strings() {
        try (WampPeer peer = peer()) {
            peer.says("[5,\"say \\\"\\u00e9\\\\\"]");
            topics.topic("say \"é\\").broadcast(Event.of(1));

            assertThat(peer.hears()).containsExactly("[8,\"say \\\"é\\\\\",1]");
        }
    }

    @Test
    void subscribe_and_unsubscribe_are_not_answered() {
        try (WampPeer peer = peer()) {
            assertThat(peer.says("[5,\"t\"]").says("[6,\"t\"]").hears()).isEmpty();
            assertThat(app.calls()).containsExactly("subscribe t", "unsubscribe t");
        }
    }

    @Test
    void a_second_subscribe_is_ignored() {
        try (WampPeer peer = peer()) {
            peer.says("[5,\"t\"]").says("[5,\"t\"]");
            topics.topic("t").broadcast(Event.of(1));

            assertThat(peer.hears()).containsExactly("[8,\"t\",1]");
            assertThat(app.calls()).containsExactly("subscribe t");
        }
    }

    @Test
    void an_unsubscribe_without_a_subscription_is_ignored() {
        try (WampPeer peer = peer()) {
            peer.says("[6,\"t\"]").says("[5,\"t\"]").says("[6,\"t\"]").says("[6,\"t\"]");

            assertThat(app.calls()).containsExactly("subscribe t", "unsubscribe t");
        }
    }

    @Test
    void after_an_unsubscribe_no_more_events_come() {
        try (WampPeer peer = peer()) {
            peer.says("[5,\"t\"]").says("[6,\"t\"]");

            assertThat(topics.topic("t").broadcast(Event.of(1))).isZero();
            assertThat(peer.hears()).isEmpty();
        }
    }

    @Test
    void items_that_are_too_many_are_passed_over() {
        try (WampPeer peer = peer()) {
            peer.says("[5,\"t\",{\"future\":true}]").says("[6,\"t\",1,2]");

            assertThat(app.calls()).containsExactly("subscribe t", "unsubscribe t");
        }
    }

    @Test
    void a_topic_that_emptied_and_filled_again_still_works_through_a_kept_handle() {
        Topic kept = topics.topic("t");
        try (WampPeer peer = peer()) {
            peer.says("[5,\"t\"]").says("[6,\"t\"]");
            assertThat(topics.all()).isEmpty();
            peer.says("[5,\"t\"]");

            assertThat(kept.broadcast(Event.of(1))).isEqualTo(1);
            assertThat(peer.hears()).containsExactly("[8,\"t\",1]");
        }
    }

    @Test
    void a_connection_knows_its_subscriptions() {
        try (WampPeer peer = peer()) {
            peer.says("[5,\"a\"]").says("[5,\"b\"]").says("[6,\"a\"]");

            assertThat(app.conns.get(0).subscriptions()).containsExactly(topics.topic("b"));
        }
        assertThat(app.conns.get(0).subscriptions()).isEmpty();
    }

    @Test
    void who_disconnects_is_unsubscribed_from_each_topic_before_onClose() {
        try (WampPeer peer = peer()) {
            peer.says("[5,\"a\"]").says("[5,\"b\"]").says("[5,\"c\"]").says("[6,\"b\"]");
            app.calls();
            peer.vanishes();

            assertThat(app.calls()).containsExactly("unsubscribe a", "unsubscribe c", "close");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void a_goodbye_is_a_disconnect_too() {
        try (WampPeer peer = peer()) {
            peer.says("[5,\"a\"]");
            app.calls();
            peer.says_goodbye();

            assertThat(app.calls()).containsExactly("unsubscribe a", "close");
            assertThat(peer.hears()).containsExactly("close 1000");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void silent_disconnects_are_Ratchets_onClose_first_and_no_onUnsubscribe() {
        RecordingApp silent = new RecordingApp() {
            @Override
            public void onClose(WampConnection conn) throws Exception {
                assertThat(conn.subscriptions()).hasSize(2);
                super.onClose(conn);
            }
        };
        try (WampPeer peer = peer(silent, new WampOptions(Curies.PLAIN, true, 1000, 100))) {
            peer.says("[5,\"a\"]").says("[5,\"b\"]");
            silent.calls();
            peer.vanishes();

            assertThat(silent.calls()).containsExactly("close");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void others_hear_of_a_disconnect_in_onUnsubscribe_and_the_one_who_left_does_not() {
        RecordingApp telling = new RecordingApp() {
            @Override
            public void onUnsubscribe(WampConnection conn, Topic topic) {
                assertThat(topic.broadcast(Event.of("left"))).isEqualTo(1);
            }
        };
        try (WampPeer leaving = peer(telling, WampOptions.DEFAULT);
                WampPeer staying = peer(telling, WampOptions.DEFAULT)) {
            leaving.says("[5,\"t\"]");
            staying.says("[5,\"t\"]");
            leaving.vanishes();

            assertThat(staying.hears()).containsExactly("[8,\"t\",\"left\"]");
            assertThat(telling.calls()).doesNotContain("error");
        }
    }

    @Test
    void an_onUnsubscribe_that_fails_at_the_end_keeps_no_other_from_being_called() {
        RecordingApp failing = new RecordingApp() {
            @Override
            public void onUnsubscribe(WampConnection conn, Topic topic) throws Exception {
                super.onUnsubscribe(conn, topic);
                throw new IllegalStateException("on " + topic);
            }
        };
        try (WampPeer peer = peer(failing, WampOptions.DEFAULT)) {
            peer.says("[5,\"a\"]").says("[5,\"b\"]");
            failing.calls();
            peer.vanishes();

            assertThat(failing.calls())
                    .containsExactly("unsubscribe a", "error on a", "unsubscribe b", "error on b", "close");
        }
    }

    @Test
    void past_the_limit_of_subscriptions_the_connection_is_closed_with_1008() {
        try (WampPeer peer = peer(app, new WampOptions(Curies.PLAIN, false, 2, 100))) {
            peer.says("[5,\"a\"]").says("[5,\"b\"]").says("[5,\"a\"]");
            assertThat(peer.hears()).isEmpty();

            peer.says("[5,\"c\"]");

            assertThat(peer.hears()).containsExactly("close 1008 more than 2 subscriptions");
            assertThat(app.calls()).containsExactly("subscribe a", "subscribe b");
        }
    }
}
