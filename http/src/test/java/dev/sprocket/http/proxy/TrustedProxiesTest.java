package dev.sprocket.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Recorder;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients described by proxies, and the conditions for trusting them. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TrustedProxiesTest {
    private final Recorder app = new Recorder();

    @RegisterExtension
    final Wire wire = new Wire();

    /** Returns what the application sees of a request from an address: client, scheme, host. */
    private String seen(String peer, String... headers) {
        return seen(TrustedProxies.Headers.X_FORWARDED, peer, headers);
    }

    private String seen(TrustedProxies.Headers family, String peer, String... headers) {
        Recorder each = new Recorder();
        try (Wire proxied = new Wire()) {
            IoServer.attach(
                    proxied.channel(),
                    new HttpServer(new FromPeer(
                            peer,
                            new TrustedProxies(List.of("10.0.0.0/8", "192.0.2.1", "fd00::/8"), each).headers(family))));
            proxied.send("GET / HTTP/1.1\r\nHost: inner:8080\r\n" + String.join("", headers) + "\r\n");
            if (each.opened.isEmpty()) {
                return String.valueOf(RawResponse.of(proxied.received()).status());
            }
            HttpRequest request = HttpRequest.of(each.last());
            InetSocketAddress client = (InetSocketAddress) each.last().remoteAddress();
            return client.getAddress().getHostAddress() + ":" + client.getPort() + " " + request.scheme() + " "
                    + request.host();
        }
    }

    private static String line(String name, String value) {
        return name + ": " + value + "\r\n";
    }

    /** RFC 7239 4, 5 and 6. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "for=198.51.100.7 | 198.51.100.7:0 http inner",
                "for=198.51.100.7:4711;proto=https;host=example.com | 198.51.100.7:4711 https example.com",
                "For=\"[2001:db8::1]:80\" ; Proto=HTTPS ; Host=\"Example.com:444\" | 2001:db8:0:0:0:0:0:1:80 https"
                        + " example.com",
                "for=203.0.113.1, for=198.51.100.7 | 198.51.100.7:0 http inner",
                "for=198.51.100.7;proto=https, for=10.1.2.3 | 198.51.100.7:0 https inner",
                "for=10.0.0.1, for=10.1.2.3;proto=https | 10.0.0.1:0 http inner",
                "for=unknown | 10.9.9.9:1000 http inner",
                "for=198.51.100.7, for=_hidden | 10.9.9.9:1000 http inner",
                "for=\"198.51.100.7:_port\" | 198.51.100.7:0 http inner",
                "by=10.9.9.9;for=198.51.100.7;secret=\"a,b;c\\\"d\" | 198.51.100.7:0 http inner",
                "proto=https | 10.9.9.9:1000 https inner"
            })
    void reads_forwarded_header_of_trusted_proxy(String forwarded, String expected) {
        assertThat(seen(TrustedProxies.Headers.FORWARDED, "10.9.9.9", line("Forwarded", forwarded)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.7 | https | example.com | 198.51.100.7:0 https example.com",
                "203.0.113.1, 198.51.100.7 | https | example.com | 198.51.100.7:0 https example.com",
                "198.51.100.7, 10.1.1.1 | https, http | a.example, b.example | 198.51.100.7:0 https a.example",
                "2001:db8::1 | https | | 2001:db8:0:0:0:0:0:1:0 https inner",
                "[2001:db8::1]:99 | | | 2001:db8:0:0:0:0:0:1:99 http inner",
                "198.51.100.7:4711 | wss | | 198.51.100.7:4711 https inner",
                "198.51.100.7 | WS | | 198.51.100.7:0 http inner",
                "198.51.100.7 | https, https | a.example, a.example | 198.51.100.7:0 https a.example",
                "203.0.113.1 ,198.51.100.7 , 10.1.1.1 | https | | 198.51.100.7:0 https inner",
                "203.0.113.1, unknown | | | 192.0.2.1:1000 http inner",
                "203.0.113.1, _hidden, 10.1.1.1 | | | 10.1.1.1:0 http inner",
                "' , 198.51.100.7, ' | | | 198.51.100.7:0 http inner",
                "198.51.100.7 | | a.example:8443 | 198.51.100.7:0 http a.example",
                "1.2[.3.4 | | | 192.0.2.1:1000 http inner"
            })
    void reads_x_forwarded_headers_of_trusted_proxy(String client, String scheme, String host, String expected) {
        assertThat(seen(
                        "192.0.2.1",
                        line("X-Forwarded-For", client),
                        scheme == null ? "" : line("X-Forwarded-Proto", scheme),
                        host == null ? "" : line("X-Forwarded-Host", host)))
                .isEqualTo(expected);
    }

    @Test
    void ignores_forwarded_header_when_reading_x_forwarded() {
        assertThat(seen(
                        "10.9.9.9",
                        line("Forwarded", "for=6.6.6.6;proto=https;host=evil.example"),
                        line("X-Forwarded-For", "198.51.100.7")))
                .isEqualTo("198.51.100.7:0 http inner");
        assertThat(seen("10.9.9.9", line("Forwarded", "for=6.6.6.6"))).isEqualTo("10.9.9.9:1000 http inner");
        assertThat(seen("10.9.9.9", line("Forwarded", "for=\"unfinished"), line("X-Forwarded-For", "198.51.100.7")))
                .isEqualTo("198.51.100.7:0 http inner");
    }

    @Test
    void ignores_x_forwarded_headers_when_reading_forwarded() {
        assertThat(seen(
                        TrustedProxies.Headers.FORWARDED,
                        "10.9.9.9",
                        line("X-Forwarded-For", "6.6.6.6"),
                        line("X-Forwarded-Host", "evil.example"),
                        line("X-Forwarded-Proto", "ftp"),
                        line("Forwarded", "for=198.51.100.7;proto=wss")))
                .isEqualTo("198.51.100.7:0 https inner");
    }

    @Test
    void reads_scheme_and_host_without_address() {
        assertThat(seen("10.9.9.9", line("X-Forwarded-Proto", "wss"), line("X-Forwarded-Host", "a.example")))
                .isEqualTo("10.9.9.9:1000 https a.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp", "https;", "java script", "h\u00e9"})
    void unknown_x_forwarded_proto_is_answered_with_400(String scheme) {
        assertThat(seen("10.9.9.9", line("X-Forwarded-For", "198.51.100.7"), line("X-Forwarded-Proto", scheme)))
                .isEqualTo("400");
    }

    @Test
    void joins_several_header_lines() {
        assertThat(seen(
                        "10.9.9.9",
                        line("X-Forwarded-For", "6.6.6.6, 198.51.100.7"),
                        line("X-Forwarded-For", "10.1.1.1"),
                        line("X-Forwarded-Port", "not a port")))
                .isEqualTo("198.51.100.7:0 http inner");
        assertThat(seen(
                        TrustedProxies.Headers.FORWARDED,
                        "10.9.9.9",
                        line("Forwarded", "for=6.6.6.6"),
                        line("Forwarded", "for=198.51.100.7"),
                        line("Forwarded", "for=10.1.1.1")))
                .isEqualTo("198.51.100.7:0 http inner");
    }

    @Test
    void ignores_headers_of_untrusted_peers() {
        assertThat(seen("203.0.113.9", line("Forwarded", "for=10.0.0.1;proto=https;host=evil.example")))
                .isEqualTo("203.0.113.9:1000 http inner");
        assertThat(seen("192.0.2.2", line("X-Forwarded-For", "10.0.0.1"))).isEqualTo("192.0.2.2:1000 http inner");
    }

    @Test
    void client_cannot_prepend_an_element() {
        assertThat(seen("10.9.9.9", line("X-Forwarded-For", "127.0.0.1"), line("X-Forwarded-For", "198.51.100.7")))
                .isEqualTo("198.51.100.7:0 http inner");
    }

    @ParameterizedTest
    @ValueSource(strings = {"for", "for=\"x", "=x", "for=a;for=b", "for=1.2.3.4;proto=ftp", "for=1.2.3.4;host=\"a b\""})
    void malformed_forwarded_header_is_400(String forwarded) {
        assertThat(seen(TrustedProxies.Headers.FORWARDED, "10.9.9.9", line("Forwarded", forwarded)))
                .isEqualTo("400");
    }

    @Test
    void proxy_without_headers_is_the_client() {
        assertThat(seen("10.9.9.9")).isEqualTo("10.9.9.9:1000 http inner");
    }

    @Test
    void upgraded_connection_keeps_the_client_address() {
        IoServer.attach(
                wire.channel(),
                new HttpServer(new FromPeer("10.0.0.1", new TrustedProxies(List.of("10.0.0.0/8", "::1"), app))));
        wire.send("GET /a HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 198.51.100.7\r\n\r\nglued");
        assertThat(app.last().upgrade(HttpResponse.of(101))).isTrue();
        wire.send("more");
        app.last().send("out");
        wire.close();

        assertThat(app.seen).containsExactly("open /a", "message glued", "message more", "close /a");
        assertThat(app.last().toString()).startsWith("198.51.100.7 via ");
    }

    @Test
    void rejects_invalid_range() {
        assertThatThrownBy(() -> new TrustedProxies(List.of("10.0.0.0/40"), app))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
