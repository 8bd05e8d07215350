package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a page with AutobahnJS 0.8 says and reads, text by text. */
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
        // it goes on only if the third item is its own version
        assertThat(page.hears()).containsExactly("[0,\"" + id + "\",1,\"Sprocket/dev\"]");
        return page;
    }

    @Test
    void a_page_hears_events_of_the_topic_as_it_subscribed_it() {
        try (WampPeer reader = page();
                WampPeer writer = page()) {
            reader.says("[5,\"kittensCategory\"]");
            writer.says("[7,\"kittensCategory\",{\"title\":\"Meow\",\"when\":null}]");

            assertThat(reader.hears()).containsExactly("[8,\"kittensCategory\",{\"title\":\"Meow\",\"when\":null}]");
        }
    }

    @Test
    void a_topic_subscribed_by_its_prefix_is_heard_of_as_the_URI_that_the_page_resolves_it_to() {
        try (WampPeer page = page()) {
            page.says("[1,\"ex\",\"http://example.com/\"]").says("[5,\"ex:t\"]").says("[7,\"ex:t\",\"x\"]");

            assertThat(page.hears()).containsExactly("[8,\"http://example.com/t\",\"x\"]");

            page.says("[6,\"ex:t\"]").says("[7,\"ex:t\",\"y\"]");

            assertThat(page.hears()).isEmpty();
        }
    }

    @Test
    void all_ways_to_publish_are_understood() {
        try (WampPeer one = page();
                WampPeer other = page()) {
            String first = app.conns.get(0).sessionId();
            String second = app.conns.get(1).sessionId();
            one.says("[5,\"t\"]");
            other.says("[5,\"t\"]");
            one.says("[7,\"t\",\"all\"]")
                    .says("[7,\"t\",\"not me\",true]")
                    .says("[7,\"t\",\"me too\",false]")
                    .says("[7,\"t\",\"not them\",[\"" + second + "\"]]")
                    .says("[7,\"t\",\"only them\",[],[\"" + second + "\"]]")
                    .says("[7,\"t\",\"nobody\",[\"" + first + "\"],[\"" + first + "\"]]");

            assertThat(one.hears())
                    .containsExactly("[8,\"t\",\"all\"]", "[8,\"t\",\"me too\"]", "[8,\"t\",\"not them\"]");
            assertThat(other.hears())
                    .containsExactly(
                            "[8,\"t\",\"all\"]",
                            "[8,\"t\",\"not me\"]",
                            "[8,\"t\",\"me too\"]",
                            "[8,\"t\",\"only them\"]");
        }
    }

    @Test
    void calls_are_answered_under_the_id_that_the_page_made() {
        try (WampPeer page = page()) {
            page.says("[1,\"ex\",\"http://example.com/\"]")
                    .says("[2,\"0.yr2ub6d3v1\",\"ex:sum\",1,2]")
                    .says("[2,\"0.0r4rw9i6zz\",\"ex:other\"]");

            assertThat(page.hears())
                    .containsExactly(
                            "[3,\"0.yr2ub6d3v1\",3]",
                            "[4,\"0.0r4rw9i6zz\",\"http://example.com/error#no\",\"no\",\"http://example.com/other\"]");
        }
    }
}
