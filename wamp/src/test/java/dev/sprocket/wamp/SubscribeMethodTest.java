package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.annotation.Subscribe;
import dev.sprocket.wamp.annotation.WampMethods;
import dev.sprocket.wamp.server.WampServer;
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
        final List<String> received = new ArrayList<>();

        @Subscribe("raw")
        void raw(Event event) {
            received.add("raw " + event.json());
        }

        @Subscribe("line")
        void line(WampConnection publisher, Line line) {
            received.add(publisher.sessionId() + " " + line);
        }

        @Subscribe("all")
        void all(WampConnection publisher, Topic topic, List<Integer> event, Audience audience) {
            received.add(topic + " " + event + " " + audience.excluded());
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
        peer.send("[5,\"" + topic + "\"]").received();
        fallback.calls();
        return peer;
    }

    @Test
    void method_receives_event_before_subscribers() {
        try (WampPeer peer = subscriber("raw")) {
            peer.send("[7,\"raw\",{ \"a\" : 1 }]").send("[7,\"raw\",2,true]");

            assertThat(api.received).containsExactly("raw { \"a\" : 1 }", "raw 2");
            assertThat(peer.received()).containsExactly("[8,\"raw\",{ \"a\" : 1 }]");
            assertThat(fallback.calls()).isEmpty();
        }
    }

    @Test
    void event_is_converted_and_context_is_injected() {
        try (WampPeer peer = subscriber("line")) {
            String id = fallback.conns.get(0).sessionId();
            peer.send("[7,\"line\",{\"text\":\"x\",\"size\":3}]").send("[7,\"all\",[1,2],[\"a\"]]");

            assertThat(api.received).containsExactly(id + " Line[text=x, size=3]", "all [1, 2] [a]");
        }
    }

    @Test
    void method_returning_false_suppresses_event() {
        try (WampPeer peer = subscriber("odd")) {
            peer.send("[7,\"odd\",1]").send("[7,\"odd\",2]").send("[7,\"odd\",3]");

            assertThat(peer.received()).containsExactly("[8,\"odd\",1]", "[8,\"odd\",3]");
        }
    }

    @Test
    void invalid_event_is_dropped_and_connection_stays_open() {
        try (WampPeer peer = subscriber("line")) {
            peer.send("[5,\"odd\"]").send("[5,\"refused\"]");
            peer.send("[7,\"line\",\"x\"]").send("[7,\"odd\",null]").send("[7,\"refused\",1]");

            assertThat(api.received).isEmpty();
            assertThat(peer.received()).isEmpty();
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void failing_method_closes_connection() {
        try (WampPeer peer = subscriber("failing")) {
            peer.send("[7,\"failing\",1]");

            assertThat(peer.received()).containsExactly("close 1011");
            assertThat(fallback.calls()).containsExactly("error boom");
        }
    }

    @Test
    void other_topics_use_fallback_if_present() {
        try (WampPeer peer = subscriber("other")) {
            peer.send("[7,\"other\",1]");

            assertThat(fallback.calls()).containsExactly("publish other 1 not [] only []");
            assertThat(peer.received()).isEmpty();
        }
        try (WampPeer peer = new WampPeer(WampMethods.of(api), topics)) {
            peer.received();
            assertThat(peer.send("[5,\"other\"]").send("[7,\"other\",1]").received())
                    .isEmpty();
        }
    }

    /** An acknowledged publish fails if the event is not delivered. */
    @Test
    void rejected_v2_publish_returns_error() {
        try (V2Peer peer = V2Peer.joined(new WampServer(WampMethods.of(api), topics))) {
            peer.send("[16,1,{\"acknowledge\":true},\"line\",[\"x\"]]");
            assertThat(peer.received())
                    .singleElement()
                    .asString()
                    .startsWith("[8,16,1,{},\"wamp.error.invalid_argument\",[\"");
            peer.send("[16,2,{\"acknowledge\":true},\"refused\",[1]]");
            assertThat(peer.received()).containsExactly("[8,16,2,{},\"e\",[\"not now\"]]");
            peer.send("[16,3,{\"acknowledge\":true},\"other\",[1]]");
            assertThat(peer.received())
                    .containsExactly("[8,16,3,{},\"wamp.error.not_authorized\","
                            + "[\"the application accepts no events for topic other\"]]");
            peer.send("[16,4,{},\"other\",[1]]");
            assertThat(peer.received()).isEmpty();
            peer.send("[16,5,{\"acknowledge\":true},\"raw\",[1]]").send("[16,6,{\"acknowledge\":true},\"odd\",[2]]");
            assertThat(peer.received()).containsExactly("[17,5,P]", "[17,6,P]");
            peer.send("[16,7,{\"acknowledge\":true},\"failing\",[1]]");
            assertThat(peer.received().get(0))
                    .isEqualTo("[8,16,7,{},\"wamp.error.internal\",[\"the request failed\"]]");
        }
    }

    @Test
    void acknowledged_publish_fails_without_onPublish() {
        try (V2Peer peer = V2Peer.joined(new WampServer(new WampComponent() {}, topics))) {
            peer.send("[16,1,{\"acknowledge\":true},\"t\",[1]]");
            assertThat(peer.received().get(0)).startsWith("[8,16,1,{},\"wamp.error.not_authorized\",");
        }
    }

    @Test
    void application_broadcast_bypasses_method() {
        try (WampPeer peer = subscriber("raw")) {
            topics.topic("raw").broadcast(Event.of(1));

            assertThat(peer.received()).containsExactly("[8,\"raw\",1]");
            assertThat(api.received).isEmpty();
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
    void constructor_names_invalid_subscribe_methods() {
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
