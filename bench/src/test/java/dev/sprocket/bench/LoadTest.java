package dev.sprocket.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.IoServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every load runs against the whole stack; how fast is nobody's business here. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class LoadTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    private IoServer server;

    private Target serve(Mode mode) throws Exception {
        server = SprocketPeer.server(0, mode);
        server.start();
        return new Target(server.port(), ProcessHandle.current().pid(), Server.SPROCKET.dialect(mode));
    }

    @AfterEach
    void stop() {
        server.close(Duration.ofSeconds(1));
    }

    @Test
    void echoes_are_counted() throws Exception {
        Window seen = EchoLoad.run(serve(Mode.ECHO), 4, 125, 3, SHORT, SHORT);
        assertThat(seen.total()).isPositive();
    }

    @Test
    void long_messages_are_echoed_too() throws Exception {
        assertThat(EchoLoad.run(serve(Mode.ECHO), 2, 40_000, 2, SHORT, SHORT).total())
                .isPositive();
    }

    @Test
    void every_event_reaches_every_subscriber() throws Exception {
        FanoutLoad.Outcome seen =
                FanoutLoad.run(serve(Mode.FANOUT), new FanoutLoad.Case(8, 125, 2, 4, 0), SHORT, SHORT);
        assertThat(seen.window().total()).isPositive();
    }

    @ParameterizedTest
    @EnumSource(names = {"SPROCKET_WAMP2", "SPROCKET_MSGPACK", "SPROCKET_CBOR"})
    void events_reach_every_subscriber_in_each_serialization_of_wamp_v2(Server spoken) throws Exception {
        Target target = serve(Mode.FANOUT);
        FanoutLoad.Outcome seen = FanoutLoad.run(
                new Target(target.port(), target.pid(), spoken.dialect(Mode.FANOUT)),
                new FanoutLoad.Case(8, 125, 2, 4, 0),
                SHORT,
                SHORT);
        assertThat(seen.window().total()).isPositive();
    }

    @Test
    void calls_come_back_with_their_results() throws Exception {
        RpcLoad.Outcome seen = RpcLoad.run(serve(Mode.RPC), 3, 4, 125, SHORT, SHORT);
        assertThat(seen.window().total()).isPositive();
        assertThat(seen.latency().getMaxValue()).isPositive();
    }

    @Test
    void at_a_fixed_rate_the_time_of_every_delivery_is_recorded() throws Exception {
        FanoutLoad.Outcome seen =
                FanoutLoad.run(serve(Mode.FANOUT), new FanoutLoad.Case(8, 125, 1, 1, 4000), SHORT, SHORT);
        assertThat(seen.latency().getTotalCount())
                .isPositive()
                .isEqualTo(seen.latency().getTotalCount() / 8 * 8);
        assertThat(seen.latency().getMaxValue()).isPositive();
    }

    @Test
    void idle_connections_are_weighed() throws Exception {
        assertThat(IdleLoad.run(serve(Mode.FANOUT), 10, false, SHORT).resident())
                .isFinite();
    }

    @Test
    void connections_come_and_go() throws Exception {
        assertThat(ChurnLoad.run(serve(Mode.FANOUT), 4, SHORT, SHORT).total()).isPositive();
    }

    @Test
    void a_server_that_is_not_there_is_named_as_the_reason() throws Exception {
        Target target = serve(Mode.ECHO);
        server.close(Duration.ZERO);
        assertThatThrownBy(() -> EchoLoad.run(target, 4, 125, 1, SHORT, SHORT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("of 4 connections lost")
                .hasMessageContaining("refused");
    }
}
