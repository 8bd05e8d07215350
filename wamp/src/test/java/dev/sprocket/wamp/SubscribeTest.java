package dev.sprocket.wamp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The messages SUBSCRIBE, UNSUBSCRIBE and EVENT, and the end of subscriptions. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SubscribeTest {
    private final RecordingApp app = new RecordingApp();
    private final Topics topics = new Topics();

    private WampPeer peer() {
        return peer(app, WampOptions.DEFAULT);
    }

    private WampPeer peer(RecordingApp component, WampOptions options) {
        WampPeer peer = new WampPeer(component, topics, options);
        peer.received();
        component.calls();
        return peer;
    }

    @Test
    void subscriber_receives_events_with_unchanged_text() {
        String json = "{ \"a\" : 1.0e1, \"b\":\"\\u00e9<\" }";
        try (WampPeer peer = peer()) {
            peer.send("[5,\"http://example.com/#t\"]");
            topics.topic("http://example.com/#t").broadcast(Event.raw(json.getBytes(UTF_8)));
            topics.topic("other").broadcast(Event.of(1));

            assertThat(peer.received()).containsExactly("[8,\"http://example.com/#t\"," + json + "]");
            assertThat(app.calls()).containsExactly("subscribe http://example.com/#t");
        }
    }

    @Test
    void topics_are_written_as_JSON_strings() {
        try (WampPeer peer = peer()) {
            peer.send("[5,\"say \\\"\\u00e9\\\\\"]");
            topics.topic("say \"é\\").broadcast(Event.of(1));

            assertThat(peer.received()).containsExactly("[8,\"say \\\"é\\\\\",1]");
        }
    }

    @Test
    void subscribe_and_unsubscribe_have_no_response() {
        try (WampPeer peer = peer()) {
            assertThat(peer.send("[5,\"t\"]").send("[6,\"t\"]").received()).isEmpty();
            assertThat(app.calls()).containsExactly("subscribe t", "unsubscribe t");
        }
    }

    @Test
    void second_subscribe_is_ignored() {
        try (WampPeer peer = peer()) {
            peer.send("[5,\"t\"]").send("[5,\"t\"]");
            topics.topic("t").broadcast(Event.of(1));

            assertThat(peer.received()).containsExactly("[8,\"t\",1]");
            assertThat(app.calls()).containsExactly("subscribe t");
        }
    }

    @Test
    void unsubscribe_without_subscription_is_ignored() {
        try (WampPeer peer = peer()) {
            peer.send("[6,\"t\"]").send("[5,\"t\"]").send("[6,\"t\"]").send("[6,\"t\"]");

            assertThat(app.calls()).containsExactly("subscribe t", "unsubscribe t");
        }
    }

    @Test
    void unsubscribe_stops_events() {
        try (WampPeer peer = peer()) {
            peer.send("[5,\"t\"]").send("[6,\"t\"]");

            assertThat(topics.topic("t").broadcast(Event.of(1))).isZero();
            assertThat(peer.received()).isEmpty();
        }
    }

    @Test
    void extra_message_items_are_ignored() {
        try (WampPeer peer = peer()) {
            peer.send("[5,\"t\",{\"future\":true}]").send("[6,\"t\",1,2]");

            assertThat(app.calls()).containsExactly("subscribe t", "unsubscribe t");
        }
    }

    @Test
    void topic_handle_works_after_topic_was_inactive() {
        Topic kept = topics.topic("t");
        try (WampPeer peer = peer()) {
            peer.send("[5,\"t\"]").send("[6,\"t\"]");
            assertThat(topics.all()).isEmpty();
            peer.send("[5,\"t\"]");

            assertThat(kept.broadcast(Event.of(1))).isEqualTo(1);
            assertThat(peer.received()).containsExactly("[8,\"t\",1]");
        }
    }

    @Test
    void connection_lists_its_subscriptions() {
        try (WampPeer peer = peer()) {
            peer.send("[5,\"a\"]").send("[5,\"b\"]").send("[6,\"a\"]");

            assertThat(app.conns.get(0).subscriptions()).containsExactly(topics.topic("b"));
        }
        assertThat(app.conns.get(0).subscriptions()).isEmpty();
    }

    @Test
    void disconnect_unsubscribes_each_topic_before_onClose() {
        try (WampPeer peer = peer()) {
            peer.send("[5,\"a\"]").send("[5,\"b\"]").send("[5,\"c\"]").send("[6,\"b\"]");
            app.calls();
            peer.disconnect();

            assertThat(app.calls()).containsExactly("unsubscribe a", "unsubscribe c", "close");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void close_frame_unsubscribes_each_topic() {
        try (WampPeer peer = peer()) {
            peer.send("[5,\"a\"]");
            app.calls();
            peer.sendClose();

            assertThat(app.calls()).containsExactly("unsubscribe a", "close");
            assertThat(peer.received()).containsExactly("close 1000");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void silent_disconnect_skips_onUnsubscribe() {
        RecordingApp silent = new RecordingApp() {
            @Override
            public void onClose(WampConnection conn) throws Exception {
                assertThat(conn.subscriptions()).hasSize(2);
                super.onClose(conn);
            }
        };
        try (WampPeer peer = peer(silent, WampOptions.DEFAULT.silentDisconnect(true))) {
            peer.send("[5,\"a\"]").send("[5,\"b\"]");
            silent.calls();
            peer.disconnect();

            assertThat(silent.calls()).containsExactly("close");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void onUnsubscribe_can_notify_other_subscribers() {
        RecordingApp telling = new RecordingApp() {
            @Override
            public void onUnsubscribe(WampConnection conn, Topic topic) {
                assertThat(topic.broadcast(Event.of("left"))).isEqualTo(1);
            }
        };
        try (WampPeer leaving = peer(telling, WampOptions.DEFAULT);
                WampPeer staying = peer(telling, WampOptions.DEFAULT)) {
            leaving.send("[5,\"t\"]");
            staying.send("[5,\"t\"]");
            leaving.disconnect();

            assertThat(staying.received()).containsExactly("[8,\"t\",\"left\"]");
            assertThat(telling.calls()).doesNotContain("error");
        }
    }

    @Test
    void failing_onUnsubscribe_does_not_skip_others() {
        RecordingApp failing = new RecordingApp() {
            @Override
            public void onUnsubscribe(WampConnection conn, Topic topic) throws Exception {
                super.onUnsubscribe(conn, topic);
                throw new IllegalStateException("on " + topic);
            }
        };
        try (WampPeer peer = peer(failing, WampOptions.DEFAULT)) {
            peer.send("[5,\"a\"]").send("[5,\"b\"]");
            failing.calls();
            peer.disconnect();

            assertThat(failing.calls())
                    .containsExactly("unsubscribe a", "error on a", "unsubscribe b", "error on b", "close");
        }
    }

    @Test
    void closes_1008_when_subscription_limit_is_exceeded() {
        try (WampPeer peer = peer(app, WampOptions.DEFAULT.maxSubscriptions(2))) {
            peer.send("[5,\"a\"]").send("[5,\"b\"]").send("[5,\"a\"]");
            assertThat(peer.received()).isEmpty();

            peer.send("[5,\"c\"]");

            assertThat(peer.received()).containsExactly("close 1008 limit of 2 subscriptions per connection reached");
            assertThat(app.calls()).containsExactly("subscribe a", "subscribe b");
        }
    }
}
