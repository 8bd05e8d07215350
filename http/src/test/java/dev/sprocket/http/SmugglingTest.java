package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ambiguous requests (RFC 9112 11.2).
 *
 * <p>Each is sent at once and byte by byte, followed by a second request that must never be answered.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SmugglingTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    @BeforeEach
    void serve() {
        IoServer.attach(wire.channel(), new HttpServer(app));
    }

    private void assertRejected(String bytes, int status) {
        String all = bytes.replace("{", "\r\n") + SMUGGLED;
        wire.send(all);
        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::status)
                .containsExactly(status);
        assertThat(wire.isOpen()).isFalse();
        try (Wire slow = new Wire()) {
            IoServer.attach(slow.channel(), new HttpServer(app));
            for (int i = 0; i < all.length(); i++) {
                slow.send(all.substring(i, i + 1));
            }
            List<RawResponse> responses = RawResponse.all(slow.received());
            assertThat(responses).extracting(RawResponse::status).containsExactly(status);
            assertThat(responses.get(0).header("connection")).isEqualTo("close");
            assertThat(slow.isOpen()).isFalse();
        }
        assertThat(app.seen).isEmpty();
    }

    /** Braces stand for line breaks. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // both lengths, in any order and case (6.3)
                "POST / HTTP/1.1{Host: h{Content-Length: 4{Transfer-Encoding: chunked{{0{{",
                "POST / HTTP/1.1{Host: h{transfer-encoding: Chunked{content-length: 4{{0{{",
                "POST / HTTP/1.1{Host: h{Content-Length: 0{Transfer-Encoding: chunked{{0{{",
                // several lengths, or lengths that are not numbers
                "POST / HTTP/1.1{Host: h{Content-Length: 4{Content-Length: 5{{12345",
                "POST / HTTP/1.1{Host: h{Content-Length: 4, 5{{12345",
                "POST / HTTP/1.1{Host: h{Content-Length: +4{{1234",
                "POST / HTTP/1.1{Host: h{Content-Length: -4{{",
                "POST / HTTP/1.1{Host: h{Content-Length: 0x4{{1234",
                "POST / HTTP/1.1{Host: h{Content-Length: 4 4{{1234",
                "POST / HTTP/1.1{Host: h{Content-Length: {{",
                "POST / HTTP/1.1{Host: h{Content-Length: 99999999999999999999{{",
                // chunked in a version without chunks (6.1)
                "POST / HTTP/1.0{Host: h{Transfer-Encoding: chunked{{0{{",
                // codings other than a single final chunked (6.1)
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: gzip{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: identity{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked, gzip{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked, chunked{{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{Transfer-Encoding: x{{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: xchunked{{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: \u000bchunked{{0{{",
                // chunk sizes (7.1)
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{x{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{0x3{abc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{-1{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{+3{abc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{;a{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{100000003{abc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3{abcd{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3{abcX{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3\nabc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3;a\nabc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3;a\rb{abc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3\r4{abc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3 4{abc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3\u0000{abc{0{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{3{abc{0{a b: c{{",
                // bare CR and LF (2.2)
                "GET / HTTP/1.1\nHost: h\n\n",
                "GET / HTTP/1.1{Host: h\nX: y{{",
                "GET / HTTP/1.1{Host: h{X: a\rb{{",
                "GET / HTTP/1.1{Host: h{X: a\r\r\nY: b{{",
                "GET / HTTP/1.1\r{Host: h{{",
                // line folding (5.2)
                "GET / HTTP/1.1{Host: h{X: a{ b{{",
                "GET / HTTP/1.1{Host: h{X: a{\tContent-Length: 5{{",
                "GET / HTTP/1.1{ Host: h{{",
                // spaces around names (5.1)
                "GET / HTTP/1.1{Host : h{{",
                "POST / HTTP/1.1{Host: h{Content-Length : 4{{1234",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding\t: chunked{{0{{",
                "POST / HTTP/1.1{Host: h{Content-\u0000Length: 4{{1234",
                // control characters in values (RFC 9110 5.5)
                "GET / HTTP/1.1{Host: h{X: a\u0000b{{",
                "GET / HTTP/1.1{Host: h{X: a\u0001b{{",
                "GET / HTTP/1.1{Host: h{X: a\u007fb{{",
                "GET / HTTP/1.1{Host: h{X: a\u000bb{{",
                // one host (3.2)
                "GET / HTTP/1.1{{",
                "GET / HTTP/1.1{Host: a{Host: b{{",
                "GET / HTTP/1.1{Host: a{host: a{{",
                "GET / HTTP/1.1{Host: a, b{{",
                "GET / HTTP/1.1{Host: a b{{",
                "GET / HTTP/1.1{Host: user@a{{",
                "GET / HTTP/1.1{Host: a/b{{",
                "GET / HTTP/1.1{Host: a:b{{",
                "GET / HTTP/1.1{Host: a:70000{{",
                "GET / HTTP/1.1{Host: [::1{{",
                "GET / HTTP/1.0{Host: a{Host: b{{",
                // the request line (3)
                "GET  / HTTP/1.1{Host: h{{",
                "GET /  HTTP/1.1{Host: h{{",
                "GET\t/\tHTTP/1.1{Host: h{{",
                "GET /a b HTTP/1.1{Host: h{{",
                " GET / HTTP/1.1{Host: h{{",
                "\u0000GET / HTTP/1.1{Host: h{{",
                "GET / HTTP/1.1 {Host: h{{",
                "GET /\u00e9 HTTP/1.1{Host: h{{",
                "GET /\u0001 HTTP/1.1{Host: h{{",
                "G@T / HTTP/1.1{Host: h{{",
                // targets (3.2)
                "GET h:80 HTTP/1.1{Host: h{{",
                "CONNECT h:80 HTTP/1.1{Host: h{{",
                "GET * HTTP/1.1{Host: h{{",
                "GET a HTTP/1.1{Host: h{{",
                "GET /a#b HTTP/1.1{Host: h{{",
                "GET http:///a HTTP/1.1{Host: h{{",
                "GET http://u@h/a HTTP/1.1{Host: h{{",
                "GET ftp://h/a HTTP/1.1{Host: h{{"
            })
    void ambiguous_request_is_400(String bytes) {
        assertRejected(bytes, 400);
    }

    @ParameterizedTest
    @CsvSource({
        "'POST / HTTP/1.1{Host: h{Transfer-Encoding: gzip, chunked{{0{{', 501",
        "POST / HTTP/1.1{Host: h{Content-Length: 1{Expect: 200-ok{{, 417",
        "PRI * HTTP/2.0{{SM{{, 505",
        "GET / HTTP/2.0{Host: h{{, 505",
        "GET / HTTP/1.2{Host: h{{, 505",
        "GET / HTTP/0.9{Host: h{{, 505"
    })
    void unsupported_request_has_specific_status(String bytes, int status) {
        assertRejected(bytes, status);
    }

    /** Unusual, but valid requests. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{GET / HTTP/1.1{Host: h{{",
                "GET / HTTP/1.1{hOsT:h{{",
                "GET / HTTP/1.1{Host:\th\t{{",
                "GET / HTTP/1.1{Host:{{",
                "GET / HTTP/1.1{Host: [::1]:8080{{",
                "GET / HTTP/1.1{Host: h{X: caf\u00e9\ttab{{",
                "GET / HTTP/1.0{{",
                "get / HTTP/1.1{Host: h{{",
                "POST / HTTP/1.1{Host: h{Content-Length: 004{{1234",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: CHUNKED{{3;a=\"b\"{abc{00{X: y{{",
                "POST / HTTP/1.1{Host: h{Transfer-Encoding: chunked{{A{0123456789{0{{",
                "POST / HTTP/1.0{Expect: 100-continue{Content-Length: 1{{a"
            })
    void unusual_valid_requests_are_accepted(String bytes) {
        wire.send(bytes.replace("{", "\r\n"));
        assertThat(app.seen).containsExactly("open /");

        app.last().send("good");
        assertThat(wire.received()).endsWith("good");
    }

    /** Netty's decoder reads the eight octets after such a head as its body. */
    @Test
    void hixie_76_keys_do_not_consume_next_request() {
        wire.send("GET /a HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Key1: 1 2\r\nSec-WebSocket-Key2: 3 4\r\n\r\n"
                + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(app.seen).containsExactly("open /a");
        assertThat(HttpRequest.of(app.last()).body().size()).isZero();
        app.last().send("x");
        assertThat(app.seen).containsExactly("open /a", "close /a", "open /next");
    }

    @Test
    void hixie_76_keys_with_length_change_nothing() {
        wire.send("GET /a HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Key1: 1 2\r\nSec-WebSocket-Key2: 3 4\r\n"
                + "Content-Length: 3\r\n\r\nabcGET /next HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(HttpRequest.of(app.last()).body().text()).isEqualTo("abc");
        app.last().send("x");
        assertThat(app.seen).containsExactly("open /a", "close /a", "open /next");
    }

    /** RFC 9112 3.2.2. */
    @Test
    void host_of_absolute_target_overrides_header() {
        wire.send("GET HTTP://Example.com:81/a HTTP/1.1\r\nHost: other\r\n\r\n");

        HttpRequest request = HttpRequest.of(app.last());
        assertThat(request.host()).isEqualTo("example.com");
        assertThat(request.header("Host")).contains("Example.com:81");
        assertThat(request.target()).isEqualTo("/a");
    }

    /** RFC 9112 5.2 concerns heads only. */
    @Test
    void body_lines_are_not_validated() {
        wire.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n a\r\n b");
        assertThat(HttpRequest.of(app.last()).body().text()).isEqualTo(" a\r\n b");

        app.last().send("x");
        wire.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(app.seen).containsExactly("open /", "close /", "open /next");
    }
}
