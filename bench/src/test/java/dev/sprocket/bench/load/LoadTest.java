package dev.sprocket.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.bench.client.Target;
import dev.sprocket.bench.peer.Mode;
import dev.sprocket.bench.peer.Server;
import dev.sprocket.bench.peer.ServerCertificate;
import dev.sprocket.bench.peer.Setup;
import dev.sprocket.bench.peer.SprocketPeer;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each load against the whole stack. Does not assert on speed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class LoadTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Span SPAN = Span.of(SHORT, SHORT);

    private IoServer server;

    private Target serve(Mode mode) throws Exception {
        server = SprocketPeer.server(0, mode);
        server.start();
        return Target.of(server.port(), ProcessHandle.current().pid(), Server.SPROCKET.protocol(mode));
    }

    private Target serve(Setup setup) throws Exception {
        server = SprocketPeer.server(0, setup, ServerCertificate.folder());
        server.start();
        return Target.of(server.port(), ProcessHandle.current().pid(), Server.SPROCKET.protocol(setup.mode()))
                .withTls(setup.tls() != null)
                .withDeflate(setup.deflate());
    }

    @AfterEach
    void stop() {
        server.close(Duration.ofSeconds(1));
    }

    @Test
    void echo_load_counts_echoes() throws Exception {
        Window result = EchoLoad.run(serve(Mode.ECHO), 4, 125, 3, SPAN);
        assertThat(result.total()).isPositive();
    }

    @Test
    void echo_load_accepts_long_messages() throws Exception {
        assertThat(EchoLoad.run(serve(Mode.ECHO), 2, 40_000, 2, SPAN).total()).isPositive();
    }

    @Test
    void fanout_load_delivers_every_event_to_every_subscriber() throws Exception {
        FanoutLoad.Outcome result = FanoutLoad.run(serve(Mode.FANOUT), new FanoutLoad.Case(8, 125, 2, 4, 0), SPAN);
        assertThat(result.window().total()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"SPROCKET_WAMP2", "SPROCKET_MSGPACK", "SPROCKET_CBOR"})
    void fanout_load_works_with_each_wamp_v2_serialization(Server protocol) throws Exception {
        Target target = serve(Mode.FANOUT);
        FanoutLoad.Outcome result = FanoutLoad.run(
                Target.of(target.port(), target.pid(), protocol.protocol(Mode.FANOUT)),
                new FanoutLoad.Case(8, 125, 2, 4, 0),
                SPAN);
        assertThat(result.window().total()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void fanout_load_works_under_tls(Tls.Provider provider) throws Exception {
        FanoutLoad.Outcome result = FanoutLoad.run(
                serve(new Setup(Mode.FANOUT, provider, false, 0)), new FanoutLoad.Case(8, 125, 1, 4, 0), SPAN);
        assertThat(result.window().total()).isPositive();
        assertThat(result.window().serverMicros()).isNotNegative();
    }

    @Test
    void fanout_load_counts_compressed_messages() throws Exception {
        FanoutLoad.Outcome result = FanoutLoad.run(
                serve(new Setup(Mode.FANOUT, null, true, 0)), new FanoutLoad.Case(8, 2048, 1, 4, 0), SPAN);
        assertThat(result.window().total()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void handshake_load_resumes_sessions_on_request(Tls.Provider provider) throws Exception {
        Target target = serve(new Setup(Mode.ECHO, provider, false, 0));
        Duration time = Duration.ofMillis(500);
        assertThat(HandshakeLoad.run(target, 1, true, time, time).resumed()).isGreaterThan(0.5);
        assertThat(HandshakeLoad.run(target, 1, false, time, time).resumed()).isZero();
    }

    @Test
    void rpc_load_counts_results_and_latency() throws Exception {
        RpcLoad.Outcome result = RpcLoad.run(serve(Mode.RPC), 3, 4, 125, SPAN);
        assertThat(result.window().total()).isPositive();
        assertThat(result.latency().getMaxValue()).isPositive();
    }

    @Test
    void fixed_rate_records_latency_of_every_delivery() throws Exception {
        FanoutLoad.Outcome result = FanoutLoad.run(serve(Mode.FANOUT), new FanoutLoad.Case(8, 125, 1, 1, 4000), SPAN);
        assertThat(result.latency().getTotalCount())
                .isPositive()
                .isEqualTo(result.latency().getTotalCount() / 8 * 8);
        assertThat(result.latency().getMaxValue()).isPositive();
    }

    @Test
    void operations_end_a_measurement() throws Exception {
        Window result = EchoLoad.run(serve(Mode.ECHO), 2, 125, 1, new Span(SHORT, Duration.ofHours(1), 100));
        assertThat(result.count()).isGreaterThanOrEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void recovery_load_delivers_what_each_client_missed(int positions) throws Exception {
        RecoveryLoad.Outcome result =
                RecoveryLoad.run(serve(Mode.HISTORY), new RecoveryLoad.Case(10, positions, 20, 125), SPAN);
        assertThat(result.recovered().count()).isPositive();
        assertThat(result.reads()).isBetween(1.0, 10.0);
    }

    @Test
    void stuck_reader_receives_all_events_later() throws Exception {
        StuckLoad.Outcome result =
                StuckLoad.run(serve(Mode.HISTORY), new FanoutLoad.Case(8, 32_768, 1, 1, 400), SPAN, true);
        assertThat(result.pending()).isBetween(1.0, (double) OutboundLimit.DEFAULT_BYTES);
        assertThat(result.latency().getTotalCount()).isPositive();
    }

    @Test
    void idle_load_measures_memory_per_connection() throws Exception {
        assertThat(IdleLoad.run(serve(Mode.FANOUT), 10, false, SHORT).resident())
                .isFinite();
    }

    @Test
    void churn_load_counts_connections() throws Exception {
        assertThat(ChurnLoad.run(serve(Mode.FANOUT), 4, SPAN).total()).isPositive();
    }

    @Test
    void missing_server_is_reported_as_refused_connection() throws Exception {
        Target target = serve(Mode.ECHO);
        server.close(Duration.ZERO);
        assertThatThrownBy(() -> EchoLoad.run(target, 4, 125, 1, SPAN))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("of 4 connections lost")
                .hasMessageContaining("refused");
    }
}
