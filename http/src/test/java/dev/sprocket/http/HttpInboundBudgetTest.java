package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.LogLines;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Shared inbound budget, and minimum rate of bodies. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HttpInboundBudgetTest {
    /** Budget share of a {@link #head}: its characters, and 100 bytes per header. */
    private static final int HEAD = "/".length() + "Hosth".length() + "Content-Length10000".length() + 200;

    private final InboundBudget budget = InboundBudget.of(100_000);
    private final List<Wire> wires = new ArrayList<>();
    private final Router app = new Router()
            .post("/", request -> HttpResponse.text("took " + request.body().size()));

    private final class Budgeted extends ForwardingComponent<Connection, Message> {
        Budgeted(HttpServer inner) {
            super(inner);
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            budget.assignTo(conn);
            super.onOpen(conn);
        }
    }

    @CanIgnoreReturnValue
    private Wire connect(HttpTimeouts timeouts) {
        Wire wire = new Wire();
        wires.add(wire);
        IoServer.attach(wire.channel(), new Budgeted(new HttpServer(app).timeouts(timeouts)));
        return wire;
    }

    /** Advances the clock by seconds, including the periodic checks. */
    @CanIgnoreReturnValue
    private static Wire pass(Wire wire, int seconds) {
        for (int i = 0; i < 2 * seconds; i++) {
            wire.advance(500);
        }
        return wire;
    }

    private static String head(int length) {
        return "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
    }

    @AfterEach
    void budget_is_released_at_the_end() {
        wires.forEach(Wire::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void bodies_beyond_the_budget_are_answered_with_503() {
        for (int i = 0; i < 30; i++) {
            connect(HttpTimeouts.DEFAULT).send(head(10_000)).send("x".repeat(9_000));
            assertThat(budget.used()).isLessThanOrEqualTo(100_000);
        }
        List<RawResponse> rejected = new ArrayList<>();
        List<Wire> waiting = new ArrayList<>();
        for (Wire wire : wires) {
            String response = wire.received();
            if (response.isEmpty()) {
                waiting.add(wire);
            } else {
                rejected.add(RawResponse.of(response));
            }
        }
        assertThat(rejected).isNotEmpty().allSatisfy(response -> {
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("retry-after")).isEqualTo("5");
        });
        // includes the request line and two headers each
        assertThat(budget.used()).isEqualTo(waiting.size() * (9_000L + HEAD));

        Wire honest = connect(HttpTimeouts.DEFAULT).send(head(10)).send("01234").send("56789");
        assertThat(RawResponse.of(honest.received()).body()).isEqualTo("took 10");
        waiting.get(0).send("y".repeat(1_000));
        assertThat(RawResponse.of(waiting.get(0).received()).body()).isEqualTo("took 10000");
    }

    /** Bodies of many streams of one HTTP/2 connection. */
    @Test
    void HTTP_2_streams_share_the_budget() {
        try (Http2TestClient h2 = new Http2TestClient(app, HttpLimits.DEFAULT, budget)) {
            h2.preface().send("08 00 0 00100000");
            for (int i = 0; i < 20; i++) {
                int stream = 2 * i + 1;
                h2.send("01 04 " + stream + " POST | 00 00 " + stream + " " + "61".repeat(9_000));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            List<String> seen = h2.received();
            assertThat(seen).contains("1: 503", "1: end").noneMatch(line -> line.startsWith("goaway"));
            h2.send("01 04 101 POST | 00 01 101 6162");
            assertThat(h2.received()).contains("101: 200", "101: end");
        }
    }

    /** Streams without body data, of which only the heads count. */
    @Test
    void HTTP_2_heads_awaiting_bodies_share_the_budget() {
        try (Http2TestClient h2 = new Http2TestClient(app, HttpLimits.DEFAULT, budget)) {
            h2.preface();
            for (int i = 0; i < 40; i++) {
                h2.send("01 04 " + (2 * i + 1) + " POST" + Http2TestClient.field("x", "y".repeat(5_000)));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            assertThat(h2.received()).contains("1: 503", "1: end").noneMatch(line -> line.startsWith("goaway"));
            assertThat(budget.used()).isGreaterThan(50_000);
        }
    }

    /** Heads of many frames that never end, next to an open stream. */
    @Test
    void unfinished_HTTP_2_heads_share_the_budget_and_expire() {
        List<Http2TestClient> all = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                Http2TestClient h2 = new Http2TestClient(new Recorder(), HttpLimits.DEFAULT, budget);
                all.add(h2);
                h2.preface()
                        .send("01 05 1 GET | 01 01 3 GET | 09 00 3 " + Http2TestClient.field("x", "y".repeat(12_000)));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            List<List<String>> seen =
                    all.stream().map(Http2TestClient::received).toList();
            assertThat(seen).anyMatch(lines -> lines.contains("closed")).anyMatch(List::isEmpty);
            all.forEach(h2 -> pass(h2.wire(), 12));
            assertThat(all).allMatch(h2 -> !h2.wire().isOpen());
        } finally {
            all.forEach(Http2TestClient::close);
        }
    }

    @Test
    void pipelined_requests_share_the_budget() {
        Recorder slow = new Recorder();
        for (int i = 0; i < 20; i++) {
            Wire wire = new Wire();
            wires.add(wire);
            IoServer.attach(wire.channel(), new Budgeted(new HttpServer(slow)));
            wire.send(head(0) + head(9_000) + "x".repeat(8_900));
            assertThat(budget.used()).isLessThanOrEqualTo(100_000);
        }
        assertThat(wires).anyMatch(Wire::isOpen).anyMatch(wire -> !wire.isOpen());
    }

    /** Bytes for a WebSocket whose handshake is not answered. */
    @Test
    void tunnels_awaiting_upgrade_share_the_budget() {
        String connect =
                "0207434f4e4e454354 87 84 41096c6f63616c686f7374" + Http2TestClient.field(":protocol", "websocket");
        try (Http2TestClient h2 = new Http2TestClient(new Recorder(), HttpLimits.DEFAULT, budget)) {
            h2.preface();
            for (int i = 0; i < 6; i++) {
                int stream = 2 * i + 1;
                h2.send("01 04 " + stream + " " + connect + " | 00 00 " + stream + " " + "61".repeat(16_000)
                        + " | 00 00 " + stream + " " + "61".repeat(9_000));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            assertThat(h2.received()).anyMatch(line -> line.endsWith(" ENHANCE_YOUR_CALM") && line.startsWith("reset"));
            assertThat(h2.wire().isOpen()).isTrue();
        }
    }

    @Test
    void complete_body_counts_until_the_response() {
        Recorder slow = new Recorder();
        Wire wire = new Wire();
        wires.add(wire);
        IoServer.attach(wire.channel(), new Budgeted(new HttpServer(slow)));
        wire.send(head(9_000)).send("x".repeat(4_000)).send("x".repeat(5_000));
        assertThat(budget.used()).isEqualTo(9_000 + HEAD - 1);
        slow.last().send("done");
        assertThat(budget.used()).isZero();
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("done");
    }

    @Test
    void slow_body_is_408_after_the_measured_interval() {
        Wire wire = connect(HttpTimeouts.DEFAULT).send(head(1000));
        for (int i = 0; i < 2; i++) {
            pass(wire, 4).send("x");
        }
        assertThat(wire.received()).isEmpty();
        pass(wire, 4);
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(408);
    }

    /** An early burst does not compensate for later silence. */
    @Test
    void slow_body_after_a_burst_is_408() {
        Wire wire = connect(HttpTimeouts.DEFAULT).send(head(90_000)).send("x".repeat(50_000));
        for (int i = 0; i < 4; i++) {
            pass(wire, 4).send("x");
        }
        assertThat(wire.received()).isEmpty();
        pass(wire, 6);
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(408);
    }

    @Test
    void body_at_minimum_rate_is_accepted_until_total_timeout() {
        HttpTimeouts timeouts =
                HttpTimeouts.DEFAULT.wholeBody(Duration.ofSeconds(60)).bodyRate(500);
        Wire wire = connect(timeouts).send(head(90_000));
        for (int i = 0; i < 14; i++) {
            pass(wire.send("x".repeat(2_600)), 4);
        }
        assertThat(wire.received()).isEmpty();
        try (LogLines log = LogLines.record(PeerLog::flush)) {
            pass(wire, 5);
            assertThat(RawResponse.of(wire.received()).status()).isEqualTo(408);
            assertThat(log.containing("no complete body within 60000 ms")).hasSize(1);
        }
    }
}
