package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an answer looks like, and what becomes of the connection after it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HttpServerTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private HttpFunction function = request -> HttpResponse.text("hi");

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(new FunctionComponent(request -> function.handle(request))));
    }

    @Test
    void an_answer_is_a_status_line_headers_and_the_body() {
        wire.send(GET + "\r\n");

        assertThat(wire.received().replaceFirst("date: [^\r]+", "date: D"))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\ncontent-length: 2\r\n"
                        + "date: D\r\n\r\nhi");
    }

    /** RFC 9110 5.6.7 and 6.6.1. */
    @Test
    void an_answer_is_dated() {
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).header("date"))
                .matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT");
    }

    @Test
    void an_answer_without_a_body_says_length_zero() {
        function = request -> HttpResponse.of(200);
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).header("content-length")).isEqualTo("0");
    }

    /** RFC 9110 8.6. */
    @Test
    void a_204_has_neither_body_nor_length() {
        function = request -> HttpResponse.of(204).body("text/plain", new byte[] {'x'});
        wire.send(GET + "\r\n");

        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("content-length")).isNull();
        assertThat(answer.body()).isEmpty();
    }

    /** RFC 9110 9.3.2. */
    @Test
    void the_answer_to_HEAD_has_the_length_of_the_body_and_no_body() {
        wire.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");

        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.header("content-length")).isEqualTo("2");
        assertThat(answer.body()).isEmpty();
    }

    /** RFC 9110 9.3.2: a body behind the answer to HEAD would be read as the next answer. */
    @Test
    void an_error_answer_to_HEAD_has_no_body_either() {
        function = request -> HttpResponse.error(404, "test");
        wire.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");

        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("content-length")).isEqualTo("14");
        assertThat(answer.body()).isEmpty();
    }

    /** RFC 9112 9.3. */
    @Test
    void the_connection_stays_open_for_the_next_request() {
        wire.send(GET + "\r\n");
        RawResponse first = RawResponse.of(wire.received());
        assertThat(first.header("connection")).isNull();
        assertThat(wire.isOpen()).isTrue();

        wire.send(GET + "\r\n");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("hi");
    }

    /** RFC 9112 9.6. */
    @Test
    void a_client_that_says_close_is_told_so_and_the_connection_closed() {
        wire.send(GET + "Connection: foo, Close\r\n\r\n");

        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_request_of_HTTP_1_0_is_served_and_the_connection_closed() {
        wire.send("GET / HTTP/1.0\r\n\r\n");

        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.line()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    /** A client of 1.0 takes the connection as closing unless the answer says keep-alive (RFC 9112 C.2.2). */
    @Test
    void a_request_of_HTTP_1_0_that_wants_to_keep_the_connection_is_not_left_waiting() {
        wire.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        assertThat(RawResponse.of(wire.received()).header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void an_error_closes_the_connection_and_tells_the_client_no_reason() {
        function = request -> HttpResponse.error(404, "secret");
        wire.send(GET + "\r\n");

        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.body()).isEqualTo("404 Not Found\n");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_function_that_throws_is_answered_with_500() {
        function = request -> {
            throw new IllegalStateException("secret");
        };
        wire.send(GET + "\r\n");

        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("500 Internal Server Error\n");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_function_that_overflows_the_stack_is_answered_with_500_and_the_connection_closed() {
        function = request -> {
            throw new StackOverflowError();
        };
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(500);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void the_headers_of_an_answer_keep_their_order_and_repetitions() {
        function = request -> HttpResponse.of(200).header("Set-Cookie", "b=1").header("Set-Cookie", "a=2");
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).header("set-cookie")).isEqualTo("b=1|a=2");
    }

    @Test
    void a_request_cut_anywhere_is_the_same_request() {
        function = request -> HttpResponse.text(request.method()
                + request.target()
                + request.header("X").orElse("-")
                + request.body().text());
        byte[] request = ("POST /a?b HTTP/1.1\r\nHost: h\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\nX: z\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (int cut = 0; cut <= request.length; cut++) {
            wire.send(request, 0, cut).send(request, cut, request.length);

            assertThat(RawResponse.all(wire.received()))
                    .as("cut at %s", cut)
                    .extracting(RawResponse::body)
                    .isEqualTo(List.of("POST/a?byabcd", "GET/nextz"));
        }
    }
}
