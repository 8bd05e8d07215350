package dev.sprocket.checks.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.server.DemoProcess;
import dev.sprocket.leaktest.SpinWait;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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

/** Pages of {@code sprocket demo --nodes 2} in Chromium. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
@Timeout(180)
class DemoNodesTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    @TempDir
    private Path profile;

    private DemoProcess demo;
    private URI second;
    private WebDriver browser;

    @BeforeEach
    void start() throws Exception {
        RequiredPrograms.require("redis-server");
        RequiredPrograms.require("chromium");
        RequiredPrograms.require("chromedriver");
        demo = DemoProcess.onFreePorts("--nodes", "2");
        JsonArray nodes =
                JsonParser.parseString(demo.get("/demo.json")).getAsJsonObject().getAsJsonArray("nodes");
        int port = nodes.get(1).getAsJsonObject().get("http").getAsInt();
        second = URI.create("http://127.0.0.1:" + port + "/");
        browser = new WebDriver(profile);
    }

    @AfterEach
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    private String open(URI node) throws Exception {
        String window = browser.open(node);
        awaitConnected();
        browser.eval("document.querySelector('#add-run').click()");
        browser.await("document.querySelector('#add-result').textContent === '42'");
        return window;
    }

    private void awaitConnected() throws Exception {
        for (String connection : new String[] {"state", "sse-count", "chat-state", "v1-state", "v2-state"}) {
            browser.await("document.querySelector('#" + connection + "').dataset.state === 'open'");
        }
    }

    private void publish(String title) throws Exception {
        assertThat(demo.post("/push/kittensCategory", "{\"title\":\"" + title + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    private static String kept(String text) {
        return "[...document.querySelectorAll('#kept li')].filter(l => l.textContent === '" + text + "').length === 1";
    }

    private static String article(String title) {
        return "[...document.querySelectorAll('#articles .article')].filter(a => a.textContent.includes('" + title
                + "')).length === 1";
    }

    private void pause() throws Exception {
        browser.eval("document.querySelector('#pause').click()");
    }

    private static String button(int node) {
        return "document.querySelectorAll('#nodes button')[" + (node - 1) + "]";
    }

    @Test
    void page_of_stopped_node_continues_on_other_node() throws Exception {
        String other = open(demo.url());
        String page = open(second);
        browser.await("document.querySelector('#at-node').textContent === 'node 2'");
        publish("from node 1");
        browser.await(article("from node 1"));
        browser.await(kept("from node 1"));
        pause();
        publish("missed one");
        publish("missed two");

        browser.screenshot(SCREENSHOTS.resolve("nodes.png"));
        browser.eval(button(2) + ".click()");
        browser.await("document.querySelector('#at-node').textContent === 'node 1'");
        awaitStopped(2);
        pause();
        browser.await(kept("Recovered: missed one"));
        browser.await(kept("Recovered: missed two"));
        browser.await("document.querySelector('#cluster-state').textContent"
                + " === 'Connected to node 1: recovered 2 articles.'");
        awaitConnected();
        publish("after the stop");
        browser.await(kept("after the stop"));
        browser.await(article("after the stop"));
        browser.screenshot(SCREENSHOTS.resolve("node-stopped.png"));

        browser.eval(button(2) + ".click()");
        browser.await(button(2) + ".textContent === 'Stop'");
        browser.switchTo(other);
        browser.eval(button(1) + ".click()");
        browser.await("document.querySelector('#at-node').textContent === 'node 2'");
        browser.switchTo(page);
        browser.await("document.querySelector('#at-node').textContent === 'node 2'");
        awaitConnected();
    }

    private void awaitStopped(int node) throws Exception {
        browser.await("document.querySelectorAll('#nodes li')[" + (node - 1) + "].dataset.running === 'false'");
    }

    @Test
    void chat_connects_pages_of_both_nodes() throws Exception {
        String page = open(demo.url());
        open(second);
        browser.eval("(document.querySelector('#chat-input').value = 'hello from node 2',"
                + " document.querySelector('#chat-send').click())");
        browser.switchTo(page);
        browser.await("document.querySelector('#chat-log').textContent.includes('hello from node 2')");
    }

    private int command(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(demo.url().resolve(path)).POST(HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void killed_demo_leaves_no_redis() throws Exception {
        List<ProcessHandle> children = demo.kill();
        assertThat(children).anyMatch(child -> child.info().command().orElse("").contains("redis"));
        for (ProcessHandle child : children) {
            assertThat(child.onExit().get(30, TimeUnit.SECONDS).isAlive()).isFalse();
        }
    }

    @Test
    void pages_of_other_sites_stop_nothing() throws Exception {
        assertThat(command("/nodes/2/stop", "Origin", "http://evil.example")).isEqualTo(403);
        assertThat(command("/nodes/2/stop", "Origin", "http://127.0.0.1:1")).isEqualTo(403);
        assertThat(command("/nodes/3/stop")).isEqualTo(404);
        assertThat(command("/nodes/2/pause")).isEqualTo(404);
        assertThat(demo.get("/demo.json")).doesNotContain("\"running\":false");
        String origin = second.toString().replaceFirst("/$", "");
        assertThat(command("/nodes/2/stop", "Origin", origin)).isEqualTo(202);
        while (!demo.get("/demo.json").contains("\"running\":false")) {
            SpinWait.once();
        }
        // the last node does not stop
        assertThat(command("/nodes/1/stop")).isEqualTo(409);
    }
}
