package dev.sprocket.checks.browser;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.Site;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Cross-origin responses in Chromium. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("foreign")
class CorsBrowserTest {
    private static String web(String... routes) {
        return listener(
                "web",
                LISTENER_LAYERS.parts(HTTP.with(HTTP_MAX_BODY_SIZE.is("\"100 B\""))),
                LISTENER_ROUTES.is("[" + String.join(", ", routes) + "]"));
    }

    private static String status(WebDriver browser, String method, String url, String body) throws Exception {
        browser.eval("(window.result = null, fetch('" + url + "', { method: '" + method + "'"
                + (body.isEmpty() ? "" : ", body: '" + body + "', headers: { 'Content-Type': 'application/json' }")
                + " }).then(response => { window.result = '' + response.status; response.body.cancel(); },"
                + " () => { window.result = 'blocked'; }))");
        browser.await("window.result !== null");
        return browser.eval("window.result").getAsString();
    }

    @Test
    void page_of_allowed_origin_reads_every_status(@TempDir Path folder, @TempDir Path profile) throws Exception {
        RequiredPrograms.require("chromium");
        RequiredPrograms.require("chromedriver");
        Files.writeString(folder.resolve("page.html"), "<title>page</title>");
        String token = PUSH.with(PUSH_TOKENS.row(PUSH_TOKENS_TOKEN.text("0123456789abcdef")));
        String pages = listener(
                "pages",
                LISTENER_ROUTES.is("[" + route("/", FILES.with(FILES_DIRECTORY.text(folder.toString()))) + "]"));
        try (Site site = Site.start(
                        pages,
                        web(
                                route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on")), CORS),
                                route("/token", token, CORS),
                                route("/events", EVENTS, CORS),
                                route("/comet", ECHO, CORS, COMET),
                                route("/closed", EVENTS)),
                        Site.ALLOW_ALL);
                WebDriver browser = new WebDriver(profile)) {
            String base = "http://127.0.0.1:" + site.port();
            // another port of the same host is another origin, which is allowed by default
            browser.open(URI.create("http://127.0.0.1:" + site.port("pages") + "/page.html"));
            assertThat(status(browser, "POST", base + "/push/news", "1")).isEqualTo("200");
            assertThat(status(browser, "POST", base + "/push/news", "{")).isEqualTo("400");
            assertThat(status(browser, "POST", base + "/token/news", "1")).isEqualTo("401");
            assertThat(status(browser, "POST", base + "/comet?id=" + "x".repeat(22), "1"))
                    .isEqualTo("404");
            assertThat(status(browser, "POST", base + "/events/news", "1")).isEqualTo("405");
            assertThat(status(browser, "POST", base + "/push/news", "1".repeat(101)))
                    .isEqualTo("413");
            assertThat(status(browser, "GET", base + "/events/news", "")).isEqualTo("200");
            assertThat(status(browser, "GET", base + "/comet", "")).isEqualTo("200");
            assertThat(status(browser, "GET", base + "/closed/news", "")).isEqualTo("blocked");
            browser.open(URI.create("http://other.localhost:" + site.port("pages") + "/page.html"));
            assertThat(status(browser, "POST", base + "/push/news", "1")).isEqualTo("blocked");
        }
    }
}
