package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.closed;
import static dev.sprocket.checks.keys.Site.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.keys.fixture.RedisProcess;
import dev.sprocket.leaktest.SpinWait;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Protocol;

/** Clients of a server whose Redis is stopped and returns. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class EngineAwayTest {
    private static Site start(RedisProcess redis) throws Exception {
        Site site = Site.start(
                ENGINE.is(ENGINE_REDIS.with(ENGINE_REDIS_URI.text(redis.uri()), ENGINE_REDIS_TIMEOUT.is("30s"))),
                Site.ALLOW_ALL,
                TOPICS.named(
                        "\"kept.*\"",
                        TOPICS_SUBSCRIBE.is("anyone"),
                        TOPICS_PUBLISH.is("anyone"),
                        TOPICS_HISTORY.object(TOPICS_HISTORY_SIZE.is(10))),
                closed(
                        route("/events", EVENTS),
                        route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"))),
                        route("/ws", PUBSUB, WS, WAMP)));
        while (site.get("/ready").statusCode() != 200) {
            SpinWait.once();
        }
        return site;
    }

    /** Pushes until the status is as expected, and returns the last answer. */
    private static HttpResponse<String> pushUntil(Site site, int status) throws Exception {
        HttpResponse<String> answer = site.post("/push/kept.news", "0");
        while (answer.statusCode() != status) {
            SpinWait.once();
            answer = site.post("/push/kept.news", "0");
        }
        return answer;
    }

    @Test
    void clients_are_told_while_redis_is_away() throws Exception {
        RedisProcess redis = RedisProcess.start();
        try (Site site = start(redis);
                WampPeer peer = WampPeer.join(site.port(), "/ws")) {
            assertThat(peer.subscribe("news")).startsWith("[33,");
            redis.close();
            assertThat(pushUntil(site, 503).headers().firstValue("Retry-After")).hasValue("1");
            assertThat(site.post("/push/news", "1").statusCode()).isEqualTo(200);
            assertThat(peer.receive()).startsWith("[36,").endsWith("[1]]");
            assertThat(peer.exchange(16, "{\"acknowledge\":true},\"kept.news\",[2]"))
                    .startsWith("[8,16,")
                    .contains("\"wamp.error.unavailable\"");
            assertThat(peer.subscribe("kept.other")).startsWith("[8,32,").contains("\"wamp.error.unavailable\"");
            HttpResponse<String> refused = site.get("/events/kept.news");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");

            redis = RedisProcess.start(redis.port());
            pushUntil(site, 200);
            assertThat(peer.subscribe("kept.other")).startsWith("[33,");
            assertThat(peer.exchange(16, "{\"acknowledge\":true,\"exclude_me\":false},\"kept.other\",[3]"))
                    .matches("\\[(17|36),.*");
            assertThat(peer.receive()).matches("\\[(17|36),.*");
        } finally {
            redis.close();
        }
    }

    @Test
    void patterns_are_told_of_events_they_may_have_missed() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                Site site = start(redis);
                WampPeer kept = WampPeer.join(site.port(), "/ws");
                WampPeer hiding = WampPeer.join(site.port(), "/ws");
                WampPeer plain = WampPeer.join(site.port(), "/ws")) {
            assertThat(kept.exchange(32, "{\"match\":\"prefix\"},\"ke\"")).startsWith("[33,");
            assertThat(hiding.subscribe("sprocket.gap")).startsWith("[33,");
            assertThat(hiding.exchange(32, "{\"match\":\"prefix\"},\"kept.\"")).startsWith("[33,");
            assertThat(plain.exchange(32, "{\"match\":\"wildcard\"},\"plain.\""))
                    .startsWith("[33,");
            pushUntil(site, 200);
            assertThat(kept.receive()).startsWith("[36,").contains("_position").doesNotContain("_gap");

            redis.command(jedis -> jedis.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "pubsub"));
            site.awaitLog("subscribers are told a gap");
            assertThat(hiding.receive()).startsWith("[36,").endsWith(",[0]]");
            assertThat(hiding.receive())
                    .startsWith("[36,")
                    .endsWith(",{},[{\"topic\":\"kept.\",\"from\":null,\"to\":null,\"reason\":\"unknown\"}]]");

            pushUntil(site, 200);
            assertThat(kept.receive())
                    .startsWith("[36,")
                    .contains("\"_gap\":{\"from\":null,\"to\":null,\"reason\":\"unknown\"}");
            pushUntil(site, 200);
            assertThat(kept.receive()).startsWith("[36,").doesNotContain("_gap");
            assertThat(site.post("/push/plain.1", "1").statusCode()).isEqualTo(200);
            assertThat(plain.receive()).startsWith("[36,").endsWith("[1]]").doesNotContain("_gap");
        }
    }
}
