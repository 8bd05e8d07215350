package dev.sprocket.checks.stream;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.listener;
import static dev.sprocket.checks.keys.Site.route;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.Site;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Missed events in the {@code EventSource} of browsers.
 *
 * <p>A page reports what it receives to a server of the test. Its connections to the site are cut.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(240)
@Tag("foreign")
class EventSourceTest {
    private static final String PAGE =
            """
            <title>page</title>
            <script>
            let sending = Promise.resolve();
            const report = (line) => {
              sending = sending.then(() => fetch('REPORTS', { method: 'POST', mode: 'no-cors', body: line }));
            };
            for (const topic of ['news', 'small', 'lists']) {
              const stream = new EventSource(topic === 'lists' ? '/events?topic=a&topic=b' : '/events/' + topic);
              stream.onerror = () => report(topic + ' error ' + stream.readyState);
              stream.onmessage = (event) => report(topic + ' ' + event.data);
              for (const type of ['position', 'gap', 'recovered']) {
                stream.addEventListener(type, (event) => report(topic + ' ' + type + ' ' + event.data));
              }
            }
            </script>
            """;

    /** Browser and its arguments before the address of the page. */
    private enum Browser {
        CHROMIUM("chromium") {
            @Override
            List<String> arguments(Path profile) {
                return List.of(
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0", // otherwise it exits
                        "--user-data-dir=" + profile);
            }
        },
        FIREFOX("firefox-esr") {
            @Override
            List<String> arguments(Path profile) throws IOException {
                Files.writeString(
                        profile.resolve("user.js"),
                        """
                        user_pref("browser.shell.checkDefaultBrowser", false);
                        user_pref("datareporting.policy.dataSubmissionEnabled", false);
                        user_pref("app.update.auto", false);
                        user_pref("network.captive-portal-service.enabled", false);
                        user_pref("network.connectivity-service.enabled", false);
                        """);
                return List.of("--headless", "--no-remote", "--profile", profile.toString());
            }
        };

        private final String program;

        Browser(String program) {
            this.program = program;
        }

        abstract List<String> arguments(Path profile) throws IOException;

        Process open(Path profile, String url) throws IOException {
            List<String> command = new ArrayList<>(List.of(program));
            command.addAll(arguments(profile));
            command.add(url);
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(profile.resolve("output.txt").toFile())
                    .start();
        }
    }

    @TempDir
    Path folder;

    private final BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    private final List<String> consumed = new ArrayList<>();
    private HttpServer collector;
    private Site site;
    private CuttingProxy proxy;

    @BeforeEach
    void start() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            reports.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        collector.start();
        Files.writeString(
                folder.resolve("page.html"),
                PAGE.replace(
                        "REPORTS", "http://127.0.0.1:" + collector.getAddress().getPort() + "/"));
        site = Site.start(
                "topics { news { history {} }, a { history {} }, b { history {} }, small { history { size = 2 } } }",
                listener(
                        "web",
                        LISTENER_ROUTES.is("["
                                + String.join(
                                        ", ",
                                        route("/events", EVENTS),
                                        route("/push", PUSH.with(PUSH_ALLOW_ANONYMOUS.is("on"))),
                                        route("/", FILES.with(FILES_DIRECTORY.text(folder.toString()))))
                                + "]")),
                Site.ALLOW_ALL);
        proxy = new CuttingProxy(site.port());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        site.close();
        collector.stop(0);
    }

    /** Returns the next report that begins with a prefix; others are kept. */
    private String await(String prefix) throws InterruptedException {
        for (String seen : consumed) {
            if (seen.startsWith(prefix)) {
                consumed.remove(seen);
                return seen;
            }
        }
        while (true) {
            String next = reports.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("report \"%s\"; others: %s", prefix, consumed).isNotNull();
            if (next.startsWith(prefix)) {
                return next;
            }
            consumed.add(next);
        }
    }

    private void push(String topic, int... events) throws Exception {
        for (int event : events) {
            assertThat(Site.send(site.uri("/push/" + topic), "POST", String.valueOf(event))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** Cuts all connections, and waits until the page knows. */
    private void cut() throws Exception {
        proxy.cut();
        for (String topic : List.of("news", "small", "lists")) {
            assertThat(await(topic + " error")).as("it reconnects").endsWith(" 0");
        }
        proxy.awaitRefused(3);
    }

    @ParameterizedTest
    @EnumSource
    void missed_events_arrive_once_in_order_or_as_gap(Browser browser) throws Exception {
        RequiredPrograms.require(browser.program);
        Path profile = Files.createTempDirectory(Files.createDirectories(Path.of("target", "profiles")), "browser");
        Process process = browser.open(profile.toAbsolutePath(), "http://127.0.0.1:" + proxy.port() + "/page.html");
        try {
            String position = await("news position ").substring("news position ".length());
            await("small position");
            await("lists position");

            cut();
            push("news", 1, 2);
            push("small", 1);
            push("a", 1);
            push("b", 2);
            proxy.restore();
            assertThat(await("news position")).endsWith(position);
            for (String topic : List.of("news", "small")) {
                await(topic + " recovered");
            }
            await("lists recovered");
            await("lists recovered");
            assertThat(proxy.sent()).containsIgnoringCase("\r\nLast-Event-ID: " + position + "\r\n");

            push("news", 3);
            await("news 3");
            cut();
            push("news", 4);
            push("small", 2, 3, 4);
            push("b", 3);
            proxy.restore();
            await("news recovered");
            await("small recovered");
            await("lists recovered");
            push("news", 5);
            push("small", 5);
            push("b", 4);
            await("news 5");
            await("small 5");
            await("lists {\"topic\":\"b\",\"event\":4}");

            assertThat(events("news")).containsExactly("1", "2", "4");
            assertThat(events("small"))
                    .hasSize(2)
                    .startsWith("1")
                    .last()
                    .asString()
                    .matches(
                            "gap \\{\"topic\":\"small\",\"from\":\"[^\"]+\",\"to\":\"[^\"]+\",\"reason\":\"evicted\"}");
            assertThat(events("lists"))
                    .containsExactlyInAnyOrder(
                            "{\"topic\":\"a\",\"event\":1}",
                            "{\"topic\":\"b\",\"event\":2}",
                            "{\"topic\":\"b\",\"event\":3}");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    /** Returns the events and gaps of a topic that were not awaited. */
    private List<String> events(String topic) {
        return consumed.stream()
                .filter(line -> line.startsWith(topic + " "))
                .map(line -> line.substring(topic.length() + 1))
                .filter(line ->
                        !line.startsWith("error") && !line.startsWith("position") && !line.startsWith("recovered"))
                .toList();
    }
}
