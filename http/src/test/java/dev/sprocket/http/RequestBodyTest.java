package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.io.IoServer;
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

/** Framing (RFC 9112 6) and size limits of request bodies. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RequestBodyTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: h\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private final List<HttpRequest> requests = new ArrayList<>();

    @RegisterExtension
    final Wire wire = new Wire();

    @BeforeEach
    void serve() {
        HttpFunction echo = request -> {
            requests.add(request);
            return HttpResponse.text("[" + request.body().text() + "]");
        };
        IoServer.attach(
                wire.channel(), new HttpServer(new FunctionComponent(echo)).limits(HttpLimits.DEFAULT.body(10)));
    }

    private void assertEchoed(String body) {
        assertThat(RawResponse.of(wire.received()).body()).isEqualTo("[" + body + "]");
        assertThat(wire.isOpen()).isTrue();
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
    void request_without_length_has_no_body() {
        wire.send(POST + "\r\n");

        assertEchoed("");
    }

    @Test
    void content_length_determines_body_length() {
        wire.send(POST + "Content-Length: 3\r\n\r\nabc");

        assertEchoed("abc");
    }

    @Test
    void body_used_after_its_request_throws() {
        wire.send(POST + "Content-Length: 3\r\n\r\nabc").send(POST + "Content-Length: 3\r\n\r\nxyz");
        wire.send(CHUNKED + "3\r\nabc\r\n0\r\n\r\n").send(POST + "\r\n");

        assertThat(requests).hasSize(4);
        for (HttpRequest request : requests.subList(0, 3)) {
            for (HttpRequest each : List.of(request, request.pathParameters(Map.of("a", "b")))) {
                assertThatThrownBy(() -> each.body().text())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("message used after its callback returned (call copy() inside the callback)");
            }
        }
        assertThat(requests.get(3).body().text()).isEmpty();
    }

    @Test
    void request_waits_for_complete_body() {
        wire.send(POST + "Content-Length: 6\r\n\r\nab").send("cd");
        assertThat(wire.received()).isEmpty();

        wire.send("ef");
        assertEchoed("abcdef");
    }

    /** RFC 9112 7.1. */
    @Test
    void chunked_body_is_joined() {
        wire.send(CHUNKED + "3\r\nabc\r\n").send("04\r\nde").send("fg\r\n0\r\n");
        assertThat(wire.received()).isEmpty();

        wire.send("\r\n");
        assertEchoed("abcdefg");
    }

    /** RFC 9112 7.1.1, 7.1.2. */
    @Test
    void chunk_extensions_and_trailers_are_not_in_the_body() {
        wire.send(CHUNKED + "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n");

        assertEchoed("abcde");
    }

    @Test
    void accepts_body_of_exactly_the_limit() {
        wire.send(POST + "Content-Length: 10\r\n\r\n0123456789");
        assertEchoed("0123456789");

        wire.send(CHUNKED + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n");
        assertEchoed("0123456789");
    }

    @Test
    void rejects_content_length_over_the_limit() {
        wire.send(POST + "Content-Length: 11\r\n\r\n");

        assertRejected(413);
    }

    @Test
    void rejects_chunked_body_once_over_the_limit() {
        wire.send(CHUNKED + "9\r\n012345678\r\n");
        assertThat(wire.received()).isEmpty();

        wire.send("2\r\n9a");
        assertRejected(413);
    }

    @Test
    void rejects_single_chunk_over_the_limit() {
        wire.send(CHUNKED + "b\r\n0123456789a\r\n");

        assertRejected(413);
    }

    @Test
    void reads_nothing_after_a_rejection() {
        wire.send(POST + "Content-Length: 11\r\n\r\n0123456789aGET / HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::status)
                .containsExactly(413);
    }

    /** RFC 9110 10.1.1. */
    @Test
    void sends_100_when_client_expects_it() {
        wire.send(POST + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        assertThat(wire.received()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");

        wire.send("ok");
        assertEchoed("ok");
    }

    @Test
    void sends_no_100_for_too_large_body() {
        wire.send(POST + "Content-Length: 11\r\nExpect: 100-continue\r\n\r\n");

        assertRejected(413);
    }

    /** RFC 9112 6.1: ambiguous framing. */
    @Test
    void rejects_content_length_with_transfer_encoding() {
        wire.send(POST
                + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n");

        assertRejected(400);
    }

    /** RFC 9112 6.3. */
    @Test
    void rejects_transfer_encoding_not_ending_in_chunked() {
        wire.send(POST + "Transfer-Encoding: gzip\r\n\r\n");

        assertRejected(400);
    }

    /** RFC 9112 6.1: the body would stay compressed. */
    @Test
    void rejects_transfer_encoding_in_addition_to_chunked() {
        wire.send(POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");

        assertRejected(501);
    }

    /** RFC 9112 6.1. */
    @Test
    void rejects_transfer_encoding_in_HTTP_1_0() {
        wire.send("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");

        assertRejected(400);
    }

    @Test
    void rejects_length_that_is_not_a_number() {
        wire.send(POST + "Content-Length: ten\r\n\r\n");

        assertRejected(400);
    }

    @Test
    void rejects_negative_length() {
        wire.send(POST + "Content-Length: -1\r\n\r\n");

        assertRejected(400);
    }

    /** RFC 9112 6.3. */
    @Test
    void rejects_two_different_lengths() {
        wire.send(POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab");

        assertRejected(400);
    }

    @Test
    void rejects_chunk_size_that_is_not_a_number() {
        wire.send(CHUNKED + "zz\r\n");

        assertRejected(400);
    }
}
