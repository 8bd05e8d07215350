package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import dev.sprocket.core.thread.ExecuteOn;
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
    /** Interval of the server's loop timer, in milliseconds. */
    private static final int STEP = 500;

    @RegisterExtension
    final Peer peer = new Peer();

    private final Recorder app = new Recorder();

    /** Advances the time until a frame arrives. Adds the frames to a list and returns the elapsed milliseconds. */
    @CanIgnoreReturnValue
    private long advanceUntilFrame(long millis, List<String> frames) {
        for (long time = 0; time < millis; time += STEP) {
            peer.wire.advance(STEP);
            frames.addAll(peer.received());
            if (!frames.isEmpty()) {
                return time + STEP;
            }
        }
        return millis;
    }

    @Test
    void silent_peer_is_pinged_then_closed_1001() {
        WsServer server = new WsServer(app);
        peer.connect(server);
        List<String> frames = new ArrayList<>();
        assertThat(advanceUntilFrame(31_000, frames)).isBetween(15_000L, 30_500L);
        assertThat(frames).containsExactly("ping ");
        frames.clear();
        assertThat(advanceUntilFrame(12_000, frames)).isBetween(10_000L, 10_500L);
        assertThat(frames).containsExactly("close 1001 no answer to a ping");
        assertThat(peer.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open", "close 1001 unclean no answer to a ping");
        assertThat(server.keepAliveTimeouts()).isEqualTo(1);
    }

    @Test
    void copy_counts_its_own_timeouts() {
        WsServer server = new WsServer(app);
        peer.connect(server);
        WsServer before = server.lenient();
        advanceUntilFrame(31_000, new ArrayList<>());
        advanceUntilFrame(12_000, new ArrayList<>());

        assertThat(server.keepAliveTimeouts()).isEqualTo(1);
        assertThat(before.keepAliveTimeouts()).isZero();
        assertThat(server.lenient().keepAliveTimeouts()).isZero();
    }

    @Test
    void next_ping_follows_30_seconds_after_a_pong() {
        peer.connect(app);
        List<String> frames = new ArrayList<>();
        advanceUntilFrame(31_000, frames);
        peer.send(ClientFrames.frame(0x8A, ""));
        frames.clear();
        assertThat(advanceUntilFrame(60_000, frames)).isBetween(30_000L, 31_000L);
        assertThat(frames).containsExactly("ping ");
    }

    @Test
    void traffic_prevents_pings() {
        peer.connect(app);
        for (int i = 0; i < 20; i++) {
            peer.wire.advance(14_000);
            peer.send(i % 2 == 0 ? ClientFrames.text(0x81, "x") : ClientFrames.text(0x01, "part of a message"));
            if (i % 2 == 1) {
                peer.send(ClientFrames.text(0x80, "its end"));
            }
            assertThat(peer.received()).isEmpty();
        }
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void any_frame_counts_as_an_answer_to_a_ping() {
        peer.connect(app);
        advanceUntilFrame(31_000, new ArrayList<>());
        peer.send(ClientFrames.text(0x81, "busy"));
        peer.wire.advance(15_000);
        assertThat(peer.isOpen()).isTrue();
        assertThat(peer.received()).isEmpty();
    }

    @Test
    void keepalive_can_be_disabled() {
        peer.connect(new WsServer(app).keepAlive(KeepAlive.OFF));
        for (int i = 0; i < 100; i++) {
            peer.wire.advance(60_000);
        }
        assertThat(peer.received()).isEmpty();
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void keepalive_times_can_be_set() {
        peer.connect(new WsServer(app).keepAlive(new KeepAlive(Duration.ofSeconds(4), Duration.ofSeconds(1))));
        List<String> frames = new ArrayList<>();
        assertThat(advanceUntilFrame(10_000, frames)).isBetween(2_000L, 4_500L);
        frames.clear();
        assertThat(advanceUntilFrame(10_000, frames)).isBetween(1_000L, 1_500L);
        assertThat(frames).containsExactly("close 1001 no answer to a ping");
    }

    @Test
    void invalid_times_are_rejected_with_their_value() {
        assertThatThrownBy(() -> new KeepAlive(Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessage("idle: PT0S (expected: >= PT1S)");
        assertThatThrownBy(() -> new KeepAlive(Duration.ofSeconds(1), Duration.ofMillis(10)))
                .hasMessage("pongTimeout: PT0.01S (expected: >= PT1S)");
    }

    @Test
    void closing_connection_is_not_pinged() {
        peer.connect(app);
        app.conn().close();
        assertThat(peer.received()).containsExactly("close 1000 ");
        peer.wire.advance(4_000);
        assertThat(peer.received()).isEmpty();
        peer.wire.advance(2_000);
        assertThat(peer.isOpen()).isFalse();
    }

    @Test
    void connections_opened_together_are_pinged_at_different_times() {
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
        // 40 peers over 30 steps; the probability of fewer than 8 distinct steps is below one in a billion
        assertThat(steps).hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void round_trip_is_that_of_the_last_ping() {
        peer.connect(app);
        assertThat(app.conn().roundTrip()).isEmpty();
        app.conn().ping(new byte[] {1});
        assertThat(peer.received()).containsExactly("ping 01");
        peer.wire.advance(40);
        peer.send(ClientFrames.frame(0x8A, "01"));
        assertThat(app.conn().roundTrip()).contains(Duration.ofMillis(40));
        peer.wire.advance(40);
        peer.send(ClientFrames.frame(0x8A, "01"));
        assertThat(app.conn().roundTrip()).contains(Duration.ofMillis(40));
    }

    @Test
    void pong_timeout_pauses_while_the_socket_is_not_read() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        WsServer server = new WsServer(new ExecuteOn<WsConnection, Message>(tasks::add, app));
        peer.connect(server);
        for (int i = 0; i < 64; i++) {
            peer.send(ClientFrames.text(0x81, "x"));
        }
        assertThat(peer.wire.channel().config().isAutoRead()).isFalse();
        List<String> frames = new ArrayList<>();
        advanceUntilFrame(31_000, frames);
        assertThat(frames).containsExactly("ping ");

        frames.clear();
        assertThat(advanceUntilFrame(60_000, frames)).isEqualTo(60_000);
        assertThat(peer.isOpen()).isTrue();

        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertThat(advanceUntilFrame(60_000, frames)).isBetween(9_500L, 10_500L);
        assertThat(frames).containsExactly("close 1001 no answer to a ping");
        peer.close();
        tasks.forEach(Runnable::run);
    }

    @Test
    void pong_timeout_can_be_unlimited() {
        peer.connect(
                new WsServer(app).keepAlive(new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(Long.MAX_VALUE))));
        List<String> frames = new ArrayList<>();
        advanceUntilFrame(31_000, frames);
        assertThat(frames).containsExactly("ping ");
        frames.clear();
        assertThat(advanceUntilFrame(120_000, frames)).isEqualTo(120_000);

        peer.send(ClientFrames.frame(0x8A, ""));
        advanceUntilFrame(31_000, frames);
        assertThat(frames).containsExactly("ping ");
    }
}
