package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.ExecuteOn;
import dev.sprocket.core.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KeepAliveTest {
    /** To the precision of the sweep. */
    private static final int STEP = 500;

    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    /** Half a second at a time, as far as a frame comes; returns what came and when, in milliseconds. */
    private long passUntilHeard(long most, List<String> heard) {
        for (long time = 0; time < most; time += STEP) {
            peer.wire.advance(STEP);
            heard.addAll(peer.received());
            if (!heard.isEmpty()) {
                return time + STEP;
            }
        }
        return most;
    }

    @Test
    void a_silent_peer_is_pinged_and_closed_if_it_does_not_answer() {
        WsServer server = new WsServer(app);
        peer.connect(server);
        List<String> heard = new ArrayList<>();
        assertThat(passUntilHeard(31_000, heard)).isBetween(15_000L, 30_500L);
        assertThat(heard).containsExactly("ping ");
        heard.clear();
        assertThat(passUntilHeard(12_000, heard)).isBetween(10_000L, 10_500L);
        assertThat(heard).containsExactly("close 1001 no answer to a ping");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1001 unclean no answer to a ping");
        assertThat(server.keepAliveTimeouts()).isEqualTo(1);
    }

    @Test
    void a_pong_is_life_and_the_next_ping_comes_30_seconds_later() {
        peer.connect(app);
        List<String> heard = new ArrayList<>();
        passUntilHeard(31_000, heard);
        peer.send(Client.frame(0x8A, ""));
        heard.clear();
        assertThat(passUntilHeard(60_000, heard)).isBetween(30_000L, 31_000L);
        assertThat(heard).containsExactly("ping ");
    }

    @Test
    void any_traffic_is_life() {
        peer.connect(app);
        for (int i = 0; i < 20; i++) {
            peer.wire.advance(14_000);
            peer.send(i % 2 == 0 ? Client.text(0x81, "x") : Client.text(0x01, "part of a message"));
            if (i % 2 == 1) {
                peer.send(Client.text(0x80, "its end"));
            }
            assertThat(peer.received()).isEmpty();
        }
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void traffic_that_is_no_pong_answers_a_ping() {
        peer.connect(app);
        passUntilHeard(31_000, new ArrayList<>());
        peer.send(Client.text(0x81, "busy"));
        peer.wire.advance(15_000);
        assertThat(peer.isOpen()).isTrue();
        assertThat(peer.received()).isEmpty();
    }

    @Test
    void it_can_be_switched_off() {
        peer.connect(new WsServer(app).keepAlive(KeepAlive.OFF));
        for (int i = 0; i < 100; i++) {
            peer.wire.advance(60_000);
        }
        assertThat(peer.received()).isEmpty();
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void its_times_can_be_set() {
        peer.connect(new WsServer(app).keepAlive(new KeepAlive(Duration.ofSeconds(4), Duration.ofSeconds(1))));
        List<String> heard = new ArrayList<>();
        assertThat(passUntilHeard(10_000, heard)).isBetween(2_000L, 4_500L);
        heard.clear();
        assertThat(passUntilHeard(10_000, heard)).isBetween(1_000L, 1_500L);
        assertThat(heard).containsExactly("close 1001 no answer to a ping");
    }

    @Test
    void wrong_times_name_the_value() {
        assertThatThrownBy(() -> new KeepAlive(Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessage("idle: PT0S (expected: >= PT1S)");
        assertThatThrownBy(() -> new KeepAlive(Duration.ofSeconds(1), Duration.ofMillis(10)))
                .hasMessage("answer: PT0.01S (expected: >= PT1S)");
    }

    @Test
    void a_connection_that_is_closing_is_not_pinged() {
        peer.connect(app);
        app.conn().close();
        assertThat(peer.received()).containsExactly("close 1000 ");
        peer.wire.advance(4_000);
        assertThat(peer.received()).isEmpty();
        peer.wire.advance(2_000);
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void those_that_connect_together_are_not_pinged_together() {
        List<Peer> peers = new ArrayList<>();
        Set<Integer> steps = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            peers.add(new Peer().connect(new Recorder()));
        }
        for (int step = 0; step < 62; step++) {
            for (Peer each : peers) {
                each.wire.advance(STEP);
                if (!each.received().isEmpty()) {
                    steps.add(step);
                }
            }
        }
        peers.forEach(Peer::close);
        // 40 peers over 30 steps; that fewer than 8 are hit is less likely than one in a billion
        assertThat(steps).hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void the_round_trip_is_that_of_the_last_ping() {
        peer.connect(app);
        assertThat(app.conn().roundTrip()).isEmpty();
        app.conn().ping(new byte[] {1});
        assertThat(peer.received()).containsExactly("ping 01");
        peer.wire.advance(40);
        peer.send(Client.frame(0x8A, "01"));
        assertThat(app.conn().roundTrip()).contains(Duration.ofMillis(40));
        peer.wire.advance(40);
        peer.send(Client.frame(0x8A, "01"));
        assertThat(app.conn().roundTrip()).contains(Duration.ofMillis(40));
    }

    @Test
    void a_peer_that_is_not_read_from_is_not_silent() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        WsServer server = new WsServer(new ExecuteOn<WsConnection, Message>(tasks::add, app));
        peer.connect(server);
        for (int i = 0; i < 64; i++) {
            peer.send(Client.text(0x81, "x"));
        }
        assertThat(peer.wire.channel().config().isAutoRead()).isFalse();
        List<String> heard = new ArrayList<>();
        passUntilHeard(31_000, heard);
        assertThat(heard).containsExactly("ping ");

        heard.clear();
        assertThat(passUntilHeard(60_000, heard)).isEqualTo(60_000);
        assertThat(peer.isOpen()).isTrue();

        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertThat(passUntilHeard(60_000, heard)).isBetween(9_500L, 10_500L);
        assertThat(heard).containsExactly("close 1001 no answer to a ping");
        peer.close();
        tasks.forEach(Runnable::run);
    }

    @Test
    void an_answer_may_take_for_ever() {
        peer.connect(
                new WsServer(app).keepAlive(new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(Long.MAX_VALUE))));
        List<String> heard = new ArrayList<>();
        passUntilHeard(31_000, heard);
        assertThat(heard).containsExactly("ping ");
        heard.clear();
        assertThat(passUntilHeard(120_000, heard)).isEqualTo(120_000);

        peer.send(Client.frame(0x8A, ""));
        passUntilHeard(31_000, heard);
        assertThat(heard).containsExactly("ping ");
    }
}
