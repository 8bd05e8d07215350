package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Messages of a page with AutobahnJS 0.8. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AutobahnJsTest {
    private final Topics topics = new Topics();
    private final RecordingApp app = new RecordingApp() {
        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topic.broadcast(event, audience);
        }

        @Override
        public void onCall(WampConnection conn, Call call) {
            if (call.procedure().equals("http://example.com/sum")) {
                call.result(call.arguments().get(0).getAsInt()
                        + call.arguments().get(1).getAsInt());
            } else {
                call.error("http://example.com/error#no", "no", call.procedure());
            }
        }
    };

    private WampPeer page() {
        WampPeer page = new WampPeer(app, topics);
        assertThat(page.handshake).containsIgnoringCase("Sec-WebSocket-Protocol: wamp\r\n");
        String id = app.conns.get(app.conns.size() - 1).sessionId();
        // the client requires its own protocol version as third item
        assertThat(page.received()).containsExactly("[0,\"" + id + "\",1,\"Sprocket/dev\"]");
        return page;
    }

    @Test
    void event_has_topic_as_subscribed() {
        try (WampPeer reader = page();
                WampPeer writer = page()) {
            reader.send("[5,\"kittensCategory\"]");
            writer.send("[7,\"kittensCategory\",{\"title\":\"Meow\",\"when\":null}]");

            assertThat(reader.received()).containsExactly("[8,\"kittensCategory\",{\"title\":\"Meow\",\"when\":null}]");
        }
    }

    @Test
    void event_of_prefixed_subscription_has_full_uri() {
        try (WampPeer page = page()) {
            page.send("[1,\"ex\",\"http://example.com/\"]").send("[5,\"ex:t\"]").send("[7,\"ex:t\",\"x\"]");

            assertThat(page.received()).containsExactly("[8,\"http://example.com/t\",\"x\"]");

            page.send("[6,\"ex:t\"]").send("[7,\"ex:t\",\"y\"]");

            assertThat(page.received()).isEmpty();
        }
    }

    @Test
    void supports_all_forms_of_publish() {
        try (WampPeer one = page();
                WampPeer other = page()) {
            String first = app.conns.get(0).sessionId();
            String second = app.conns.get(1).sessionId();
            one.send("[5,\"t\"]");
            other.send("[5,\"t\"]");
            one.send("[7,\"t\",\"all\"]")
                    .send("[7,\"t\",\"not me\",true]")
                    .send("[7,\"t\",\"me too\",false]")
                    .send("[7,\"t\",\"not them\",[\"" + second + "\"]]")
                    .send("[7,\"t\",\"only them\",[],[\"" + second + "\"]]")
                    .send("[7,\"t\",\"nobody\",[\"" + first + "\"],[\"" + first + "\"]]");

            assertThat(one.received())
                    .containsExactly("[8,\"t\",\"all\"]", "[8,\"t\",\"me too\"]", "[8,\"t\",\"not them\"]");
            assertThat(other.received())
                    .containsExactly(
                            "[8,\"t\",\"all\"]",
                            "[8,\"t\",\"not me\"]",
                            "[8,\"t\",\"me too\"]",
                            "[8,\"t\",\"only them\"]");
        }
    }

    @Test
    void call_result_has_call_id_of_page() {
        try (WampPeer page = page()) {
            page.send("[1,\"ex\",\"http://example.com/\"]")
                    .send("[2,\"0.yr2ub6d3v1\",\"ex:sum\",1,2]")
                    .send("[2,\"0.0r4rw9i6zz\",\"ex:other\"]");

            assertThat(page.received())
                    .containsExactly(
                            "[3,\"0.yr2ub6d3v1\",3]",
                            "[4,\"0.0r4rw9i6zz\",\"http://example.com/error#no\",\"no\",\"http://example.com/other\"]");
        }
    }
}
