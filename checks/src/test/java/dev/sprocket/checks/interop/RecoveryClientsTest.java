package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.SpinWait;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.MetaAccess;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampOptions;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.io.BufferedReader;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Third-party WAMP clients through cut sockets and a restart of the server.
 *
 * <p>Each client hears every event after a cut socket, also if it had heard none before, and is told of the gap after
 * a restart.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
@Tag("foreign")
class RecoveryClientsTest {
    private static final String FOLDER = "src/test/interop/wamp/";
    private static final String V1 = "../server/src/main/resources/dev/sprocket/server/internal/demo/site/wamp1.js";

    /** Server with one topic. */
    private static final class Site implements AutoCloseable, WampComponent {
        final IoServer server;
        final Topic news;

        Site(WampOptions options) throws Exception {
            Topics topics = new Topics(id -> TopicSettings.DEFAULT.history(100, Duration.ofHours(1)));
            news = topics.topic("news");
            WampServer wamp = new WampServer(
                    new Realm("open", this, topics).options(options).meta(MetaAccess.ANYONE));
            server = IoServer.builder(new RawSocket(wamp.overRawSocket())
                            .or(new HttpServer(new Router().upgrade("/open", new WsServer(wamp)))))
                    .bind(0)
                    .build();
            server.start();
        }

        void publish(int... events) {
            for (int event : events) {
                news.broadcast(Event.of(event));
            }
        }

        void awaitSubscribers(int count) throws InterruptedException {
            while (news.size() != count) {
                SpinWait.once();
            }
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** Running client with the lines that it prints. */
    private record Client(Process process, BufferedReader out) implements AutoCloseable {
        static Client start(List<String> command) throws Exception {
            List<String> line = new ArrayList<>(List.of("env"));
            line.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
            builder.environment().put("PATH", RequiredPrograms.path());
            builder.environment().put("PYTHONWARNINGS", "ignore");
            builder.environment().put("WAMP1", Path.of(V1).toAbsolutePath().toString());
            if (command.get(0).equals("node")) {
                builder.environment().put("NODE_PATH", Npm.modules("autobahn@22.11.1", "wampy@8.0.2", "ws@8"));
            }
            Process process = builder.start();
            return new Client(process, process.inputReader());
        }

        /** Returns the lines up to one, in order and without repetitions. */
        List<String> linesUpTo(String last) throws Exception {
            LinkedHashSet<String> lines = new LinkedHashSet<>();
            List<String> other = new ArrayList<>();
            while (!lines.contains(last)) {
                String line = out.readLine();
                assertThat(line).as("line after %s and %s", lines, other).isNotNull();
                (line.matches("ready|lost|event .*|gap .*") ? lines : other).add(line);
            }
            return List.copyOf(lines);
        }

        void connect() throws Exception {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static List<String> withoutReady(List<String> lines) {
        return lines.stream().filter(line -> !line.equals("ready")).toList();
    }

    private static void assertRecovers(List<String> command, String scheme) throws Exception {
        assertRecovers(command, scheme, WampOptions.DEFAULT);
    }

    /** Cuts the socket before the first event and after some, and restarts the server. */
    private static void assertRecovers(List<String> command, String scheme, WampOptions options) throws Exception {
        try (Site first = new Site(options);
                Site second = new Site(options);
                Relay relay = new Relay(first.server.port())) {
            List<String> line = new ArrayList<>(command);
            line.replaceAll(word -> word.equals("URL") ? scheme + "://127.0.0.1:" + relay.port() : word);
            try (Client client = Client.start(line)) {
                client.linesUpTo("ready");
                cut(relay, client, first);
                first.publish(1);
                resume(relay, client, first);
                assertThat(withoutReady(client.linesUpTo("event 1"))).containsExactly("event 1");
                first.publish(2, 3);
                client.linesUpTo("event 3");

                cut(relay, client, first);
                first.publish(4, 5, 6);
                resume(relay, client, first);
                assertThat(heard(client.linesUpTo("event 6"))).containsExactly("event 4", "event 5", "event 6");
                first.publish(7);
                client.linesUpTo("event 7");

                cut(relay, client, first);
                second.publish(8);
                resume(relay, client, second);
                second.publish(9);
                assertThat(client.linesUpTo("event 9")).contains("gap unknown");
            }
        }
    }

    /** Returns the events, without those that a client may have heard before. */
    private static List<String> heard(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("event ") && line.compareTo("event 4") >= 0)
                .toList();
    }

    private static void cut(Relay relay, Client client, Site site) throws Exception {
        relay.cut();
        client.linesUpTo("lost");
        site.awaitSubscribers(0);
    }

    private static void resume(Relay relay, Client client, Site site) throws Exception {
        relay.connect(site.server.port());
        client.connect();
        site.awaitSubscribers(1);
    }

    /** A test for each client in the table of the guide, and what it uses. */
    @Test
    void guide_lists_clients_of_these_tests() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../docs/guide/wamp-clients.md")).stream()
                .dropWhile(row -> !row.startsWith("| client | recovers with |"))
                .takeWhile(row -> row.startsWith("|"))
                .skip(2)
                .toList();
        Map<String, String> sources = new LinkedHashMap<>();
        for (Method test : RecoveryClientsTest.class.getDeclaredMethods()) {
            Covers covers = test.getAnnotation(Covers.class);
            if (covers != null) {
                sources.put(covers.value(), covers.source());
            }
        }
        Set<String> listed = new HashSet<>();
        for (String row : rows) {
            String[] cells = row.split(" *\\| *");
            listed.add(cells[1]);
            String program = Files.readString(Path.of(FOLDER, sources.get(cells[1])));
            for (MatchResult word :
                    Pattern.compile("`([^`]+)`").matcher(cells[2]).results().toList()) {
                assertThat(program).as("program of %s", cells[1]).contains(word.group(1));
            }
            assertThat(cells[3]).isIn("every event once", "every event at least once");
            assertThat(cells[4]).isEqualTo("gap `unknown`");
        }
        assertThat(listed).isEqualTo(sources.keySet());
    }

    /** Client of the guide whose recovery a method tests. */
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Covers {
        String value();

        String source();
    }

    @ParameterizedTest
    @Covers(value = "AutobahnJS", source = "recover.mjs")
    @ValueSource(strings = {"json", "msgpack", "cbor"})
    void autobahn_js_recovers_by_publication(String format) throws Exception {
        RequiredPrograms.require("node");
        assertRecovers(List.of("node", FOLDER + "recover.mjs", "autobahn", "URL", format), "ws");
    }

    @ParameterizedTest
    @Covers(value = "wampy", source = "recover.mjs")
    @ValueSource(strings = {"json", "msgpack", "cbor"})
    void wampy_recovers_by_position(String format) throws Exception {
        RequiredPrograms.require("node");
        // when it connects again by itself, its request ids go on (see the guide)
        WampOptions options = WampOptions.DEFAULT.requestIds(WampOptions.RequestIds.ANY);
        assertRecovers(List.of("node", FOLDER + "recover.mjs", "wampy", "URL", format), "ws", options);
    }

    @ParameterizedTest
    @Covers(value = "autobahn-python", source = "recover.py")
    @ValueSource(strings = {"ws", "rs"})
    void autobahn_python_recovers_by_publication(String scheme) throws Exception {
        RequiredPrograms.requireWorking("python3-autobahn", "python3", "-c", "import autobahn");
        assertRecovers(List.of("python3", "-u", FOLDER + "recover.py", "URL", "json"), scheme);
    }

    @Test
    @Covers(value = "autobahn-java", source = "Wamp.java")
    void autobahn_java_recovers_by_publication() throws Exception {
        assertRecovers(AutobahnJava.command("recover", "URL", "json"), "ws");
    }

    @Test
    @Covers(value = "WAMP v1 page", source = "recover.mjs")
    void page_of_wamp_v1_recovers_by_procedure() throws Exception {
        RequiredPrograms.require("node");
        assertRecovers(List.of("node", FOLDER + "recover.mjs", "v1", "URL", "json"), "ws");
    }
}
