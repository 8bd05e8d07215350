package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.IoServer;
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
class FolderTest {
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

    private RawResponse ask(String method, String path, String headers) {
        wire.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        return RawResponse.of(wire.received());
    }

    private RawResponse get(String path, String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return ask("GET", path, lines.toString());
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
    void a_file_is_served_with_its_type(String path, String body, String type) {
        RawResponse answer = get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.header("content-type")).isEqualTo(type);
        assertThat(answer.header("content-length")).isEqualTo(String.valueOf(body.length()));
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.header("last-modified")).isEqualTo("Sat, 03 Feb 2024 04:05:06 GMT");
        assertThat(answer.header("etag")).matches("\"[0-9a-f-]+\"");
        assertThat(answer.header("accept-ranges")).isEqualTo("bytes");
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
    void what_is_no_file_in_the_folder_is_answered_with_404(String path) {
        RawResponse answer = get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body()).isEqualTo("404 Not Found\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/f/..%c0%afoutside.txt", "/f/a.txt%00.html", "/f/a.txt%00"})
    void name_that_is_no_text_is_400(String path) {
        assertThat(get(path, "").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"x, 300", "x/, 3000"})
    void a_name_that_is_far_too_long_is_answered_with_404(String part, int times) {
        assertThat(get("/f/" + part.repeat(times)).status()).isEqualTo(404);
    }

    @Test
    void a_folder_without_its_slash_is_elsewhere() {
        RawResponse answer = get("/f/sub");

        assertThat(answer.status()).isEqualTo(301);
        assertThat(answer.header("location")).isEqualTo("/f/sub/");
        assertThat(wire.isOpen()).isTrue();
    }

    /** RFC 9110 9.3.2. */
    @Test
    void the_answer_to_HEAD_is_that_to_GET_without_the_body() {
        RawResponse answer = ask("HEAD", "/f/a.txt", "Range: bytes=0-3\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-length")).isEqualTo("10");
        assertThat(answer.body()).isEmpty();
        assertThat(get("/f/a.txt").body()).isEqualTo("0123456789");
    }

    /** RFC 9110 13.1.2, 13.1.3. */
    @Test
    void a_client_that_has_the_file_is_not_sent_it_again() {
        String tag = get("/f/a.txt").header("etag");

        assertThat(get("/f/a.txt", "If-None-Match: \"x\", " + tag).status()).isEqualTo(304);
        assertThat(get("/f/a.txt", "If-Modified-Since: Sat, 03 Feb 2024 04:05:06 GMT")
                        .status())
                .isEqualTo(304);
        assertThat(get("/f/a.txt", "If-Modified-Since: Sat, 03 Feb 2024 04:05:05 GMT")
                        .status())
                .isEqualTo(200);
        assertThat(get("/f/a.txt", "If-Modified-Since: yesterday").status()).isEqualTo(200);
        // the tag is the better witness
        assertThat(get("/f/a.txt", "If-None-Match: \"x\"", "If-Modified-Since: Sat, 03 Feb 2024 04:05:06 GMT")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_file_that_changes_gets_another_tag() throws IOException {
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
    void a_part_of_a_file_is_answered_with_206(String range, String body, String contentRange) {
        RawResponse answer = get("/f/a.txt", "Range: " + range);

        assertThat(answer.status()).isEqualTo(206);
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.header("content-range")).isEqualTo(contentRange);
        assertThat(answer.header("content-length")).isEqualTo(String.valueOf(body.length()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,3-4", "lines=0-3", "bytes=", "bytes=-", "bytes=5-4", "bytes=a-b"})
    void a_range_that_is_not_known_is_answered_with_the_whole(String range) {
        RawResponse answer = get("/f/a.txt", "Range: " + range);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("0123456789");
    }

    @ParameterizedTest
    @CsvSource({"/f/a.txt, bytes=10-, 10", "/f/a.txt, bytes=-0, 10", "/f/empty.txt, bytes=0-, 0"})
    void a_range_beyond_the_end_is_answered_with_416(String path, String range, String length) {
        RawResponse answer = get(path, "Range: " + range);

        assertThat(answer.status()).isEqualTo(416);
        assertThat(answer.header("content-range")).isEqualTo("bytes */" + length);
    }

    /** RFC 9110 13.1.5. */
    @Test
    void a_part_is_sent_only_of_the_version_that_the_client_has() {
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
    void an_empty_file_is_empty() {
        RawResponse answer = get("/f/empty.txt");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-length")).isEqualTo("0");
    }

    @Test
    void a_large_file_is_sent_whole_and_the_next_request_served() throws IOException {
        write("site/large.txt", "0123456789abcdef".repeat(64 * 1024));
        wire.send("GET /f/large.txt HTTP/1.1\r\nHost: h\r\n\r\nGET /f/a.txt HTTP/1.1\r\nHost: h\r\n\r\n");

        List<RawResponse> answers = RawResponse.all(wire.received());
        assertThat(answers.get(0).body()).isEqualTo("0123456789abcdef".repeat(64 * 1024));
        assertThat(answers.get(1).body()).isEqualTo("0123456789");
    }

    @Test
    void a_file_is_read_only_as_fast_as_the_client_takes_it() throws IOException {
        write("site/large.txt", "0123456789abcdef".repeat(64 * 1024));
        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        wire.send("GET /f/large.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(RawResponse.of(wire.received()).body()).isEmpty();

        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        assertThat(wire.received()).hasSize(1024 * 1024);
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void a_client_that_takes_nothing_for_half_a_minute_is_closed() throws IOException {
        write("site/large.txt", "0123456789abcdef".repeat(64 * 1024));
        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        wire.send("GET /f/large.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        for (int i = 0; i < 70; i++) {
            wire.advance(500);
        }

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_file_that_becomes_shorter_ends_the_connection() throws IOException {
        write("site/large.txt", "0123456789abcdef".repeat(64 * 1024));
        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        wire.send("GET /f/large.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        Files.writeString(root.resolve("large.txt"), "short");
        wire.channel().unsafe().outboundBuffer().setUserDefinedWritability(1, true);

        assertThat(wire.received()).hasSizeLessThan(1024 * 1024);
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_folder_is_one_that_is_there() {
        assertThatThrownBy(() -> new StaticFiles(temp.resolve("none")))
                .hasMessageContaining("expected: one that is there");
        assertThatThrownBy(() -> new StaticFiles(root.resolve("a.txt"))).hasMessageContaining("expected: no file");
    }
}
