package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RequestHeadTest {
    private static RequestHead head(String target, List<Map.Entry<String, String>> lines) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        lines.forEach(line -> headers.add(line.getKey(), line.getValue()));
        return new RequestHead(target, headers);
    }

    private static void assertSurvivesPacking(String target, List<Map.Entry<String, String>> lines) {
        RequestHead head = head(target, lines);
        head.pack();
        assertThat(head.target()).isEqualTo(target);
        assertThat(head.headers().entries())
                .extracting(line -> Map.entry(line.getKey(), line.getValue()))
                .containsExactlyElementsOf(lines);
    }

    @Test
    void browser_handshake_survives_packing() {
        assertSurvivesPacking(
                "/wamp?room=1",
                List.of(
                        Map.entry("Host", "example.com:8080"),
                        Map.entry("Connection", "keep-alive, Upgrade"),
                        Map.entry("Pragma", "no-cache"),
                        Map.entry("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
                        Map.entry("Upgrade", "websocket"),
                        Map.entry("Origin", "https://example.com"),
                        Map.entry("Sec-WebSocket-Version", "13"),
                        Map.entry("Accept-Encoding", "gzip, deflate, br, zstd"),
                        Map.entry("Cookie", "PHPSESSID=abc; theme=dark"),
                        Map.entry("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                        Map.entry("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")));
    }

    @Test
    void unusual_headers_survive_packing() {
        assertSurvivesPacking(
                "/",
                List.of(
                        Map.entry("host", "lower.example"),
                        Map.entry("Host", "again.example"),
                        Map.entry("Upgrade", "websocket, h2c"),
                        Map.entry("Connection", "Upgrade: so"),
                        Map.entry("X-Empty", ""),
                        Map.entry("Accept", ""),
                        Map.entry("X-Colon", "a: b: c"),
                        Map.entry("X-Latin", "\u00e6\u00ff"),
                        Map.entry("X-Control", "\u0001\u001f\t")));
    }

    @Test
    void head_without_headers_survives_packing() {
        assertSurvivesPacking("*", List.of());
    }

    @Test
    void line_break_in_header_survives_packing() {
        assertSurvivesPacking("/", List.of(Map.entry("X-Broken", "a\nb"), Map.entry("Host", "localhost")));
    }

    @Test
    void packing_twice_changes_nothing() {
        RequestHead head = head("/a", List.of(Map.entry("Host", "localhost")));
        head.pack();
        head.pack();
        assertThat(head.target()).isEqualTo("/a");
        assertThat(head.headers().get("host")).isEqualTo("localhost");
    }
}
