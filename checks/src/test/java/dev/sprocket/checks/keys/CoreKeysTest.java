package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.leaktest.SpinWait;
import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys of layers and components without a protocol: filters, limits, logs, lines. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class CoreKeysTest {
    /** Returns a listener with a line echo inside these layers. */
    private static String lines(String name, Object... layers) {
        return linesTo(ECHO, name, layers);
    }

    private static String linesTo(Object component, String name, Object... layers) {
        StringBuilder all = new StringBuilder();
        for (Object layer : layers) {
            all.append(layer).append(", ");
        }
        return listener(name, LISTENER_LAYERS.is("[" + all + "lines]"), LISTENER_COMPONENT.is(component));
    }

    private static String exchange(RawClient raw, String line) throws IOException {
        return raw.send(line + "\n").readLine();
    }

    private static boolean letsIn(Site site, String name) throws IOException {
        try (RawClient raw = RawClient.to(site.port(name))) {
            return "in".equals(exchange(raw, "in"));
        } catch (java.net.SocketException reset) {
            return false;
        }
    }

    @Test
    @Row({IP_FILTER_ALLOW, IP_FILTER_DENY})
    void ip_filter_accepts_allowed_addresses() throws Exception {
        try (Site site = Site.start(
                lines("default", IP_FILTER),
                lines("allowed", IP_FILTER.with(IP_FILTER_ALLOW.texts("127.0.0.0/8"))),
                lines("others", IP_FILTER.with(IP_FILTER_ALLOW.texts("192.0.2.1"))),
                lines("denied", IP_FILTER.with(IP_FILTER_DENY.texts("127.0.0.1"))),
                lines("both", IP_FILTER.with(IP_FILTER_ALLOW.texts("127.0.0.1"), IP_FILTER_DENY.texts("127.0.0.1"))))) {
            assertThat(letsIn(site, "default")).isTrue();
            assertThat(letsIn(site, "allowed")).isTrue();
            assertThat(letsIn(site, "others")).isFalse();
            assertThat(letsIn(site, "denied")).isFalse();
            assertThat(letsIn(site, "both")).isFalse();
        }
    }

    @Test
    @Row({LIMITER_MAX_CONNECTIONS, LIMITER_MAX_CONNECTIONS_PER_ADDRESS})
    void limiter_rejects_connections_over_limit() throws Exception {
        try (Site site = Site.start(
                lines("all", LIMITER.with(LIMITER_MAX_CONNECTIONS.is(2))),
                lines("address", LIMITER.with(LIMITER_MAX_CONNECTIONS_PER_ADDRESS.is(1))),
                lines("default", LIMITER))) {
            try (RawClient one = RawClient.to(site.port("all"));
                    RawClient two = RawClient.to(site.port("all"))) {
                assertThat(exchange(one, "in")).isEqualTo("in");
                assertThat(exchange(two, "in")).isEqualTo("in");
                assertThat(letsIn(site, "all")).isFalse();
            }
            try (RawClient one = RawClient.to(site.port("address"))) {
                assertThat(exchange(one, "in")).isEqualTo("in");
                assertThat(letsIn(site, "address")).isFalse();
            }
            try (RawClient one = RawClient.to(site.port("default"));
                    RawClient two = RawClient.to(site.port("default"))) {
                assertThat(exchange(one, "in") + exchange(two, "in")).isEqualTo("inin");
                assertThat(letsIn(site, "default")).isTrue();
            }
        }
    }

    @Test
    @Row({LIMITER_MESSAGES_PER_SECOND, LIMITER_BYTES_PER_SECOND, LIMITER_ON_EXCESS})
    void limiter_rejects_closes_or_pauses() throws Exception {
        try (Site site = Site.start(web(
                route("/default", ECHO, WS, LIMITER),
                route("/refuse", ECHO, WS, LIMITER.with(LIMITER_MESSAGES_PER_SECOND.is(1))),
                route(
                        "/close",
                        ECHO,
                        WS,
                        LIMITER.with(LIMITER_MESSAGES_PER_SECOND.is(1), LIMITER_ON_EXCESS.is("close"))),
                route(
                        "/hold",
                        ECHO,
                        WS,
                        LIMITER.with(LIMITER_MESSAGES_PER_SECOND.is(1), LIMITER_ON_EXCESS.is("pause"))),
                route(
                        "/bytes",
                        ECHO,
                        WS,
                        LIMITER.with(LIMITER_BYTES_PER_SECOND.is("\"10 B\""), LIMITER_ON_EXCESS.is("close")))))) {
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/default")) {
                for (int i = 0; i < 20; i++) {
                    client.send("many " + i);
                }
                for (int i = 0; i < 20; i++) {
                    assertThat(client.receive()).isEqualTo("many " + i);
                }
            }
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/refuse")) {
                // in one segment: within one second, however slow the machine is
                client.frames("one", "two", "three").frame(0x80 | RawWebSocket.PING, new byte[0]);
                assertThat(client.receive()).isEqualTo("one");
                assertThat(client.frame().opcode()).isEqualTo(RawWebSocket.PONG);
            }
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/close")) {
                client.frames("one", "two", "three");
                assertThat(client.receive()).isEqualTo("one");
                client.assertClosed(1008);
            }
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/hold")) {
                client.frames("one", "two", "three");
                assertThat(client.receive() + client.receive() + client.receive())
                        .isEqualTo("onetwothree");
            }
            try (RawWebSocket client = RawWebSocket.open(site.port(), "/bytes")) {
                client.frames("12345", "67890", "more");
                assertThat(client.receive() + client.receive()).isEqualTo("1234567890");
                client.assertClosed(1008);
            }
        }
    }

    @Test
    @Row({LINES_MAX_LINE_LENGTH, ECHO})
    void max_line_length_closes_and_netcat_gets_echo() throws Exception {
        try (Site site = Site.start(
                lines("default"),
                listener(
                        "ten",
                        LISTENER_LAYERS.parts(LINES.with(LINES_MAX_LINE_LENGTH.is("\"10 B\""))),
                        LISTENER_COMPONENT.is(ECHO)))) {
            try (RawClient raw = RawClient.to(site.port("ten"))) {
                assertThat(exchange(raw, "ten bytes.")).isEqualTo("ten bytes.");
                raw.send("eleven byte\n");
                raw.assertClosed();
            }
            try (RawClient raw = RawClient.to(site.port("default"))) {
                int limit = PrintedKeys.bytesOf(LINES_MAX_LINE_LENGTH);
                assertThat(exchange(raw, "x".repeat(limit))).hasSize(limit);
                raw.send("x".repeat(limit + 1) + "\n");
                raw.assertClosed();
            }
            RequiredPrograms.require("nc");
            assertThat(Site.run("bash", "-c", "printf 'hello\\n' | nc -N 127.0.0.1 " + site.port("default")))
                    .isEqualTo("hello\n");
        }
    }

    @Test
    @Row({LOGGER_NAME, LOGGER_LOG_CONTENT})
    void logger_logs_under_its_name() throws Exception {
        try (Site site = Site.start(
                listener("default", LISTENER_LAYERS.parts("lines", LOGGER.key()), LISTENER_COMPONENT.is(ECHO)),
                listener(
                        "named",
                        LISTENER_LAYERS.parts(
                                "lines", LOGGER.with(LOGGER_NAME.text("shop"), LOGGER_LOG_CONTENT.is("on"))),
                        LISTENER_COMPONENT.is(ECHO)))) {
            try (RawClient raw = RawClient.to(site.port("default"))) {
                exchange(raw, "not shown");
                assertThat(site.awaitLog("message received: "))
                        .startsWith("INFO sprocket: ")
                        .doesNotContain("not shown");
            }
            try (RawClient raw = RawClient.to(site.port("named"))) {
                exchange(raw, "shown");
                assertThat(site.awaitLog("message received: "))
                        .startsWith("INFO shop: ")
                        .contains("shown");
            }
        }
    }

    @Test
    @Row(SLOW_CALLBACKS_THRESHOLD)
    void slow_callbacks_logs_a_warning() throws Exception {
        try (Site site = Site.start(
                lines("default", SLOW_CALLBACKS),
                lines("one", SLOW_CALLBACKS.with(SLOW_CALLBACKS_THRESHOLD.is("1ms"))))) {
            // until one of them has taken that long
            try (RawClient raw = RawClient.to(site.port("one"))) {
                String warned = "";
                while (warned.isEmpty()) {
                    SpinWait.once();
                    exchange(raw, "x".repeat(60_000));
                    warned = site.drainLog().stream()
                            .filter(line -> line.contains("thresholdMs=1.0 "))
                            .findFirst()
                            .orElse("");
                }
                assertThat(warned).startsWith("WARN dev.sprocket.core.filter.SlowCallbackWarning: ");
            }
            assertThat(letsIn(site, "default")).isTrue();
            assertThat(site.drainLog()).noneMatch(line -> line.contains("thresholdMs=1.0 "));
        }
    }

    @Test
    @Row(SINGLE_THREADED)
    void single_threaded_runs_on_its_own_thread() throws Exception {
        try (Site site = Site.start(
                listener("a", LISTENER_LAYERS.parts("lines", SINGLE_THREADED.key()), LISTENER_COMPONENT.is(ECHO)))) {
            try (RawClient raw = RawClient.to(site.port("a"))) {
                assertThat(exchange(raw, "hello")).isEqualTo("hello");
                assertThat(Thread.getAllStackTraces().keySet())
                        .anyMatch(thread -> thread.getName().startsWith("sprocket-EchoServer"));
            }
        }
    }

    @Test
    @Row({CHAT, CHAT_NAMES})
    void chat_broadcasts_messages_with_names() throws Exception {
        try (Site site = Site.start(linesTo(CHAT, "plain"), linesTo(CHAT.with(CHAT_NAMES.is("on")), "named"))) {
            try (RawClient plain = RawClient.to(site.port("plain"));
                    RawClient named = RawClient.to(site.port("named"))) {
                assertThat(named.readLine()).isEqualTo("* somebody is here");
                named.send("hi\n");
                // the other is in the room from its first word on, at the latest
                plain.send("hello\n");
                assertThat(named.readLine()).isEqualTo("hello");
                named.send("again\n");
                String received = plain.readLine();
                while (!received.equals("somebody: again")) {
                    received = plain.readLine();
                }
            }
        }
    }

    @Test
    @Row({FLASH_POLICY_DOMAIN, FLASH_POLICY_PORTS})
    void flash_policy_contains_domain_and_ports() throws Exception {
        try (Site site = Site.start(
                linesTo(FLASH_POLICY, "default"),
                linesTo(
                        FLASH_POLICY.with(FLASH_POLICY_DOMAIN.text("*.a.example"), FLASH_POLICY_PORTS.text("80,8080")),
                        "own"))) {
            try (RawClient raw = RawClient.to(site.port("default"))) {
                assertThat(raw.send("<policy-file-request/>\0\n").readRest()).contains("domain=\"*\" to-ports=\"*\"");
            }
            try (RawClient raw = RawClient.to(site.port("own"))) {
                assertThat(raw.send("<policy-file-request/>\0\n").readRest())
                        .contains("domain=\"*.a.example\" to-ports=\"80,8080\"");
            }
        }
    }
}
