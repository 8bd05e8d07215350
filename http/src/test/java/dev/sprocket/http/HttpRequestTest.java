package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.Wire;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Accessors of requests. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HttpRequestTest {
    @RegisterExtension
    final Wire wire = new Wire();

    private String request(String head, Function<HttpRequest, Object> accessor) {
        Recorder app = new Recorder();
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(head + "\r\n\r\n");
        return String.valueOf(accessor.apply(HttpRequest.of(app.last())));
    }

    /** RFC 9112 3.2.1 to 3.2.4. */
    @ParameterizedTest
    @CsvSource({
        "/a/b?c=d, /a/b?c=d, /a/b",
        "http://h/a?b=/c, /a?b=/c, /a",
        "http://h, /, /",
        "http://h?b=/c, /?b=/c, /",
        "/a?u=http://x/y, /a?u=http://x/y, /a",
        "*, *, *"
    })
    void every_target_form_has_a_path(String sent, String target, String path) {
        assertThat(request("OPTIONS " + sent + " HTTP/1.1\r\nHost: h", r -> r.target() + " " + r.path()))
                .isEqualTo(target + " " + path);
    }

    @Test
    void query_parameter_is_decoded() {
        assertThat(request("GET /?a=1%2B2+3&b= HTTP/1.1\r\nHost: h", r -> r.queryParameter("a")))
                .isEqualTo("Optional[1+2 3]");
    }

    @Test
    void first_value_of_repeated_query_parameter_wins() {
        assertThat(request("GET /?a=1&a=2 HTTP/1.1\r\nHost: h", r -> r.queryParameter("a")))
                .isEqualTo("Optional[1]");
    }

    @Test
    void missing_query_parameter_is_empty() {
        assertThat(request("GET /?a=1 HTTP/1.1\r\nHost: h", r -> r.queryParameter("b")))
                .isEqualTo("Optional.empty");
    }

    @Test
    void header_names_are_case_insensitive() {
        assertThat(request("GET / HTTP/1.1\r\nHost: h\r\nX-Thing:  yes ", r -> r.header("x-thing")))
                .isEqualTo("Optional[yes]");
    }

    @Test
    void repeated_header_has_two_values() {
        assertThat(request("GET / HTTP/1.1\r\nHost: h\r\nX: 1\r\nx: 2", r -> r.headers("X")))
                .isEqualTo("[1, 2]");
    }

    /** RFC 9110 5.6.1. */
    @ParameterizedTest
    @CsvSource({"keep-alive, false", "Upgrade, true", "'keep-alive, UPGRADE', true", "'upgraded', false"})
    void list_items_are_case_insensitive(String value, String expected) {
        assertThat(request(
                        "GET / HTTP/1.1\r\nHost: h\r\nConnection: " + value,
                        r -> r.headerContains("Connection", "upgrade")))
                .isEqualTo(expected);
    }

    @Test
    void version_and_method_are_unchanged() {
        assertThat(request("PURGE / HTTP/1.0", r -> r.method() + " " + r.version() + " " + r))
                .isEqualTo("PURGE HTTP/1.0 PURGE /");
    }
}
