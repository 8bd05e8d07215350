package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.InboundBudget;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Bodies that are held, in sum, and bodies that hardly come. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BodyBudgetTest {
    /** What a head of {@link #head} counts for: its characters, and 100 for each header. */
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

    private Wire connect(HttpTimeouts timeouts) {
        Wire wire = new Wire();
        wires.add(wire);
        IoServer.attach(wire.channel(), new Budgeted(new HttpServer(app, HttpLimits.DEFAULT, timeouts)));
        return wire;
    }

    /** Lets seconds pass, with the looks at the clock that are in them. */
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
    void nothing_is_held_at_the_end() {
        wires.forEach(Wire::close);
        assertThat(budget.used()).isZero();
    }

    @Test
    void held_bodies_beyond_the_budget_are_503_and_others_are_served() {
        for (int i = 0; i < 30; i++) {
            connect(HttpTimeouts.DEFAULT).send(head(10_000)).send("x".repeat(9_000));
            assertThat(budget.used()).isLessThanOrEqualTo(100_000);
        }
        List<RawResponse> refused = new ArrayList<>();
        List<Wire> held = new ArrayList<>();
        for (Wire wire : wires) {
            String answer = wire.received();
            if (answer.isEmpty()) {
                held.add(wire);
            } else {
                refused.add(RawResponse.of(answer));
            }
        }
        assertThat(refused).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("retry-after")).isEqualTo("5");
        });
        // the line and two headers of each count, too
        assertThat(budget.used()).isEqualTo(held.size() * (9_000L + HEAD));

        Wire honest = connect(HttpTimeouts.DEFAULT).send(head(10)).send("01234").send("56789");
        assertThat(RawResponse.of(honest.received()).body()).isEqualTo("took 10");
        held.get(0).send("y".repeat(1_000));
        assertThat(RawResponse.of(held.get(0).received()).body()).isEqualTo("took 10000");
    }

    /** 100 streams with a body each: what a connection of HTTP/2 holds counts like that of any other. */
    @Test
    void streams_of_HTTP_2_share_the_budget() {
        try (Http2Wire h2 = new Http2Wire(app, HttpLimits.DEFAULT, budget)) {
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

    /** Streams whose bodies never begin: their heads are all that they hold. */
    @Test
    void heads_of_streams_without_their_bodies_share_the_budget() {
        try (Http2Wire h2 = new Http2Wire(app, HttpLimits.DEFAULT, budget)) {
            h2.preface();
            for (int i = 0; i < 40; i++) {
                h2.send("01 04 " + (2 * i + 1) + " POST" + Http2Wire.field("x", "y".repeat(5_000)));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            assertThat(h2.received()).contains("1: 503", "1: end").noneMatch(line -> line.startsWith("goaway"));
            assertThat(budget.used()).isGreaterThan(50_000);
        }
    }

    /** A head of many frames whose end never comes, beside a stream that stays open. */
    @Test
    void unfinished_heads_of_HTTP_2_share_the_budget_and_end() {
        List<Http2Wire> all = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                Http2Wire h2 = new Http2Wire(new Recorder(), HttpLimits.DEFAULT, budget);
                all.add(h2);
                h2.preface().send("01 05 1 GET | 01 01 3 GET | 09 00 3 " + Http2Wire.field("x", "y".repeat(12_000)));
                assertThat(budget.used()).isLessThanOrEqualTo(100_000);
            }
            List<List<String>> seen = all.stream().map(Http2Wire::received).toList();
            assertThat(seen).anyMatch(lines -> lines.contains("closed")).anyMatch(List::isEmpty);
            all.forEach(h2 -> pass(h2.wire(), 12));
            assertThat(all).allMatch(h2 -> !h2.wire().isOpen());
        } finally {
            all.forEach(Http2Wire::close);
        }
    }

    @Test
    void requests_that_wait_behind_another_share_the_budget() {
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

    /** Bytes for a WebSocket that is not agreed on yet. */
    @Test
    void tunnels_that_wait_for_their_upgrade_share_the_budget() {
        String connect = "0207434f4e4e454354 87 84 41096c6f63616c686f7374" + Http2Wire.field(":protocol", "websocket");
        try (Http2Wire h2 = new Http2Wire(new Recorder(), HttpLimits.DEFAULT, budget)) {
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
    void finished_body_counts_until_it_is_answered() {
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
    void body_that_hardly_comes_is_408_after_the_grace() {
        Wire wire = connect(HttpTimeouts.DEFAULT).send(head(1000));
        for (int i = 0; i < 2; i++) {
            pass(wire, 4).send("x");
        }
        assertThat(wire.received()).isEmpty();
        pass(wire, 4);
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(408);
    }

    /** What came at first is no credit for later. */
    @Test
    void body_that_hardly_comes_after_a_burst_is_408() {
        Wire wire = connect(HttpTimeouts.DEFAULT).send(head(90_000)).send("x".repeat(50_000));
        for (int i = 0; i < 4; i++) {
            pass(wire, 4).send("x");
        }
        assertThat(wire.received()).isEmpty();
        pass(wire, 6);
        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(408);
    }

    @Test
    void body_that_keeps_the_rate_is_taken_up_to_the_total_time() {
        HttpTimeouts timeouts = HttpTimeouts.DEFAULT.withWholeBody(Duration.ofSeconds(60), 500);
        Wire wire = connect(timeouts).send(head(90_000));
        for (int i = 0; i < 14; i++) {
            pass(wire.send("x".repeat(2_600)), 4);
        }
        assertThat(wire.received()).isEmpty();
        try (LogLines log = LogLines.record()) {
            pass(wire, 5);
            assertThat(RawResponse.of(wire.received()).status()).isEqualTo(408);
            assertThat(log.with("no whole body within 60000 ms")).hasSize(1);
        }
    }
}
