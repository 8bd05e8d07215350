package dev.sprocket.checks.stream;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.sprocket.checks.keys.Site;
import dev.sprocket.checks.stream.CurlStream.Block;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Missed events in a shell, by {@code curl -N}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("foreign")
class CurlStreamTest {
    private Site site;
    private CuttingProxy proxy;

    @BeforeEach
    void start() throws Exception {
        site = Site.start(
                "topics { news { history {} }, weather { history {} }, small { history { size = 2 } } }",
                listener(
                        "web",
                        LISTENER_ROUTES.is("[" + route("/events", EVENTS) + ", "
                                + route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"))) + "]")),
                Site.ALLOW_ALL);
        proxy = new CuttingProxy(site.port());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        site.close();
    }

    private CurlStream open(String target, String... arguments) throws Exception {
        return CurlStream.open("http://127.0.0.1:" + proxy.port() + "/events" + target, arguments);
    }

    private void push(String topic, int... events) throws Exception {
        for (int event : events) {
            assertThat(Site.send(site.uri("/push/" + topic), "POST", String.valueOf(event))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void earliest_sends_all_that_is_kept() throws Exception {
        push("small", 1, 2, 3);

        try (CurlStream stream = open("/small?last-event-id=earliest")) {
            List<Block> blocks = stream.until("recovered");

            assertThat(CurlStream.messages(blocks)).containsExactly("2", "3");
            assertThat(blocks.get(0).type()).isEqualTo("position");
            assertThat(blocks.get(2).id()).isEqualTo(blocks.get(3).id());
            push("small", 4);
            assertThat(stream.next().data()).isEqualTo("4");
        }
    }

    @Test
    void last_event_id_continues_after_a_cut() throws Exception {
        Block last;
        try (CurlStream stream = open("/news")) {
            assertThat(stream.next().type()).isEqualTo("position");
            push("news", 1, 2);
            assertThat(stream.next().data()).isEqualTo("1");
            last = stream.next();
            assertThat(last.data()).isEqualTo("2");
            proxy.cut();
            assertThat(stream.awaitEnd()).isNotZero();
        }
        push("news", 3, 4);
        proxy.restore();

        try (CurlStream stream = open("/news", "-H", "Last-Event-ID: " + last.id())) {
            List<Block> blocks = stream.until("recovered");
            push("news", 5);

            assertThat(blocks.get(0)).isEqualTo(new Block("position", last.id(), last.id()));
            assertThat(CurlStream.messages(blocks)).containsExactly("3", "4");
            assertThat(blocks).extracting(Block::type).doesNotContain("gap");
            assertThat(stream.next().data()).isEqualTo("5");
        }
    }

    @Test
    void several_topics_continue_by_one_id() throws Exception {
        String id;
        try (CurlStream stream = open("?topic=news&topic=weather")) {
            assertThat(stream.next().type()).isEqualTo("position");
            push("weather", 1);
            push("news", 2);
            List<Block> both = List.of(stream.next(), stream.next());
            assertThat(both)
                    .extracting(Block::data)
                    .containsExactlyInAnyOrder(
                            "{\"topic\":\"weather\",\"event\":1}", "{\"topic\":\"news\",\"event\":2}");
            id = both.get(1).id();
            proxy.cut();
            stream.awaitEnd();
        }
        push("news", 3);
        push("weather", 4, 5);
        proxy.restore();

        try (CurlStream stream = open("?topic=news&topic=weather", "-H", "Last-Event-ID: " + id)) {
            List<Block> first = stream.until("recovered");
            List<Block> second = stream.until("recovered");

            assertThat(first.get(0)).isEqualTo(new Block("position", id, id));
            List<String> missed = new java.util.ArrayList<>(CurlStream.messages(first));
            missed.addAll(CurlStream.messages(second));
            assertThat(missed)
                    .containsExactlyInAnyOrder(
                            "{\"topic\":\"news\",\"event\":3}",
                            "{\"topic\":\"weather\",\"event\":4}",
                            "{\"topic\":\"weather\",\"event\":5}")
                    .containsSubsequence("{\"topic\":\"weather\",\"event\":4}", "{\"topic\":\"weather\",\"event\":5}");
        }
    }

    @ParameterizedTest
    @CsvSource({"none, ''", "newest, 5", "all, '4,5'", "'', ''"})
    void gap_is_told_before_the_events_asked_for(String onGap, String expected) throws Exception {
        push("small", 1);
        String first;
        try (CurlStream stream = open("/small?last-event-id=earliest")) {
            first = stream.until("recovered").get(1).id();
        }
        push("small", 2, 3, 4, 5);

        try (CurlStream stream =
                open("/small" + (onGap.isEmpty() ? "" : "?on-gap=" + onGap), "-H", "Last-Event-ID: " + first)) {
            List<Block> blocks = stream.until("recovered");

            assertThat(blocks.get(1).type()).isEqualTo("gap");
            assertThat(JsonParser.parseString(blocks.get(1).data())
                            .getAsJsonObject()
                            .get("reason")
                            .getAsString())
                    .isEqualTo("evicted");
            assertThat(String.join(",", CurlStream.messages(blocks))).isEqualTo(expected);
            push("small", 6);
            assertThat(stream.next().data()).isEqualTo("6");
        }
    }
}
