package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pages may connect (RFC 6455 10.2, RFC 6454). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class OriginsTest {
    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    private boolean allowed(Origins origins, String headers) {
        IoServer.attach(wire.channel(), new HttpServer(new OriginFilter(origins, app)));
        wire.send("GET / HTTP/1.1\r\n" + headers + "\r\n\r\n");
        if (app.opened.isEmpty()) {
            assertThat(RawResponse.of(wire.received()).status()).isEqualTo(403);
            return false;
        }
        return true;
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, http://example.com, true",
        "example.com, https://example.com:8443, true",
        "example.com, HTTP://EXAMPLE.COM, true",
        "EXAMPLE.com, http://example.com, true",
        "example.com, http://sub.example.com, false",
        "example.com, http://badexample.com, false",
        "example.com, http://example.com.evil.org, false",
        "example.com, http://evil.org/example.com, false",
        "*.example.com, http://a.example.com, true",
        "*.example.com, http://a.b.example.com, true",
        "*.example.com, http://example.com, false",
        "*.example.com, http://badexample.com, false",
        "https://example.com, https://example.com, true",
        "https://example.com, http://example.com, false",
        "https://example.com, https://example.com:8443, false",
        "https://example.com:8443, https://example.com:8443, true",
        "https://example.com:443, https://example.com, true",
        "http://example.com:80, http://example.com, true",
        "bücher.example, https://xn--bcher-kva.example, true",
        "'[::1]', http://[::1]:8080, true",
        "::1, http://[::1]:8080, true",
        "example.com, null, false",
        "example.com, rubbish, false"
    })
    void a_pattern_is_a_host_its_subdomains_or_an_origin(String pattern, String origin, boolean allowed) {
        assertThat(allowed(Origins.of(pattern), "Host: h\r\nOrigin: " + origin)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, http://example.com, true",
        "example.com:8080, http://example.com:3000, true",
        "example.com, http://evil.org, false",
        "localhost:8080, http://127.0.0.1:8080, true",
        "127.0.0.1:8080, http://localhost, true",
        "'[::1]:8080', http://localhost, true",
        "example.com, http://localhost, false",
        "localhost, http://example.com, false",
        "example.com, null, false"
    })
    void the_same_host_is_the_one_that_the_request_is_sent_to(String host, String origin, boolean allowed) {
        assertThat(allowed(Origins.sameHost(), "Host: " + host + "\r\nOrigin: " + origin))
                .isEqualTo(allowed);
    }

    @Test
    void patterns_add_to_the_same_host() {
        Origins origins = Origins.sameHost().and("Friend.org");

        assertThat(allowed(origins, "Host: h\r\nOrigin: http://friend.org")).isTrue();
        assertThat(allowed(origins, "Host: h\r\nOrigin: http://h")).isTrue();
    }

    /** Programs send no Origin; a browser that sends credentials by itself might have left it out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X: nothing | true",
                "Authorization: Bearer abc | true",
                "Cookie: PHPSESSID=1 | false",
                "Authorization: Basic YTpi | false",
                "Authorization: basic YTpi | false",
                "Authorization: Negotiate x | false",
                "Origin: null | false",
                "Sec-WebSocket-Origin: http://evil.org | false",
                "Sec-WebSocket-Origin: http://h | true",
                "Cookie: a=b\\r\\nSec-Fetch-Site: same-origin | true",
                "Cookie: a=b\\r\\nSec-Fetch-Site: cross-site | false",
                "Cookie: a=b\\r\\nSec-Fetch-Site: cross-site\\r\\nReferer: http://h/ | false",
                "Cookie: a=b\\r\\nReferer: http://h/page?x=http://evil.org/ | true",
                "Cookie: a=b\\r\\nReferer: http://h:8080 | true",
                "Cookie: a=b\\r\\nReferer: http://evil.org/http://h/ | false",
                "Cookie: a=b\\r\\nReferer: http://h@evil.org/ | false",
                "Cookie: a=b\\r\\nReferer: /page | false"
            })
    void request_without_origin_is_refused_if_credentials_come_by_themselves(String headers, boolean allowed) {
        assertThat(allowed(Origins.sameHost(), "Host: h\r\n" + headers.replace("\\r\\n", "\r\n")))
                .isEqualTo(allowed);
    }

    @Test
    void several_origins_are_refused() {
        assertThat(allowed(Origins.sameHost(), "Host: a.org\r\nOrigin: http://a.org\r\nOrigin: http://evil.example"))
                .isFalse();
    }

    @Test
    void origin_may_be_required() {
        assertThat(allowed(Origins.sameHost().rejectMissing(), "Host: h")).isFalse();
    }

    @Test
    void refusal_says_its_reason_in_the_body() {
        IoServer.attach(
                wire.channel(),
                new HttpServer(new OriginFilter(Origins.sameHost().and("a.org"), app)));
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nCookie: a=b\r\n\r\n");
        RawResponse answer = RawResponse.of(wire.received());
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body())
                .isEqualTo("403 Forbidden: no Origin beside Cookie (expected: Origin of: same host, a.org)\n");
    }

    @Test
    void a_request_without_an_origin_may_be_allowed() {
        assertThat(allowed(Origins.sameHost().allowMissing(), "Host: h\r\nCookie: a=b"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"X: no origin", "Origin: null", "Origin: http://any.where"})
    void a_star_switches_the_check_off(String header) {
        assertThat(allowed(Origins.of("*"), "Host: h\r\n" + header)).isTrue();
    }

    @Test
    void a_component_hears_nothing_of_a_request_that_was_refused() {
        assertThat(allowed(Origins.of("a.org"), "Host: h\r\nOrigin: http://b.org"))
                .isFalse();
        wire.close();

        assertThat(app.seen).isEmpty();
    }

    @Test
    void a_component_hears_everything_of_a_request_that_was_let_through() {
        assertThat(allowed(Origins.of("b.org"), "Host: h\r\nOrigin: http://b.org"))
                .isTrue();
        wire.close();

        assertThat(app.seen).containsExactly("open /", "close /");
    }

    @Test
    void a_rule_says_what_it_expects() {
        assertThat(Origins.sameHost().and("*.a.org").allowMissing()).hasToString("same host, *.a.org, none");
    }
}
