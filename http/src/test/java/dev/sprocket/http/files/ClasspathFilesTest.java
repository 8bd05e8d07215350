package dev.sprocket.http.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the class path folder {@code site} in the package of this class. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ClasspathFilesTest {
    @RegisterExtension
    final Wire wire = new Wire();

    @BeforeEach
    void serve() {
        Router router = new Router().get("/s/{path*}", new ClasspathFiles(ClasspathFilesTest.class, "site"));
        IoServer.attach(wire.channel(), new HttpServer(router));
    }

    private RawResponse get(String path, String headers) {
        wire.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        return RawResponse.of(wire.received());
    }

    @Test
    void serves_file_with_type_and_nosniff() {
        RawResponse response = get("/s/a.js", "");

        assertThat(response.body()).isEqualTo("let a = 1");
        assertThat(response.header("content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(response.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(response.header("cache-control")).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @CsvSource({"/s/, root", "/s/sub/, sub", "/s/index.html, root", "/s/sub/index.html, sub"})
    void folder_path_serves_its_index(String path, String page) {
        assertThat(get(path, "").body()).isEqualTo("<p>" + page + "</p>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/s/none.js",
                "/s/sub",
                "/s/a.conf",
                "/s/../outside.txt",
                "/s/%2e%2e/outside.txt",
                "/s/..%2Foutside.txt",
                "/s/sub/../a.js",
                "/s//a.js",
                "/s/./a.js",
                "/s/%2e/a.js",
                "/s/%2Fdev/sprocket/http/files/outside.txt",
                "/s/..%5Coutside.txt",
                "/s/none/"
            })
    void path_outside_the_folder_is_404(String path) {
        assertThat(get(path, "").status()).isEqualTo(404);
    }

    @Test
    void files_used_by_negative_tests_exist() {
        assertThat(ClasspathFilesTest.class.getResource("outside.txt")).isNotNull();
        assertThat(ClasspathFilesTest.class.getResource("site/a.conf")).isNotNull();
    }

    /** RFC 9110 8.8.3. */
    @Test
    void each_file_has_its_own_tag() {
        String one = get("/s/a.js", "").header("etag");

        assertThat(one).matches("\"[0-9a-f]{16}\"");
        assertThat(get("/s/a.js", "").header("etag")).isEqualTo(one);
        assertThat(get("/s/", "").header("etag")).isNotEqualTo(one);
    }

    /** RFC 9110 13.1.2: a list, weak comparison, or a star. */
    @ParameterizedTest
    @ValueSource(strings = {"%s", "\"x\", %s", "W/%s", "*"})
    void unchanged_file_is_answered_with_304(String condition) {
        String tag = get("/s/a.js", "").header("etag");
        RawResponse response = get("/s/a.js", "If-None-Match: " + condition.formatted(tag) + "\r\n");

        assertThat(response.status()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
        assertThat(response.header("etag")).isEqualTo(tag);
        assertThat(response.header("content-length")).isNull();
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void other_version_is_answered_with_the_file() {
        assertThat(get("/s/a.js", "If-None-Match: \"x\"\r\n").body()).isEqualTo("let a = 1");
    }
}
