package dev.sprocket.checks.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.server.DemoProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo page in Chromium. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class DemoPageTest {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    @TempDir
    private Path profile;

    private DemoProcess demo;
    private WebDriver browser;

    @BeforeEach
    void start() throws Exception {
        RequiredPrograms.require("chromium");
        RequiredPrograms.require("chromedriver");
        demo = DemoProcess.onFreePorts();
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

    /** Opens the page and waits until all its connections are open and subscribed. */
    private String open() throws Exception {
        String window = browser.open(demo.url());
        for (String connection : new String[] {"state", "sse-count", "chat-state", "v1-state", "v2-state"}) {
            browser.await("document.querySelector('#" + connection + "').dataset.state === 'open'");
        }
        browser.eval("document.querySelector('#add-run').click()");
        browser.await("document.querySelector('#add-result').textContent === '42'");
        return window;
    }

    private static String article(String title) {
        return "[...document.querySelectorAll('#articles .article')].some(a => a.textContent.includes('" + title
                + "'))";
    }

    @Test
    void submitted_article_appears_in_other_page() throws Exception {
        String reader = open();
        open();
        browser.eval("(document.querySelector('#title').value = 'Kittens learn <b>Java</b>',"
                + " document.querySelector('#article').value = 'They wrap one another.',"
                + " document.querySelector('#publish').click())");
        // two pages with one subscription by WAMP and one by Server-Sent Events each
        browser.await("document.querySelector('#publish-result').textContent.includes('4 subscribers')");
        browser.switchTo(reader);
        browser.await(article("Kittens learn <b>Java</b>"));
        browser.screenshot(SCREENSHOTS.resolve("demo.png"));
    }

    private static String keptLines(String text) {
        return "[...document.querySelectorAll('#kept li')].filter(l => l.textContent.startsWith('" + text
                + "')).length";
    }

    private void publish(String... titles) throws Exception {
        RequiredPrograms.require("curl");
        for (String title : titles) {
            run("curl -sS -f -H 'content-type: application/json' -d '{\"title\":\"" + title + "\"}' " + demo.url()
                    + "push/kittensCategory");
        }
    }

    /** Opens the page, and publishes articles while it is paused. */
    private void missThreeArticles() throws Exception {
        open();
        publish("zero");
        browser.await(keptLines("zero") + " === 1");
        browser.eval("document.querySelector('#pause').click()");
        publish("one", "two", "three");
        browser.eval("document.querySelector('#pause').click()");
    }

    @Test
    void paused_page_recovers_missed_articles() throws Exception {
        missThreeArticles();

        browser.await(keptLines("Recovered: ") + " === 3");
        publish("four");
        browser.await(keptLines("four") + " === 1");
        browser.screenshot(SCREENSHOTS.resolve("recovered.png"));
    }

    @Test
    void page_tells_what_is_no_longer_kept() throws Exception {
        demo.close();
        demo = DemoProcess.onFreePorts("--history", "2");
        missThreeArticles();

        browser.await(keptLines("Missed: at least one article is gone (evicted)") + " === 1");
        browser.await(keptLines("Recovered: ") + " === 2");
        browser.screenshot(SCREENSHOTS.resolve("missed.png"));
    }

    @Test
    void every_copyable_command_works() throws Exception {
        RequiredPrograms.require("curl");
        RequiredPrograms.require("nc");
        RequiredPrograms.requireWorking("php-zmq", "php", "-r", "exit(class_exists('ZMQContext') ? 0 : 1);");
        RequiredPrograms.requireWorking("python3-zmq", "python3", "-c", "import zmq");
        open();
        browser.await("document.querySelector('pre[data-push=curl]').textContent.includes(':"
                + demo.url().getPort() + "/')");
        String[] clients = {"curl", "nc", "php", "php-zmq", "python-zmq"};
        for (int i = 0; i < clients.length; i++) {
            String command = browser.eval("document.querySelector('pre[data-push=" + clients[i] + "]').textContent")
                    .getAsString();
            run(command);
            browser.await("document.querySelectorAll('#articles .article').length === " + (i + 1));
        }
        browser.await("document.querySelector('#sse-count').textContent === '" + clients.length + " events'");
        browser.screenshot(SCREENSHOTS.resolve("pushed.png"));
    }

    private static void run(String command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
        builder.environment().put("PATH", RequiredPrograms.path());
        Process shell = builder.start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).as("%s%n%s", command, output).isZero();
    }

    @Test
    void tutorial_page_works_from_another_origin() throws Exception {
        String page =
                """
                <script src="http://localhost:%1$d/wamp1.js"></script>
                <script>
                    var conn = new ab.Session('ws://localhost:%1$d',
                        function() {
                            conn.subscribe('kittensCategory', function(topic, data) {
                                // This is where you would add the new article to the DOM
                                // (beyond the scope of this tutorial)
                                console.log('New article published to category "' + topic + '" : ' + data.title);
                                document.title = topic + ': ' + data.title;
                            });
                        },
                        function() {
                            console.warn('WebSocket connection closed');
                        },
                        {'skipSubprotocolCheck': true}
                    );
                </script>
                """
                        .formatted(demo.url().getPort());
        HttpServer apache = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        apache.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(page.getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        apache.start();
        try {
            browser.open(URI.create("http://localhost:" + apache.getAddress().getPort() + "/"));
            int subscribers = 0;
            while (subscribers == 0) {
                String response = demo.post("/push/kittensCategory", "{\"title\": \"Meow\"}")
                        .body();
                subscribers = response.contains("\"subscribers\":1") ? 1 : 0;
            }
            browser.await("document.title === 'kittensCategory: Meow'");
        } finally {
            apache.stop(0);
        }
    }

    @Test
    void push_reaches_wamp_sse_and_telnet() throws Exception {
        open();
        try (Socket telnet = new Socket(InetAddress.getLoopbackAddress(), demo.port("telnet"))) {
            var lines = new BufferedReader(new InputStreamReader(telnet.getInputStream(), StandardCharsets.UTF_8));
            int subscribers = 0;
            while (subscribers < 3) {
                String response = demo.post("/push/kittensCategory", "{\"title\":\"Everywhere\"}")
                        .body();
                subscribers = JsonParser.parseString(response)
                        .getAsJsonObject()
                        .get("subscribers")
                        .getAsInt();
            }
            assertThat(lines.readLine()).isEqualTo("* kittensCategory: {\"title\":\"Everywhere\"}");
            browser.await(article("Everywhere"));
            browser.await("document.querySelector('#sse-count').textContent.includes('event')"
                    + " && document.querySelector('#sse-count').textContent !== 'no events yet'");
            browser.screenshot(SCREENSHOTS.resolve("everywhere.png"));
        }
    }

    @Test
    void page_and_telnet_share_one_chat() throws Exception {
        open();
        try (Socket telnet = new Socket(InetAddress.getLoopbackAddress(), demo.port("telnet"))) {
            telnet.getOutputStream().write("from telnet\n".getBytes(StandardCharsets.UTF_8));
            browser.await("document.querySelector('#chat-log').textContent.includes('from telnet')");
            browser.eval("(document.querySelector('#chat-input').value = 'from the page',"
                    + " document.querySelector('#chat-send').click())");
            var lines = new BufferedReader(new InputStreamReader(telnet.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).isEqualTo("from the page");
        }
    }

    private void send(int version, String text) throws Exception {
        browser.eval("(document.querySelector('#v" + version + "-text').value = '" + text + "',"
                + " document.querySelector('#v" + version + "-form button').click())");
        for (int pane : new int[] {1, 2}) {
            browser.await("document.querySelector('#v" + pane + "-log').textContent.includes('" + text + "')");
        }
    }

    @Test
    void wamp_v1_and_v2_share_topics_and_calls() throws Exception {
        open();
        send(1, "from v1");
        send(2, "from v2");
        browser.eval("document.querySelector('#v1-call').click()");
        browser.await("document.querySelector('#v1-result').textContent === 'hello v1, from v2'");
        browser.eval("document.querySelector('#v2-call').click()");
        browser.await("document.querySelector('#v2-result').textContent === '42'");
        browser.eval("document.querySelector('#generations-heading').scrollIntoView()");
        browser.screenshot(SCREENSHOTS.resolve("generations.png"));
    }
}
