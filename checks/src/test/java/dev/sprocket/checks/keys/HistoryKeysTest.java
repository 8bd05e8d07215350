package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.closed;
import static dev.sprocket.checks.keys.Site.route;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of the events that topics keep, and of the keys and versions of events. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class HistoryKeysTest {
    private static Site site(String... text) throws Exception {
        List<String> all = new ArrayList<>(List.of(text));
        all.add(Site.ALLOW_ALL);
        all.add(closed(route("/events", EVENTS), route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on")))));
        return Site.start(all.toArray(String[]::new));
    }

    private static void push(Site site, String topic, String event) throws Exception {
        assertThat(site.post("/push/" + topic, event).statusCode()).isEqualTo(200);
    }

    /** Returns the data of all events that a topic keeps. */
    private static List<String> kept(Site site, String topic) throws Exception {
        List<String> data = new ArrayList<>();
        try (RawClient client = RawClient.to(site.port())) {
            client.send("GET /events/" + topic + "?last-event-id=earliest HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
            assertThat(client.readHead()).contains(" 200 ");
            String type = "";
            for (String line = client.readLine(); !line.equals("event: recovered"); line = client.readLine()) {
                if (line.isEmpty()) {
                    type = "";
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ") && (type.isEmpty() || type.equals("gap"))) {
                    data.add(line.substring(6));
                    if (type.equals("gap")) {
                        return data;
                    }
                }
            }
        }
        return data;
    }

    @Test
    @Row({TOPICS_HISTORY, TOPICS_HISTORY_SIZE})
    void topic_keeps_its_newest_events() throws Exception {
        try (Site site = site(
                TOPICS.named("two", TOPICS_HISTORY.object(TOPICS_HISTORY_SIZE.is(2))),
                TOPICS.named("default", TOPICS_HISTORY.object()))) {
            for (int i = 1; i <= 101; i++) {
                push(site, "two", String.valueOf(i));
                push(site, "default", String.valueOf(i));
            }
            push(site, "none", "1");

            assertThat(kept(site, "two")).containsExactly("100", "101");
            assertThat(kept(site, "default")).hasSize(100).startsWith("2").endsWith("101");
            assertThat(kept(site, "none")).singleElement().asString().contains("\"reason\":\"no-log\"");
        }
    }

    @Test
    @Row(TOPICS_HISTORY_TTL)
    void events_expire() throws Exception {
        try (Site site = site(
                TOPICS.named("short", TOPICS_HISTORY.object(TOPICS_HISTORY_TTL.is("50ms"))),
                TOPICS.named("long", TOPICS_HISTORY.object(TOPICS_HISTORY_TTL.is("1h"))))) {
            push(site, "short", "1");
            push(site, "long", "1");
            Thread.sleep(100);

            assertThat(kept(site, "short")).isEmpty();
            assertThat(kept(site, "long")).containsExactly("1");
        }
    }

    @Test
    @Row({TOPICS_HISTORY_MAX_BYTES, HISTORY_MEMORY_LIMIT})
    void memory_of_events_is_limited() throws Exception {
        String text = "x".repeat(1000);
        try (Site site = site(
                HISTORY_MEMORY_LIMIT.is("50k"),
                TOPICS.named("one", TOPICS_HISTORY.object(TOPICS_HISTORY_MAX_BYTES.is("2000"))),
                TOPICS.named("busy", TOPICS_HISTORY.object()),
                TOPICS.named("private", TOPICS_HISTORY.object()))) {
            push(site, "private", "1");
            for (int i = 0; i < 100; i++) {
                push(site, "one", "\"" + i + text + "\"");
                push(site, "busy", "\"" + i + text + "\"");
            }

            assertThat(kept(site, "one")).singleElement().asString().startsWith("\"99x");
            assertThat(kept(site, "busy")).hasSizeBetween(30, 50);
            assertThat(kept(site, "private")).containsExactly("1");
        }
    }

    @Test
    @Row({WAMP_TOPICS_HISTORY, WAMP_TOPICS_HISTORY_SIZE, WAMP_TOPICS_HISTORY_TTL, WAMP_TOPICS_HISTORY_MAX_BYTES})
    void slow_readers_of_a_realm_catch_up() throws Exception {
        int events = 400;
        String wamp = WAMP.with(
                WAMP_REALM.text("own"),
                WAMP_PRIVATE_TOPICS.is("on"),
                WAMP_TOPICS.named(
                        "all",
                        WAMP_TOPICS_HISTORY.object(
                                WAMP_TOPICS_HISTORY_SIZE.is(1000), WAMP_TOPICS_HISTORY_MAX_BYTES.is("40M"))),
                WAMP_TOPICS.named("few", WAMP_TOPICS_HISTORY.object(WAMP_TOPICS_HISTORY_SIZE.is(5))),
                WAMP_TOPICS.named("small", WAMP_TOPICS_HISTORY.object(WAMP_TOPICS_HISTORY_MAX_BYTES.is("100k"))),
                WAMP_TOPICS.named("short", WAMP_TOPICS_HISTORY.object(WAMP_TOPICS_HISTORY_TTL.is("1ms"))),
                Site.ALLOW_ALL);
        try (Site site = Site.start(HISTORY_MEMORY_LIMIT.is("200M"), closed(route("/own", PUBSUB, WS, wamp)));
                WampPeer publisher = WampPeer.join(site.port(), "/own", "own")) {
            String event = "\"" + "x".repeat(60_000) + "\"";
            for (String topic : List.of("all", "few", "small", "short")) {
                try (WampPeer slow = WampPeer.join(site.port(), "/own", "own")) {
                    slow.subscribe(topic);
                    for (int i = 0; i < events; i++) {
                        assertThat(publisher.publish(topic, event)).startsWith("[17,");
                    }
                    Thread.sleep(5); // the time for which the topic "short" keeps events
                    publisher.publish(topic, "\"end\"");
                    if (topic.equals("all")) {
                        assertThat(eventsUntilEnd(slow, publisher, topic)).isEqualTo(events);
                    } else {
                        awaitGap(slow, publisher, topic);
                    }
                }
            }
        }
    }

    /** Receives events until one says that events before it are gone. */
    private static void awaitGap(WampPeer slow, WampPeer publisher, String topic) throws Exception {
        int received = 0;
        for (String text = slow.receive(); !text.contains("\"_gap\":"); text = slow.receive()) {
            assertThat(text).startsWith("[36,");
            received++;
            if (received % 10 == 0) {
                publisher.publish(topic, "\"end\"");
            }
        }
    }

    private static int eventsUntilEnd(WampPeer slow, WampPeer publisher, String topic) throws Exception {
        int received = 0;
        for (String text = slow.receive(); !text.contains("end"); text = slow.receive()) {
            assertThat(text).startsWith("[36,");
            received++;
            if (received % 10 == 0) {
                publisher.publish(topic, "\"end\"");
            }
        }
        return received;
    }

    private static HttpResponse<String> pushEnvelope(Site site, String topic, String more) throws Exception {
        return site.post("/push", "{\"topic\":\"" + topic + "\",\"event\":1," + more + "}");
    }

    @Test
    @Row(EVENT_KEY_TTL)
    void key_of_an_event_expires() throws Exception {
        try (Site site = site(EVENT_KEY_TTL.is("50ms"));
                Site other = site()) {
            for (Site one : new Site[] {site, other}) {
                assertThat(pushEnvelope(one, "t", "\"key\":\"k\"").body()).doesNotContain("duplicate");
            }
            Thread.sleep(100);

            assertThat(pushEnvelope(site, "t", "\"key\":\"k\"").body()).doesNotContain("duplicate");
            assertThat(pushEnvelope(other, "t", "\"key\":\"k\"").body()).contains("\"duplicate\":true");
        }
    }

    @Test
    @Row({EVENT_KEY_MEMORY_LIMIT, EVENT_VERSION_MEMORY_LIMIT})
    void memory_of_keys_and_versions_is_limited() throws Exception {
        try (Site site = site(EVENT_KEY_MEMORY_LIMIT.is(1100), EVENT_VERSION_MEMORY_LIMIT.is(600))) {
            for (String name : new String[] {"a", "b"}) {
                assertThat(pushEnvelope(site, "t", "\"key\":\"" + name + "\"").statusCode())
                        .isEqualTo(200);
                assertThat(pushEnvelope(site, name, "\"version\":1").statusCode())
                        .isEqualTo(200);
            }

            HttpResponse<String> key = pushEnvelope(site, "t", "\"key\":\"c\"");
            HttpResponse<String> version = pushEnvelope(site, "c", "\"version\":1");

            assertThat(key.statusCode()).isEqualTo(503);
            assertThat(key.body()).contains("no room for another key");
            assertThat(key.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(500L, 600L);
            assertThat(version.statusCode()).isEqualTo(503);
            assertThat(version.body()).contains("no room for another topic with a version");
            assertThat(version.headers().firstValueAsLong("Retry-After").orElse(0))
                    .isBetween(3000L, 3600L);
            assertThat(pushEnvelope(site, "t", "\"key\":\"a\"").body()).contains("\"duplicate\":true");
            assertThat(pushEnvelope(site, "a", "\"version\":2").body()).doesNotContain("superseded");
        }
    }
}
