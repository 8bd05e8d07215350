package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Timeouts of connections. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HttpTimeoutsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(app));
    }

    /** Advances the clock in small steps. */
    private void pass(int seconds) {
        for (int i = 0; i < 4 * seconds; i++) {
            wire.advance(250);
        }
    }

    private void assertRejected(int status) {
        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(response.header("content-length"))
                .isEqualTo(String.valueOf(response.body().length()));
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void incomplete_head_is_408_after_ten_seconds() {
        wire.send(GET);
        pass(9);
        assertThat(wire.received()).isEmpty();

        pass(3);
        assertRejected(408);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void slowly_sent_head_does_not_extend_timeout() {
        wire.send(GET);
        for (int i = 0; i < 12; i++) {
            pass(1);
            wire.send("X: y\r\n");
        }

        assertRejected(408);
    }

    @Test
    void silent_client_is_408() {
        pass(12);

        assertRejected(408);
    }

    @Test
    void later_head_has_ten_seconds_from_first_byte() {
        wire.send(GET + "\r\n");
        app.last().send("x");
        wire.received();
        pass(50);
        wire.send("G");
        pass(9);
        assertThat(wire.isOpen()).isTrue();

        pass(3);
        assertRejected(408);
    }

    @Test
    void stalled_body_is_408() {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20000\r\n\r\n");
        pass(8);
        // above the minimum rate
        wire.send("x".repeat(9_500));
        pass(8);
        assertThat(wire.received()).isEmpty();

        pass(4);
        assertRejected(408);
        assertThat(app.seen).isEmpty();
    }

    @Test
    void idle_connection_is_closed_after_a_minute() {
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
    void requests_keep_the_connection_open() {
        for (int i = 0; i < 5; i++) {
            wire.send(GET + "\r\n");
            app.last().send("x");
            pass(40);
        }

        assertThat(RawResponse.all(wire.received())).hasSize(5);
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void unanswered_request_is_503_after_30_seconds() {
        wire.send(GET + "\r\n");
        pass(29);
        assertThat(wire.received()).isEmpty();

        pass(3);
        assertRejected(503);
        assertThat(app.seen).containsExactly("open /", "close /");
        assertThat(app.last().send("too late")).isFalse();
    }

    @Test
    void streamed_response_has_no_timeout() {
        wire.send(GET + "\r\n");
        app.last().stream(HttpResponse.of(200));
        pass(300);
        assertThat(app.last().send("x")).isTrue();

        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void upgraded_connection_has_no_HTTP_timeouts() {
        wire.send(GET + "Upgrade: echo\r\nConnection: upgrade\r\n\r\n");
        app.last().upgrade(HttpResponse.of(101));
        pass(300);

        assertThat(wire.isOpen()).isTrue();
        assertThat(app.seen).containsExactly("open /");
    }

    @Test
    void timeouts_are_configurable() {
        HttpTimeouts second = HttpTimeouts.DEFAULT
                .head(Duration.ofSeconds(1))
                .body(Duration.ofSeconds(1))
                .response(Duration.ofSeconds(1))
                .keepAlive(Duration.ofSeconds(1));
        try (Wire other = new Wire()) {
            IoServer.attach(other.channel(), new HttpServer(app).timeouts(second));
            other.advance(500).advance(500).advance(500).advance(500);

            assertThat(RawResponse.of(other.received()).status()).isEqualTo(408);
        }
        assertThatThrownBy(() -> second.body(Duration.ZERO)).hasMessage("body: PT0S (expected: above zero)");
    }

    @Test
    void timeout_may_be_unlimited() {
        try (Wire each = new Wire()) {
            HttpTimeouts unlimited = HttpTimeouts.DEFAULT.response(Duration.ofSeconds(Long.MAX_VALUE));
            IoServer.attach(each.channel(), new HttpServer(app).timeouts(unlimited));
            each.send(GET + "\r\n");
            for (int i = 0; i < 10; i++) {
                each.advance(500);
            }
            app.last().send("at last");
            assertThat(RawResponse.of(each.received()).body()).isEqualTo("at last");

            for (int i = 0; i < 130; i++) {
                each.advance(500);
            }
            assertThat(each.isOpen()).as("other timeouts still apply").isFalse();
        }
    }

    @Test
    void paused_reads_do_not_count_against_the_body() {
        try (Wire each = new Wire()) {
            Limiter<Connection, Message> limiter =
                    new Limiter<Connection, Message>(new HttpServer(app)).bytes(100, Limiter.Action.PAUSE);
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
