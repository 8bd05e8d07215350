package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Format of responses, and reuse of connections. */
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
    void response_has_status_line_headers_and_body() {
        wire.send(GET + "\r\n");

        assertThat(wire.received().replaceFirst("date: [^\r]+", "date: D"))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\ncontent-length: 2\r\n"
                        + "date: D\r\n\r\nhi");
    }

    /** RFC 9110 5.6.7 and 6.6.1. */
    @Test
    void response_has_a_date() {
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).header("date"))
                .matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT");
    }

    @Test
    void response_without_body_has_length_zero() {
        function = request -> HttpResponse.of(200);
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).header("content-length")).isEqualTo("0");
    }

    /** RFC 9110 8.6. */
    @Test
    void status_204_has_neither_body_nor_length() {
        function = request -> HttpResponse.of(204).body("text/plain", new byte[] {'x'});
        wire.send(GET + "\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(204);
        assertThat(response.header("content-length")).isNull();
        assertThat(response.body()).isEmpty();
    }

    /** RFC 9110 9.3.2. */
    @Test
    void HEAD_response_has_length_but_no_body() {
        wire.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.header("content-length")).isEqualTo("2");
        assertThat(response.body()).isEmpty();
    }

    /** RFC 9110 9.3.2. A body would be read as the next response. */
    @Test
    void HEAD_error_response_has_no_body() {
        function = request -> HttpResponse.error(404, "test");
        wire.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.header("content-length")).isEqualTo("14");
        assertThat(response.body()).isEmpty();
    }

    /** RFC 9112 9.3. */
    @Test
    void connection_stays_open_for_next_request() {
        wire.send(GET + "\r\n");
        RawResponse first = RawResponse.of(wire.received());
        assertThat(first.header("connection")).isNull();
        assertThat(wire.isOpen()).isTrue();

        wire.send(GET + "\r\n");
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("hi");
    }

    /** RFC 9112 9.6. */
    @Test
    void connection_close_of_client_is_honoured() {
        wire.send(GET + "Connection: foo, Close\r\n\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void HTTP_1_0_request_closes_the_connection() {
        wire.send("GET / HTTP/1.0\r\n\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.line()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    /** RFC 9112 C.2.2. Without keep-alive in the response, clients expect the connection to close. */
    @Test
    void HTTP_1_0_keep_alive_is_not_supported() {
        wire.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

        assertThat(RawResponse.of(wire.received()).header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void error_closes_connection_without_revealing_the_reason() {
        function = request -> HttpResponse.error(404, "secret");
        wire.send(GET + "\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.body()).isEqualTo("404 Not Found\n");
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void throwing_function_is_answered_with_500() {
        function = request -> {
            throw new IllegalStateException("secret");
        };
        wire.send(GET + "\r\n");

        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(500);
        assertThat(response.body()).isEqualTo("500 Internal Server Error\n");
        assertThat(response.header("connection")).isEqualTo("close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void stack_overflow_in_function_is_answered_with_500() {
        function = request -> {
            throw new StackOverflowError();
        };
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).status()).isEqualTo(500);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void response_headers_keep_order_and_repetitions() {
        function = request -> HttpResponse.of(200).header("Set-Cookie", "b=1").header("Set-Cookie", "a=2");
        wire.send(GET + "\r\n");

        assertThat(RawResponse.of(wire.received()).header("set-cookie")).isEqualTo("b=1|a=2");
    }

    @Test
    void request_may_be_split_anywhere() {
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
