package dev.sprocket.http.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of a folder on disk. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class StaticFilesTest {
    private static final Instant TIME = Instant.parse("2024-02-03T04:05:06.789Z");

    @TempDir
    Path temp;

    @RegisterExtension
    final Wire wire = new Wire();

    private Path root = Path.of("");

    @BeforeEach
    void serve() throws IOException {
        root = Files.createDirectories(temp.resolve("site"));
        write("site/index.html", "<p>root</p>");
        write("site/a.txt", "0123456789");
        write("site/sub/index.html", "<p>sub</p>");
        write("site/.secret", "hidden");
        write("site/.well-known/x.txt", "known");
        write("site/empty.txt", "");
        write("site/data", "no type");
        write("outside.txt", "outside");
        write("site2/a.txt", "outside");
        Files.createSymbolicLink(root.resolve("out.txt"), temp.resolve("outside.txt"));
        Files.createSymbolicLink(root.resolve("up"), temp);
        Files.createSymbolicLink(root.resolve("in.txt"), root.resolve("a.txt"));
        Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
        IoServer.attach(wire.channel(), new HttpServer(new Router().get("/f/{path*}", new StaticFiles(root))));
    }

    private void write(String name, String text) throws IOException {
        Path file = temp.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(TIME));
    }

    private RawResponse request(String method, String path, String headers) {
        wire.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        return RawResponse.of(wire.received());
    }

    private RawResponse get(String path, String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return request("GET", path, lines.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "/f/, <p>root</p>, text/html; charset=utf-8",
        "/f/sub/, <p>sub</p>, text/html; charset=utf-8",
        "/f/a.txt, 0123456789, text/plain; charset=utf-8",
        "/f/%61.txt, 0123456789, text/plain; charset=utf-8",
        "/f/in.txt, 0123456789, text/plain; charset=utf-8",
        "/f/data, no type, application/octet-stream",
        "/f/.well-known/x.txt, known, text/plain; charset=utf-8"
    })
    void serves_file_with_its_type(String path, String body, String type) {
        RawResponse response = get(path);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.header("content-type")).isEqualTo(type);
        assertThat(response.header("content-length")).isEqualTo(String.valueOf(body.length()));
        assertThat(response.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(response.header("last-modified")).isEqualTo("Sat, 03 Feb 2024 04:05:06 GMT");
        assertThat(response.header("etag")).matches("\"[0-9a-f-]+\"");
        assertThat(response.header("accept-ranges")).isEqualTo("bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/f/none.txt",
                "/f/none/",
                "/f/../outside.txt",
                "/f/%2e%2e/outside.txt",
                "/f/%2E%2E%2Foutside.txt",
                "/f/..%2foutside.txt",
                "/f/sub/../a.txt",
                "/f/sub/..%2f..%2f..%2foutside.txt",
                "/f/..%5Coutside.txt",
                "/f/sub%5C..%5C..%5Coutside.txt",
                "/f/%2e%2e%5coutside.txt",
                "/f/%252e%252e/outside.txt",
                "/f/%0aa.txt",
                "/f//a.txt",
                "/f/./a.txt",
                "/f/%2f",
                "/f/%2Fetc%2Fpasswd",
                "/f//etc/passwd",
                "/f/C:%5Cboot.ini",
                "/f/C:/boot.ini",
                "/f/a.txt::$DATA",
                "/f/con",
                "/f/NUL.txt",
                "/f/sub/Lpt1.html",
                "/f/a.txt.",
                "/f/a.txt%20",
                "/f/.secret",
                "/f/out.txt",
                "/f/up/outside.txt",
                "/f/up/site2/a.txt",
                "/f/loop",
                "/f/a.txt/",
                "/f/a.txt/x"
            })
    void path_outside_the_folder_is_404(String path) {
        RawResponse response = get(path);

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.body()).isEqualTo("404 Not Found\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/f/..%c0%afoutside.txt", "/f/a.txt%00.html", "/f/a.txt%00"})
    void name_with_invalid_encoding_is_400(String path) {
        assertThat(get(path, "").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"x, 300", "x/, 3000"})
    void too_long_name_is_404(String part, int times) {
        assertThat(get("/f/" + part.repeat(times)).status()).isEqualTo(404);
    }

    @Test
    void folder_without_slash_is_redirected() {
        RawResponse response = get("/f/sub");

        assertThat(response.status()).isEqualTo(301);
        assertThat(response.header("location")).isEqualTo("/f/sub/");
        assertThat(wire.isOpen()).isTrue();
    }

    /** RFC 9110 9.3.2. */
    @Test
    void HEAD_response_equals_GET_without_body() {
        RawResponse response = request("HEAD", "/f/a.txt", "Range: bytes=0-3\r\n");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-length")).isEqualTo("10");
        assertThat(response.body()).isEmpty();
        assertThat(get("/f/a.txt").body()).isEqualTo("0123456789");
    }

    /** RFC 9110 13.1.2, 13.1.3. */
    @Test
    void unchanged_file_is_answered_with_304() {
        String tag = get("/f/a.txt").header("etag");

        assertThat(get("/f/a.txt", "If-None-Match: \"x\", " + tag).status()).isEqualTo(304);
        assertThat(get("/f/a.txt", "If-Modified-Since: Sat, 03 Feb 2024 04:05:06 GMT")
                        .status())
                .isEqualTo(304);
        assertThat(get("/f/a.txt", "If-Modified-Since: Sat, 03 Feb 2024 04:05:05 GMT")
                        .status())
                .isEqualTo(200);
        assertThat(get("/f/a.txt", "If-Modified-Since: yesterday").status()).isEqualTo(200);
        // the tag takes precedence over the date
        assertThat(get("/f/a.txt", "If-None-Match: \"x\"", "If-Modified-Since: Sat, 03 Feb 2024 04:05:06 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void changed_file_gets_another_tag() throws IOException {
        String before = get("/f/a.txt").header("etag");
        write("site/a.txt", "9876543210");
        Files.setLastModifiedTime(root.resolve("a.txt"), FileTime.from(TIME.plusNanos(1000)));

        assertThat(get("/f/a.txt").header("etag")).isNotEqualTo(before);
        assertThat(get("/f/a.txt").body()).isEqualTo("9876543210");
    }

    /** RFC 9110 14. */
    @ParameterizedTest
    @CsvSource({
        "bytes=0-3, 0123, bytes 0-3/10",
        "bytes=4-, 456789, bytes 4-9/10",
        "bytes=-3, 789, bytes 7-9/10",
        "bytes=-30, 0123456789, bytes 0-9/10",
        "bytes=8-99, 89, bytes 8-9/10",
        "Bytes=9-9, 9, bytes 9-9/10"
    })
    void range_request_is_answered_with_206(String range, String body, String contentRange) {
        RawResponse response = get("/f/a.txt", "Range: " + range);

        assertThat(response.status()).isEqualTo(206);
        assertThat(response.body()).isEqualTo(body);
        assertThat(response.header("content-range")).isEqualTo(contentRange);
        assertThat(response.header("content-length")).isEqualTo(String.valueOf(body.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,3-4", "lines=0-3", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b"})
    void unsupported_range_is_answered_with_complete_file(String range) {
        RawResponse response = get("/f/a.txt", "Range: " + range);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("0123456789");
    }

    @ParameterizedTest
    @CsvSource({"/f/a.txt, bytes=10-, 10", "/f/a.txt, bytes=-0, 10", "/f/empty.txt, bytes=0-, 0"})
    void range_beyond_the_end_is_416(String path, String range, String length) {
        RawResponse response = get(path, "Range: " + range);

        assertThat(response.status()).isEqualTo(416);
        assertThat(response.header("content-range")).isEqualTo("bytes */" + length);
    }

    /** RFC 9110 13.1.5. */
    @Test
    void if_range_requires_the_same_version() {
        String tag = get("/f/a.txt").header("etag");

        assertThat(get("/f/a.txt", "Range: bytes=0-3", "If-Range: " + tag).status())
                .isEqualTo(206);
        assertThat(get("/f/a.txt", "Range: bytes=0-3", "If-Range: \"x\"").status())
                .isEqualTo(200);
        assertThat(get("/f/a.txt", "Range: bytes=0-3", "If-Range: Sat, 03 Feb 2024 04:05:06 GMT")
                        .status())
                .isEqualTo(206);
    }

    @Test
    void serves_empty_file() {
        RawResponse response = get("/f/empty.txt");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.header("content-length")).isEqualTo("0");
    }

    @Test
    void large_file_is_followed_by_next_response() throws IOException {
        write("site/large.txt", "0123456789abcdef".repeat(64 * 1024));
        wire.send("GET /f/large.txt HTTP/1.1\r\nHost: h\r\n\r\nGET /f/a.txt HTTP/1.1\r\nHost: h\r\n\r\n");

        List<RawResponse> responses = RawResponse.all(wire.received());
        assertThat(responses.get(0).body()).isEqualTo("0123456789abcdef".repeat(64 * 1024));
        assertThat(responses.get(1).body()).isEqualTo("0123456789");
    }

    @Test
    void file_is_read_as_fast_as_client_reads() throws IOException {
        write("site/large.txt", "0123456789abcdef".repeat(64 * 1024));
        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        wire.send("GET /f/large.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(RawResponse.of(wire.received()).body()).isEmpty();

        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        assertThat(wire.received()).hasSize(1024 * 1024);
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void client_not_reading_for_30_seconds_is_closed() throws IOException {
        write("site/large.txt", "0123456789abcdef".repeat(64 * 1024));
        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        wire.send("GET /f/large.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        for (int i = 0; i < 70; i++) {
            wire.advance(500);
        }

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void truncated_file_closes_the_connection() throws IOException {
        write("site/large.txt", "0123456789abcdef".repeat(64 * 1024));
        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        wire.send("GET /f/large.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        Files.writeString(root.resolve("large.txt"), "short");
        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, true);

        assertThat(wire.received()).hasSizeLessThan(1024 * 1024);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void rejects_path_that_is_not_a_directory() {
        assertThatThrownBy(() -> new StaticFiles(temp.resolve("none")))
                .hasMessage("no such directory: " + temp.resolve("none"));
        assertThatThrownBy(() -> new StaticFiles(root.resolve("a.txt")))
                .hasMessage("not a directory: " + root.resolve("a.txt"));
    }
}
