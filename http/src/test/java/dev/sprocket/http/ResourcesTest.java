package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.IoServer;
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

/** Files of a folder on the class path; the folder {@code site} lies beside this class. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ResourcesTest {
    @RegisterExtension
    final Wire wire = new Wire();

    @BeforeEach
    void serve() {
        Router router = new Router().get("/s/{path*}", new ClasspathFiles(ResourcesTest.class, "site"));
        IoServer.attach(wire.channel(), new HttpServer(router));
    }

    private RawResponse get(String path, String headers) {
        wire.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n");
        return RawResponse.of(wire.received());
    }

    @Test
    void a_file_is_served_with_its_type_and_never_taken_for_another() {
        RawResponse answer = get("/s/a.js", "");

        assertThat(answer.body()).isEqualTo("let a = 1");
        assertThat(answer.header("content-type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(answer.header("cache-control")).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @CsvSource({"/s/, root", "/s/sub/, sub", "/s/index.html, root", "/s/sub/index.html, sub"})
    void a_folder_is_its_index(String path, String page) {
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
                "/s/%2Fdev/sprocket/http/outside.txt",
                "/s/..%5Coutside.txt",
                "/s/none/"
            })
    void what_is_no_file_in_the_folder_is_answered_with_404(String path) {
        assertThat(get(path, "").status()).isEqualTo(404);
    }

    @Test
    void the_file_outside_that_must_not_be_served_is_there() {
        assertThat(ResourcesTest.class.getResource("outside.txt")).isNotNull();
        assertThat(ResourcesTest.class.getResource("site/a.conf")).isNotNull();
    }

    /** RFC 9110 8.8.3. */
    @Test
    void files_have_tags_that_differ() {
        String one = get("/s/a.js", "").header("etag");

        assertThat(one).matches("\"[0-9a-f]{16}\"");
        assertThat(get("/s/a.js", "").header("etag")).isEqualTo(one);
        assertThat(get("/s/", "").header("etag")).isNotEqualTo(one);
    }

    /** RFC 9110 13.1.2: one of a list, by weak comparison, or a star. */
    @ParameterizedTest
    @ValueSource(strings = {"%s", "\"x\", %s", "W/%s", "*"})
    void a_client_that_has_the_file_is_not_sent_it_again(String condition) {
        String tag = get("/s/a.js", "").header("etag");
        RawResponse answer = get("/s/a.js", "If-None-Match: " + condition.formatted(tag) + "\r\n");

        assertThat(answer.status()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.header("etag")).isEqualTo(tag);
        assertThat(answer.header("content-length")).isNull();
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void a_client_that_has_another_version_is_sent_the_file() {
        assertThat(get("/s/a.js", "If-None-Match: \"x\"\r\n").body()).isEqualTo("let a = 1");
    }
}
