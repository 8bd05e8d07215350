package dev.sprocket.checks.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shared-login example in Chromium: Sprocket uses the login of a PHP site. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
@Tag("foreign")
class SharedLoginTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String HAS_JOINED =
            "[...document.querySelectorAll('#log li')].some(l => l.textContent === '* %s is here')";
    private static final String STATE = "document.querySelector('#state').dataset.state === '%s'";

    @TempDir
    Path profile;

    private Process example;
    private WebDriver browser;
    private URI site;
    private int sprocketPort;

    @BeforeEach
    void start() throws Exception {
        RequiredPrograms.require("php");
        RequiredPrograms.require("chromium");
        RequiredPrograms.require("chromedriver");
        int sitePort = freePort();
        sprocketPort = freePort();
        site = URI.create("http://127.0.0.1:" + sitePort + "/");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder("../examples/shared-login/run").redirectErrorStream(true);
        builder.environment().put("PATH", RequiredPrograms.path());
        builder.environment().put("SITE_PORT", String.valueOf(sitePort));
        builder.environment().put("WS_PORT", String.valueOf(sprocketPort));
        builder.environment()
                .put(
                        "SPROCKET",
                        java + " -jar "
                                + Path.of("../server/target/sprocket.jar").toRealPath());
        example = builder.start();
        List<String> printed = new ArrayList<>();
        BufferedReader out = example.inputReader();
        String line = out.readLine();
        while (line != null && !line.contains("server ready: ")) {
            printed.add(line);
            line = out.readLine();
        }
        assertThat(line).as("printed: %s", printed).isNotNull();
        browser = new WebDriver(profile);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (example != null) {
            example.destroy();
            assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void logIn(String name) throws Exception {
        browser.await("document.querySelector('[name=name]') !== null");
        browser.eval("(document.querySelector('[name=name]').value = '" + name + "',"
                + " document.querySelector('[name=password]').value = 'secret',"
                + " document.querySelector('form button').click())");
    }

    @Test
    void page_knows_its_user_until_logout() throws Exception {
        String first = browser.open(site);
        browser.screenshot(SCREENSHOTS.resolve("shared-login-form.png"));
        logIn("ann");
        browser.await("document.querySelector('#log') !== null && " + HAS_JOINED.formatted("ann"));
        String second = browser.open(site);
        browser.await(HAS_JOINED.formatted("ann"));
        browser.eval(
                "(document.querySelector('#text').value = 'hello', document.querySelector('#say button').click())");
        browser.switchTo(first);
        browser.await("document.querySelector('#log').textContent.includes('ann: hello')");
        browser.screenshot(SCREENSHOTS.resolve("shared-login.png"));
        browser.switchTo(second);
        browser.eval("document.querySelector('form.bar button').click()");
        browser.switchTo(first);
        browser.await(STATE.formatted("closed"));
        assertThat(browser.eval("document.querySelector('#state').textContent").getAsString())
                .isEqualTo("disconnected (4401): you have logged out");
        browser.screenshot(SCREENSHOTS.resolve("shared-login-end.png"));
    }

    @Test
    void unauthenticated_page_is_rejected() throws Exception {
        browser.open(site);
        browser.eval("(window.closeCode = 0, new WebSocket('ws://127.0.0.1:" + sprocketPort + "/ws').onclose = e => {"
                + " window.closeCode = e.code; })");
        browser.await("window.closeCode === 1006");
    }
}
