package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies of requests: how they are framed (RFC 9112 6), and how large they may be. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class BodyTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: h\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private final List<HttpRequest> kept = new ArrayList<>();

    @RegisterExtension
    final Wire wire = new Wire();

    @BeforeEach
    void serve() {
        HttpFunction echo = request -> {
            kept.add(request);
            return HttpResponse.text("[" + request.body().text() + "]");
        };
        IoServer.attach(wire.channel(), new HttpServer(new FunctionComponent(echo), HttpLimits.DEFAULT.withBody(10)));
    }

    private void assertEchoed(String body) {
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("[" + body + "]");
        assertThat(wire.isOpen()).isTrue();
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
    void a_request_without_length_has_no_body() {
        wire.send(POST + "\r\n");

        assertEchoed("");
    }

    @Test
    void a_body_is_as_long_as_content_length_says() {
        wire.send(POST + "Content-Length: 3\r\n\r\nabc");

        assertEchoed("abc");
    }

    @Test
    void a_body_kept_past_its_request_refuses_use() {
        wire.send(POST + "Content-Length: 3\r\n\r\nabc").send(POST + "Content-Length: 3\r\n\r\nxyz");
        wire.send(CHUNKED + "3\r\nabc\r\n0\r\n\r\n").send(POST + "\r\n");

        assertThat(kept).hasSize(4);
        for (HttpRequest request : kept.subList(0, 3)) {
            for (HttpRequest each : List.of(request, request.withPathParameters(Map.of("a", "b")))) {
                assertThatThrownBy(() -> each.body().text())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("message used after its callback returned (call copy() inside the callback)");
            }
        }
        assertThat(kept.get(3).body().text()).isEmpty();
    }

    @Test
    void a_request_waits_for_the_whole_of_its_body() {
        wire.send(POST + "Content-Length: 6\r\n\r\nab").send("cd");
        assertThat(wire.received()).isEmpty();

        wire.send("ef");
        assertEchoed("abcdef");
    }

    /** RFC 9112 7.1. */
    @Test
    void a_chunked_body_is_put_together() {
        wire.send(CHUNKED + "3\r\nabc\r\n").send("04\r\nde").send("fg\r\n0\r\n");
        assertThat(wire.received()).isEmpty();

        wire.send("\r\n");
        assertEchoed("abcdefg");
    }

    /** RFC 9112 7.1.1, 7.1.2. */
    @Test
    void chunk_extensions_and_trailers_are_no_part_of_the_body() {
        wire.send(CHUNKED + "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n");

        assertEchoed("abcde");
    }

    @Test
    void a_body_of_exactly_the_limit_is_taken() {
        wire.send(POST + "Content-Length: 10\r\n\r\n0123456789");
        assertEchoed("0123456789");

        wire.send(CHUNKED + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n");
        assertEchoed("0123456789");
    }

    @Test
    void a_body_over_the_limit_is_refused_from_the_header() {
        wire.send(POST + "Content-Length: 11\r\n\r\n");

        assertRefused(413);
    }

    @Test
    void a_chunked_body_is_refused_as_soon_as_it_is_over_the_limit() {
        wire.send(CHUNKED + "9\r\n012345678\r\n");
        assertThat(wire.received()).isEmpty();

        wire.send("2\r\n9a");
        assertRefused(413);
    }

    @Test
    void a_single_chunk_over_the_limit_is_refused() {
        wire.send(CHUNKED + "b\r\n0123456789a\r\n");

        assertRefused(413);
    }

    @Test
    void nothing_after_a_refusal_is_read() {
        wire.send(POST + "Content-Length: 11\r\n\r\n0123456789aGET / HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::status)
                .containsExactly(413);
    }

    /** RFC 9110 10.1.1. */
    @Test
    void a_client_that_expects_it_is_told_to_continue() {
        wire.send(POST + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        assertThat(wire.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

        wire.send("ok");
        assertEchoed("ok");
    }

    @Test
    void a_client_whose_body_is_too_large_is_not_told_to_continue() {
        wire.send(POST + "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n");

        assertRefused(413);
    }

    /** RFC 9112 6.1: framing that two readers may read in two ways. */
    @Test
    void both_content_length_and_transfer_encoding_are_refused() {
        wire.send(POST
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");

        assertRefused(400);
    }

    /** RFC 9112 6.3. */
    @Test
    void a_transfer_encoding_that_does_not_end_in_chunked_is_refused() {
        wire.send(POST + "Transfer-Encoding: gzip\r\n\r\n");

        assertRefused(400);
    }

    /** RFC 9112 6.1: the body would be handed on compressed. */
    @Test
    void a_transfer_encoding_besides_chunked_is_refused() {
        wire.send(POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");

        assertRefused(501);
    }

    /** RFC 9112 6.1. */
    @Test
    void a_transfer_encoding_in_HTTP_1_0_is_refused() {
        wire.send("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

        assertRefused(400);
    }

    @Test
    void a_length_that_is_no_number_is_refused() {
        wire.send(POST + "Content-Length: ten\r\n\r\n");

        assertRefused(400);
    }

    @Test
    void a_negative_length_is_refused() {
        wire.send(POST + "Content-Length: -1\r\n\r\n");

        assertRefused(400);
    }

    /** RFC 9112 6.3. */
    @Test
    void two_different_lengths_are_refused() {
        wire.send(POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab");

        assertRefused(400);
    }

    @Test
    void a_chunk_size_that_is_no_number_is_refused() {
        wire.send(CHUNKED + "zz\r\n");

        assertRefused(400);
    }
}
