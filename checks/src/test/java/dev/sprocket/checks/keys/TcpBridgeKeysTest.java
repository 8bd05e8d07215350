package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.fixture.RedisProcess;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.internal.delivery.LogOutage;
import dev.sprocket.pubsub.internal.push.PushQueue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of the bridge {@code tcp}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("slow")
class TcpBridgeKeysTest {
    private static final String PUSHED = "{\"topic\":\"news\",\"event\":1}";

    private static String bridge(String name, String... settings) {
        return BRIDGES.named(
                name,
                BRIDGE_TYPE.is("tcp"),
                TCP_BRIDGE_PORT.is(0),
                TCP_BRIDGE_ACKNOWLEDGE.is("on"),
                String.join(", ", settings));
    }

    private static String exchange(RawClient raw, String line) throws IOException {
        return raw.send(line + "\n").readLine();
    }

    @Test
    @Row({TCP_BRIDGE_HOST, TCP_BRIDGE_PORT, TCP_BRIDGE_ACKNOWLEDGE})
    void bridge_listens_and_acknowledges_netcat() throws Exception {
        int port = Site.freePort();
        try (Site site = Site.start(
                BRIDGES.named(
                        "tcp",
                        TCP_BRIDGE_HOST.text("127.0.0.2"),
                        TCP_BRIDGE_PORT.is(port),
                        TCP_BRIDGE_ACKNOWLEDGE.is("on")),
                BRIDGES.named("silent", BRIDGE_TYPE.is("tcp"), TCP_BRIDGE_PORT.is(0)))) {
            RequiredPrograms.require("nc");
            assertThat(Site.run("bash", "-c", "printf '" + PUSHED + "\\n' | nc -N 127.0.0.2 " + port))
                    .isEqualTo("ok 0\n");
            assertThat(site.server().address("silent").toString())
                    .contains(PrintedKeys.defaultOf(TCP_BRIDGE_HOST).replace("\"", ""));
            try (RawClient silent = RawClient.to(site.port("silent"))) {
                silent.send(PUSHED + "\n").socket().shutdownOutput();
                silent.assertClosed();
            }
        }
    }

    @Test
    @Row(TCP_BRIDGE_FRAMING)
    void framing_separates_messages() throws Exception {
        try (Site site = Site.start(
                bridge("lines"),
                bridge("end", TCP_BRIDGE_FRAMING.is("close-delimited")),
                bridge("length", TCP_BRIDGE_FRAMING.is("length-prefixed")))) {
            try (RawClient lines = RawClient.to(site.port("lines"))) {
                lines.send(PUSHED + "\n" + PUSHED + "\n");
                assertThat(lines.readLine() + lines.readLine()).isEqualTo("ok 0ok 0");
            }
            try (RawClient end = RawClient.to(site.port("end"))) {
                end.send("{\"topic\":\"news\",\n\"event\":1}\n").socket().shutdownOutput();
                assertThat(end.readRest()).isEqualTo("ok 0\n");
            }
            try (RawClient length = RawClient.to(site.port("length"))) {
                byte[] push = PUSHED.getBytes(UTF_8);
                length.send(ByteBuffer.allocate(4 + push.length)
                        .putInt(push.length)
                        .put(push)
                        .array());
                assertThat(ByteBuffer.wrap(length.readBytes(4)).getInt()).isEqualTo(4);
                assertThat(new String(length.readBytes(4), UTF_8)).isEqualTo("ok 0");
            }
        }
    }

    @Test
    @Row(TCP_BRIDGE_SECRET)
    void secret_is_the_first_line() throws Exception {
        try (Site site = Site.start(bridge("closed", TCP_BRIDGE_SECRET.text("open sesame now")), bridge("open"))) {
            try (RawClient raw = RawClient.to(site.port("closed"))) {
                raw.send("open sesame now\n");
                assertThat(exchange(raw, PUSHED)).isEqualTo("ok 0");
            }
            try (RawClient raw = RawClient.to(site.port("closed"))) {
                raw.send(PUSHED + "\n").assertClosed();
            }
            try (RawClient raw = RawClient.to(site.port("open"))) {
                assertThat(exchange(raw, PUSHED)).isEqualTo("ok 0");
            }
        }
    }

    private static String push(int bytes) {
        String head = "{\"topic\":\"news\",\"event\":\"";
        return head + "x".repeat(bytes - head.length() - 2) + "\"}";
    }

    @Test
    @Row({TCP_BRIDGE_MAX_MESSAGE_SIZE, TCP_BRIDGE_MAX_CONNECTIONS})
    void max_message_size_and_max_connections_close() throws Exception {
        try (Site site = Site.start(
                bridge("small", TCP_BRIDGE_MAX_MESSAGE_SIZE.is("\"100 B\"")),
                bridge("one", TCP_BRIDGE_MAX_CONNECTIONS.is(1)),
                bridge("default"))) {
            try (RawClient raw = RawClient.to(site.port("small"))) {
                assertThat(exchange(raw, push(100))).isEqualTo("ok 0");
                assertThat(raw.send(push(101) + "\n").readRest()).doesNotContain("ok");
            }
            int limit = PrintedKeys.bytesOf(TCP_BRIDGE_MAX_MESSAGE_SIZE);
            try (RawClient raw = RawClient.to(site.port("default"))) {
                assertThat(exchange(raw, push(limit))).isEqualTo("ok 0");
                assertThat(raw.send(push(limit + 1) + "\n").readRest()).doesNotContain("ok");
            }
            try (RawClient first = RawClient.to(site.port("one"))) {
                assertThat(exchange(first, PUSHED)).isEqualTo("ok 0");
                try (RawClient second = RawClient.to(site.port("one"))) {
                    assertThat(second.readRest()).doesNotContain("ok");
                }
            }
        }
    }

    @Test
    @Row(TCP_BRIDGE_IDLE_TIMEOUT)
    void idle_timeout_closes() throws Exception {
        try (Site site = Site.start(bridge("short", TCP_BRIDGE_IDLE_TIMEOUT.is("100ms")));
                RawClient raw = RawClient.fromUnusedAddress(site.port("short"))) {
            raw.readRest();
            site.awaitLog("idleMs=100");
        }
    }

    @Test
    @Row(TCP_BRIDGE_PENDING_LIMIT)
    void pending_limit_pauses_reading() throws Exception {
        String late = TOPICS.named("late", TOPICS_BATCH_WINDOW.is("2s"));
        try (Site site = Site.start(
                late,
                bridge("small", TCP_BRIDGE_PENDING_LIMIT.is("\"1 B\"")),
                bridge("default"),
                web(route("/ws", PUBSUB, WS, WAMP)))) {
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/ws", "Sec-WebSocket-Protocol: wamp");
                    RawClient small = RawClient.to(site.port("small"));
                    RawClient standard = RawClient.to(site.port("default"))) {
                client.receive();
                client.send("[5,\"late\"]").send("[2,\"1\",\"none\"]").receive();
                String late1 = "{\"topic\":\"late\",\"event\":1}";
                long before = System.nanoTime();
                assertThat(exchange(small, late1)).isEqualTo("ok 1");
                // read when the first has left for its subscriber
                assertThat(exchange(small, PUSHED)).isEqualTo("ok 0");
                assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(1900));
                assertThat(exchange(standard, late1) + exchange(standard, PUSHED))
                        .isEqualTo("ok 1ok 0");
                assertThat(client.receive() + client.receive()).isEqualTo("[8,\"late\",1][8,\"late\",1]");
            }
        }
    }

    @Test
    @Row({TCP_BRIDGE_HOLD_TIMEOUT, TCP_BRIDGE_HOLD_LIMIT})
    void hold_timeout_and_hold_limit_bound_waiting_pushes() throws Exception {
        String kept = "{\"topic\":\"kept\",\"event\":1}";
        String patient = TCP_BRIDGE_HOLD_TIMEOUT.is("10m");
        RedisProcess redis = RedisProcess.start();
        try (Site site = Site.start(
                        ENGINE.is(
                                ENGINE_REDIS.with(ENGINE_REDIS_URI.text(redis.uri()), ENGINE_REDIS_TIMEOUT.is("30s"))),
                        TOPICS.named("kept", TOPICS_HISTORY.object(TOPICS_HISTORY_SIZE.is(10))),
                        bridge("hasty", TCP_BRIDGE_HOLD_TIMEOUT.is("0s")),
                        bridge("small", patient, TCP_BRIDGE_HOLD_LIMIT.is("\"500 B\"")),
                        bridge("default", patient));
                RawClient hasty = RawClient.to(site.port("hasty"));
                RawClient small = RawClient.to(site.port("small"));
                RawClient standard = RawClient.to(site.port("default"))) {
            site.awaitLog("engine up");
            redis.close();
            awaitOutage(site);
            assertThat(exchange(hasty, kept)).isEqualTo("error 1 of 1 events not stored");
            for (RawClient client : List.of(small, standard)) {
                client.send(kept + "\n" + kept + "\n");
            }
            while (PushQueue.totalBytes() < 4 * 256) {
                SpinWait.once();
            }
            redis = RedisProcess.start(redis.port());

            assertThat(small.readLine()).isEqualTo("ok 0");
            assertThat(small.readLine())
                    .startsWith("error ")
                    .endsWith("more than 500 bytes of waiting pushes of this connection");
            assertThat(exchange(small, kept)).isEqualTo("ok 0");
            assertThat(standard.readLine() + standard.readLine()).isEqualTo("ok 0ok 0");
        } finally {
            redis.close();
        }
    }

    /** Waits until pushes are held. */
    private static void awaitOutage(Site site) throws InterruptedException {
        while (!site.server().topics().shared(LogOutage.class, LogOutage::new).isAway()) {
            SpinWait.once();
        }
    }
}
