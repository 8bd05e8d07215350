package dev.sprocket.http.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Recorder;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Allowed origins (RFC 6455 10.2, RFC 6454). */
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
    void pattern_matches_host_subdomains_or_origin(String pattern, String origin, boolean allowed) {
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
    void same_host_means_the_requested_host(String host, String origin, boolean allowed) {
        assertThat(allowed(Origins.sameHost(), "Host: " + host + "\r\nOrigin: " + origin))
                .isEqualTo(allowed);
    }

    @Test
    void patterns_extend_same_host() {
        Origins origins = Origins.sameHost().and("Friend.org");

        assertThat(allowed(origins, "Host: h\r\nOrigin: http://friend.org")).isTrue();
        assertThat(allowed(origins, "Host: h\r\nOrigin: http://h")).isTrue();
    }

    /** Clients other than browsers send no Origin. A browser that sends credentials may have omitted it. */
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
    void missing_origin_with_ambient_credentials_is_rejected(String headers, boolean allowed) {
        assertThat(allowed(Origins.sameHost(), "Host: h\r\n" + headers.replace("\\r\\n", "\r\n")))
                .isEqualTo(allowed);
    }

    @Test
    void rejects_several_origin_headers() {
        assertThat(allowed(Origins.sameHost(), "Host: a.org\r\nOrigin: http://a.org\r\nOrigin: http://evil.example"))
                .isFalse();
    }

    @Test
    void missing_origin_can_be_rejected() {
        assertThat(allowed(Origins.sameHost().rejectMissing(), "Host: h")).isFalse();
    }

    @Test
    void rejection_body_contains_the_reason() {
        IoServer.attach(
                wire.channel(),
                new HttpServer(new OriginFilter(Origins.sameHost().and("a.org"), app)));
        wire.send("GET / HTTP/1.1\r\nHost: h\r\nCookie: a=b\r\n\r\n");
        RawResponse response = RawResponse.of(wire.received());
        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body())
                .isEqualTo("403 Forbidden: no Origin with Cookie (expected: Origin: same host, a.org)\n");
    }

    @Test
    void missing_origin_can_be_allowed() {
        assertThat(allowed(Origins.sameHost().allowMissing(), "Host: h\r\nCookie: a=b"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({"X: no origin", "Origin: null", "Origin: http://any.where"})
    void star_disables_the_check(String header) {
        assertThat(allowed(Origins.of("*"), "Host: h\r\n" + header)).isTrue();
    }

    @Test
    void rejected_request_does_not_reach_component() {
        assertThat(allowed(Origins.of("a.org"), "Host: h\r\nOrigin: http://b.org"))
                .isFalse();
        wire.close();

        assertThat(app.seen).isEmpty();
    }

    @Test
    void admitted_request_reaches_component() {
        assertThat(allowed(Origins.of("b.org"), "Host: h\r\nOrigin: http://b.org"))
                .isTrue();
        wire.close();

        assertThat(app.seen).containsExactly("open /", "close /");
    }

    @Test
    void string_form_lists_the_rules() {
        assertThat(Origins.sameHost().and("*.a.org").allowMissing()).hasToString("same host, *.a.org, none");
    }
}
