package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Methods with {@link Subscribe}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SubscribeMethodTest {
    record Line(String text, int size) {}

    @SuppressWarnings("unused")
    private static final class Api {
        final List<String> heard = new ArrayList<>();

        @Subscribe("raw")
        void raw(Event event) {
            heard.add("raw " + event.json());
        }

        @Subscribe("line")
        void line(WampConnection publisher, Line line) {
            heard.add(publisher.sessionId() + " " + line);
        }

        @Subscribe("all")
        void all(WampConnection publisher, Topic topic, List<Integer> event, Audience audience) {
            heard.add(topic + " " + event + " " + audience.excluded());
        }

        @Subscribe("odd")
        boolean odd(int number) {
            return number % 2 == 1;
        }

        @Subscribe("refused")
        void refused(Event event) {
            throw new CallException("e", "not now");
        }

        @Subscribe("failing")
        void failing(Event event) {
            throw new IllegalStateException("boom");
        }
    }

    private final Api api = new Api();
    private final Topics topics = new Topics();
    private final RecordingApp fallback = new RecordingApp();

    private WampPeer subscriber(String topic) {
        WampPeer peer = new WampPeer(WampMethods.of(api, fallback), topics);
        peer.says("[5,\"" + topic + "\"]").hears();
        fallback.calls();
        return peer;
    }

    @Test
    void a_method_hears_the_event_and_then_the_subscribers_do() {
        try (WampPeer peer = subscriber("raw")) {
            peer.says("[7,\"raw\",{ \"a\" : 1 }]").says("[7,\"raw\",2,true]");

            assertThat(api.heard).containsExactly("raw { \"a\" : 1 }", "raw 2");
            assertThat(peer.hears()).containsExactly("[8,\"raw\",{ \"a\" : 1 }]");
            assertThat(fallback.calls()).isEmpty();
        }
    }

    @Test
    void an_event_is_mapped_and_the_publisher_topic_and_audience_handed_in() {
        try (WampPeer peer = subscriber("line")) {
            String id = fallback.conns.get(0).sessionId();
            peer.says("[7,\"line\",{\"text\":\"x\",\"size\":3}]").says("[7,\"all\",[1,2],[\"a\"]]");

            assertThat(api.heard).containsExactly(id + " Line[text=x, size=3]", "all [1, 2] [a]");
        }
    }

    @Test
    void a_method_that_returns_false_keeps_the_event_back() {
        try (WampPeer peer = subscriber("odd")) {
            peer.says("[7,\"odd\",1]").says("[7,\"odd\",2]").says("[7,\"odd\",3]");

            assertThat(peer.hears()).containsExactly("[8,\"odd\",1]", "[8,\"odd\",3]");
        }
    }

    @Test
    void an_event_that_does_not_fit_or_is_refused_goes_nowhere_and_the_connection_lives() {
        try (WampPeer peer = subscriber("line")) {
            peer.says("[5,\"odd\"]").says("[5,\"refused\"]");
            peer.says("[7,\"line\",\"x\"]").says("[7,\"odd\",null]").says("[7,\"refused\",1]");

            assertThat(api.heard).isEmpty();
            assertThat(peer.hears()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void a_method_that_fails_ends_the_connection_as_every_callback() {
        try (WampPeer peer = subscriber("failing")) {
            peer.says("[7,\"failing\",1]");

            assertThat(peer.hears()).containsExactly("close 1011");
            assertThat(fallback.calls()).containsExactly("error boom");
        }
    }

    @Test
    void other_topics_are_the_fallbacks_and_without_one_nobodys() {
        try (WampPeer peer = subscriber("other")) {
            peer.says("[7,\"other\",1]");

            assertThat(fallback.calls()).containsExactly("publish other 1 not [] only []");
            assertThat(peer.hears()).isEmpty();
        }
        try (WampPeer peer = new WampPeer(WampMethods.of(api), topics)) {
            peer.hears();
            assertThat(peer.says("[5,\"other\"]").says("[7,\"other\",1]").hears())
                    .isEmpty();
        }
    }

    /** Whoever asked for an acknowledgement learns that the event reached nobody. */
    @Test
    void refused_publish_is_answered_with_error_in_wamp_v2() {
        try (V2Peer peer = V2Peer.joined(new WampServer(WampMethods.of(api), topics))) {
            peer.says("[16,1,{\"acknowledge\":true},\"line\",[\"x\"]]");
            assertThat(peer.hears())
                    .singleElement()
                    .asString()
                    .startsWith("[8,16,1,{},\"wamp.error.invalid_argument\",[\"");
            peer.says("[16,2,{\"acknowledge\":true},\"refused\",[1]]");
            assertThat(peer.hears()).containsExactly("[8,16,2,{},\"e\",[\"not now\"]]");
            peer.says("[16,3,{\"acknowledge\":true},\"other\",[1]]");
            assertThat(peer.hears())
                    .containsExactly("[8,16,3,{},\"wamp.error.not_authorized\","
                            + "[\"the application accepts no events for topic other\"]]");
            peer.says("[16,4,{},\"other\",[1]]");
            assertThat(peer.hears()).isEmpty();
            peer.says("[16,5,{\"acknowledge\":true},\"raw\",[1]]").says("[16,6,{\"acknowledge\":true},\"odd\",[2]]");
            assertThat(peer.hears()).containsExactly("[17,5,P]", "[17,6,P]");
            peer.says("[16,7,{\"acknowledge\":true},\"failing\",[1]]");
            assertThat(peer.hears().get(0)).isEqualTo("[8,16,7,{},\"wamp.error.internal\",[\"the request failed\"]]");
        }
    }

    @Test
    void component_without_onPublish_refuses_an_acknowledged_publish() {
        try (V2Peer peer = V2Peer.joined(new WampServer(new WampComponent() {}, topics))) {
            peer.says("[16,1,{\"acknowledge\":true},\"t\",[1]]");
            assertThat(peer.hears().get(0)).startsWith("[8,16,1,{},\"wamp.error.not_authorized\",");
        }
        try (V2Peer peer =
                V2Peer.joined(new WampServer(new WampCommandAdapter(new WampCommandComponent() {}), topics))) {
            peer.says("[16,1,{\"acknowledge\":true},\"t\",[1]]");
            assertThat(peer.hears().get(0)).startsWith("[8,16,1,{},\"wamp.error.not_authorized\",");
        }
    }

    @Test
    void what_the_application_broadcasts_does_not_pass_by_the_method() {
        try (WampPeer peer = subscriber("raw")) {
            topics.topic("raw").broadcast(Event.of(1));

            assertThat(peer.hears()).containsExactly("[8,\"raw\",1]");
            assertThat(api.heard).isEmpty();
        }
    }

    static final class NoEvent {
        @Subscribe("t")
        void take(WampConnection conn) {}
    }

    static final class TwoEvents {
        @Subscribe("t")
        void take(Event event, String again) {}
    }

    static final class Returning {
        @Subscribe("t")
        String take(Event event) {
            return "";
        }
    }

    @SuppressWarnings("unused")
    static final class Twice {
        @Subscribe("t")
        void one(Event event) {}

        @Subscribe("t")
        void other(Event event) {}
    }

    @Test
    void what_cannot_hear_is_named_when_the_component_is_made() {
        assertThatThrownBy(() -> WampMethods.of(new NoEvent()))
                .hasMessageStartingWith("NoEvent.take(WampConnection) (expected: one parameter for the event");
        assertThatThrownBy(() -> WampMethods.of(new TwoEvents()))
                .hasMessageStartingWith("TwoEvents.take(Event, String) (expected: one parameter for the event");
        assertThatThrownBy(() -> WampMethods.of(new Returning()))
                .hasMessage("Returning.take(Event) returns String (expected: void or boolean)");
        assertThatThrownBy(() -> WampMethods.of(new Twice()))
                .hasMessageContainingAll("Twice.one(Event)", "Twice.other(Event)", "@Subscribe(\"t\")");
    }
}
