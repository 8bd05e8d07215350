package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sprocket.core.IoServer;
import dev.sprocket.leaktest.Answer;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Request lines and headers: what is refused before a component sees it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RequestHeadTest {
    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(app));
    }

    private void assertRefused(int status) {
        Answer answer = Answer.of(wire.received());
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(answer.header("content-length"))
                .isEqualTo(String.valueOf(answer.body().length()));
        assertThat(wire.isOpen()).isFalse();
        assertThat(app.seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\r\n\r\n",
                "GET /\r\n\r\n",
                "GET / HTTP\r\n\r\n",
                "GET / FTP/1.1\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nbad name: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n"
            })
    void what_is_no_request_is_refused_with_400(String bytes) {
        wire.send(bytes);

        assertRefused(400);
    }

    /** RFC 9112 3.2. */
    @Test
    void a_request_without_Host_is_refused_with_400() {
        wire.send("GET / HTTP/1.1\r\n\r\n");

        assertRefused(400);
    }

    /** RFC 9112 3.2. */
    @Test
    void a_request_with_two_Hosts_is_refused_with_400() {
        wire.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");

        assertRefused(400);
    }

    @Test
    void headers_of_more_than_8_KiB_are_refused_with_431() {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(8 * 1024));

        assertRefused(431);
    }

    @Test
    void headers_of_almost_8_KiB_are_taken() {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(8 * 1024 - 20) + "\r\n\r\n");

        assertThat(app.seen).containsExactly("open /");
    }

    @Test
    void a_request_line_of_more_than_8_KiB_is_refused_with_431() {
        wire.send("GET /" + "x".repeat(8 * 1024));

        assertRefused(431);
    }

    @Test
    void more_than_100_headers_are_refused_with_431() {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\n" + "X: x\r\n".repeat(100) + "\r\n");

        assertRefused(431);
    }

    @Test
    void a_hundred_headers_are_taken() {
        wire.send("GET / HTTP/1.1\r\nHost: h\r\n" + "X: x\r\n".repeat(99) + "\r\n");

        assertThat(app.seen).containsExactly("open /");
    }

    /** RFC 9110 9.3.2. */
    @Test
    void a_refused_HEAD_is_answered_without_a_body() {
        wire.send("HEAD / HTTP/1.1\r\nHost: h\r\n" + "X: x\r\n".repeat(100) + "\r\n");

        assertThat(Answer.of(wire.received()).body()).isEmpty();
    }

    @Test
    void a_bad_request_behind_a_good_one_waits_for_its_answer() {
        wire.send("GET /good HTTP/1.1\r\nHost: h\r\n\r\nrubbish\r\n\r\n");
        assertThat(wire.received()).isEmpty();

        app.last().send("good");

        assertThat(Answer.all(wire.received())).extracting(Answer::status).containsExactly(200, 400);
        assertThat(wire.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open /good", "close /good");
    }

    @Test
    void limits_that_let_no_request_through_are_refused() {
        assertThat(catchThrowable(() -> new HttpLimits(63, 1, 0))).hasMessage("head: 63 (expected: >= 64)");
        assertThat(catchThrowable(() -> new HttpLimits(64, 0, 0))).hasMessage("headers: 0 (expected: >= 1)");
        assertThat(catchThrowable(() -> new HttpLimits(64, 1, -1))).hasMessage("body: -1 (expected: >= 0)");
    }
}
