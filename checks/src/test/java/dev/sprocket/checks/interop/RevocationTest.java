package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.keys.Site;
import dev.sprocket.leaktest.WebSocketClient;
import dev.sprocket.pubsub.Event;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Behaviour of clients whose subscription ends by a reload, as in the guide about clients. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("slow")
class RevocationTest {
    private static final String WEB =
            """
            listeners.web {
              address = "127.0.0.1:0"
              routes = [
                { path = /ws, layers = [{ origin-check { without-origin = allow } }, ws, wamp], component = pubsub }
                { path = /events, component = events }
              ]
            }
            """;
    private static final String OPEN = "topics { \"*\" { subscribe = anyone } }";
    private static final String NEWS_CLOSED = "topics { \"*\" { subscribe = anyone }, news { subscribe = nobody } }";

    /** Runs a client that prints "subscribed", closes its topic, and returns the next line. */
    private static String lineAfterReload(String... command) throws Exception {
        try (Site site = Site.start(WEB, OPEN)) {
            List<String> line = new ArrayList<>(List.of("env"));
            line.addAll(List.of(command));
            line.add("ws://127.0.0.1:" + site.port() + "/ws");
            ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
            builder.environment().put("PATH", RequiredPrograms.path());
            builder.environment().put("PYTHONWARNINGS", "ignore");
            if (command[0].equals("node")) {
                builder.environment().put("NODE_PATH", Npm.modules("autobahn@22.11.1", "wampy@8.0.2", "ws@8"));
            }
            Process process = builder.start();
            try (BufferedReader out = process.inputReader()) {
                assertThat(out.readLine()).isEqualTo("subscribed");
                site.reload(WEB, NEWS_CLOSED);
                site.awaitLog("subscription ended, no longer allowed");
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
                return out.readLine();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"autobahn, 'session open, subscription ended'", "wampy, 'session open, subscription believed active'"})
    void javascript_client_keeps_its_session(String library, String expected) throws Exception {
        RequiredPrograms.require("node");
        assertThat(lineAfterReload("node", "src/test/interop/wamp/revoked.mjs", library))
                .isEqualTo(expected);
    }

    @Test
    void autobahn_python_ends_its_session() throws Exception {
        RequiredPrograms.requireWorking("python3-autobahn", "python3", "-c", "import autobahn");
        assertThat(lineAfterReload("python3", "src/test/interop/wamp/revoked.py"))
                .isEqualTo("wamp.close.transport_lost");
    }

    @Test
    void page_of_wamp_v1_hears_nothing_more() throws Exception {
        try (Site site = Site.start(WEB, OPEN)) {
            WebSocketClient page = WebSocketClient.wamp(URI.create("ws://127.0.0.1:" + site.port() + "/ws"));
            page.send("[5,\"news\"]").send("[5,\"other\"]");
            assertThat(page.exchange("[2,\"1\",\"none\"]")).startsWith("[4,\"1\",");
            site.reload(WEB, NEWS_CLOSED);
            site.awaitLog("subscription ended, no longer allowed");
            site.server().topics().topic("news").broadcast(Event.of(1));
            site.server().topics().topic("other").broadcast(Event.of(2));
            assertThat(page.receive()).isEqualTo("[8,\"other\",2]");
        }
    }

    @Test
    void event_stream_is_told_and_ends() throws Exception {
        try (Site site = Site.start(WEB, OPEN)) {
            HttpResponse<java.io.InputStream> stream = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(site.uri("/events/news")).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            site.reload(WEB, NEWS_CLOSED);
            site.awaitLog("subscription ended, no longer allowed");
            assertThat(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("event: unsubscribed\n", "\"topic\":\"news\"");
        }
    }
}
