package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Limiter;
import dev.sprocket.core.Message;
import dev.sprocket.core.RateLimitAction;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long a connection may take over what. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TimeLimitsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(app));
    }

    /** Time passes in small steps, as it does. */
    private void pass(int seconds) {
        for (int i = 0; i < 4 * seconds; i++) {
            wire.advance(250);
        }
    }

    private void assertRefused(int status) {
        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(answer.header("content-length"))
                .isEqualTo(String.valueOf(answer.body().length()));
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_head_that_never_ends_is_refused_with_408_after_ten_seconds() {
        wire.send(GET);
        pass(9);
        assertThat(wire.received()).isEmpty();

        pass(3);
        assertRefused(408);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void a_head_that_drips_is_refused_no_later() {
        wire.send(GET);
        for (int i = 0; i < 12; i++) {
            pass(1);
            wire.send("X: y\r\n");
        }

        assertRefused(408);
    }

    @Test
    void a_client_that_never_asks_is_refused_with_408() {
        pass(12);

        assertRefused(408);
    }

    @Test
    void a_second_head_has_ten_seconds_from_its_first_byte() {
        wire.send(GET + "\r\n");
        app.last().send("x");
        wire.received();
        pass(50);
        wire.send("G");
        pass(9);
        assertThat(wire.isOpen()).isTrue();

        pass(3);
        assertRefused(408);
    }

    @Test
    void a_body_that_stops_coming_is_refused_with_408() {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n");
        pass(8);
        // more than the least rate
        wire.send("x".repeat(9_500));
        pass(8);
        assertThat(wire.received()).isEmpty();

        pass(4);
        assertRefused(408);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void a_connection_that_asks_nothing_more_is_closed_after_a_minute() {
        wire.send(GET + "\r\n");
        app.last().send("x");
        wire.received();
        pass(59);
        assertThat(wire.isOpen()).isTrue();

        wire.send("\r\n");
        pass(3);
        assertThat(wire.isOpen()).isFalse();
        assertThat(wire.received()).isEmpty();
    }

    @Test
    void requests_keep_a_connection_open() {
        for (int i = 0; i < 5; i++) {
            wire.send(GET + "\r\n");
            app.last().send("x");
            pass(40);
        }

        assertThat(RawResponse.all(wire.received())).hasSize(5);
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void a_request_that_nobody_answers_is_answered_with_503_after_half_a_minute() {
        wire.send(GET + "\r\n");
        pass(29);
        assertThat(wire.received()).isEmpty();

        pass(3);
        assertRefused(503);
        assertThat(app.seen).containsExactly("open /", "close /");
        assertThat(app.last().send("too late")).isFalse();
    }

    @Test
    void a_streamed_answer_may_take_for_ever() {
        wire.send(GET + "\r\n");
        app.last().stream(HttpResponse.of(200));
        pass(300);
        assertThat(app.last().send("x")).isTrue();

        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void an_upgraded_connection_has_no_limits_of_http() {
        wire.send(GET + "Upgrade: echo\r\nConnection: upgrade\r\n\r\n");
        app.last().upgrade(HttpResponse.of(101));
        pass(300);

        assertThat(wire.isOpen()).isTrue();
        assertThat(app.seen).containsExactly("open /");
    }

    @Test
    void limits_can_be_chosen() {
        HttpTimeouts second = HttpTimeouts.DEFAULT
                .withHead(Duration.ofSeconds(1))
                .withBody(Duration.ofSeconds(1))
                .withResponse(Duration.ofSeconds(1))
                .withKeepAlive(Duration.ofSeconds(1));
        try (Wire other = new Wire()) {
            IoServer.attach(other.channel(), new HttpServer(app, HttpLimits.DEFAULT, second));
            other.advance(500).advance(500).advance(500).advance(500);

            assertThat(RawResponse.of(other.received()).status()).isEqualTo(408);
        }
        assertThatThrownBy(() -> second.withBody(Duration.ZERO)).hasMessage("body: PT0S (expected: above zero)");
    }

    @Test
    void a_limit_may_be_for_ever() {
        try (Wire each = new Wire()) {
            HttpTimeouts patient = HttpTimeouts.DEFAULT.withResponse(Duration.ofSeconds(Long.MAX_VALUE));
            IoServer.attach(each.channel(), new HttpServer(app, HttpLimits.DEFAULT, patient));
            each.send(GET + "\r\n");
            for (int i = 0; i < 10; i++) {
                each.advance(500);
            }
            app.last().send("at last");
            assertThat(RawResponse.of(each.received()).body()).isEqualTo("at last");

            for (int i = 0; i < 130; i++) {
                each.advance(500);
            }
            assertThat(each.isOpen()).as("the other limits are kept").isFalse();
        }
    }

    @Test
    void a_body_that_is_held_back_here_is_not_late() {
        try (Wire each = new Wire()) {
            Limiter<Connection, Message> limiter =
                    Limiter.builder().bytes(100, RateLimitAction.PAUSE).around(new HttpServer(app));
            IoServer.attach(each.channel(), limiter);
            each.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n" + "x".repeat(3000));
            for (int i = 0; i < 70; i++) {
                each.advance(500);
                assertThat(each.received()).isEmpty();
            }
            assertThat(each.channel().config().isAutoRead()).isTrue();
            for (int i = 0; i < 10; i++) {
                each.advance(500);
            }
            assertThat(RawResponse.of(each.received()).status()).isEqualTo(408);
        }
    }
}
