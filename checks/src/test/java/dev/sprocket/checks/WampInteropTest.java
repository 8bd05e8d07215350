package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Router;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Match;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.RawSocket;
import dev.sprocket.wamp.Realm;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.WampServer;
import dev.sprocket.websocket.WsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of WAMP v2 that others wrote, against the router; what WELCOME announces was seen here. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WampInteropTest {
    private static final Path TARGET = Path.of("target", "interop");

    @TempDir
    private Path folder;

    private IoServer server;

    @BeforeEach
    void start() throws Exception {
        WampServer wamp = new WampServer(new Realm("realm1", new WampComponent() {
                    @Override
                    public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
                        topic.broadcast(event, audience);
                    }

                    @Override
                    public void onCall(WampConnection conn, Call call) throws Exception {
                        if (call.procedure().equals("app.add")) {
                            call.result(call.arguments().get(0).getAsInt()
                                    + call.arguments().get(1).getAsInt());
                        } else {
                            WampComponent.super.onCall(conn, call);
                        }
                    }
                })
                .history(Match.PREFIX, "com.interop", 10));
        server = IoServer.builder(new RawSocket(wamp.overRawSocket())
                        .or(new HttpServer(new Router().upgrade("/wamp", new WsServer(wamp)))))
                .bind(0)
                .unix(folder.resolve("wamp.sock"))
                .build();
        server.start();
        Files.createDirectories(TARGET);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String url() {
        return "ws://127.0.0.1:" + server.port() + "/wamp";
    }

    private static void run(String name, String... command) throws Exception {
        Path output = TARGET.resolve(name + ".txt");
        // "env" looks for the program on the path that it is given
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(List.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PATH", Needed.path());
        builder.environment()
                .put(
                        "NODE_PATH",
                        TARGET.resolve("npm-wamp/node_modules").toAbsolutePath().toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(40, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
            assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static void npm() throws Exception {
        Needed.program("node");
        Path modules = TARGET.resolve("npm-wamp").toAbsolutePath();
        if (!Files.exists(modules.resolve("node_modules/wampy"))) {
            Needed.program("npm");
            Files.createDirectories(modules);
            Needed.working(
                    "autobahn and wampy, from npm",
                    "npm",
                    "install",
                    "--silent",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    modules.toString(),
                    "autobahn@22",
                    "wampy@8",
                    "websocket@1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "msgpack", "cbor"})
    void autobahn_js_finds_all_that_is_announced(String serializer) throws Exception {
        npm();
        run("autobahn-" + serializer, "node", "src/test/interop/autobahn.cjs", url(), serializer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "msgpack", "cbor"})
    void wampy_publishes_and_calls(String serializer) throws Exception {
        npm();
        run("wampy-" + serializer, "node", "src/test/interop/wampy.cjs", url(), serializer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "msgpack"})
    void python_autobahn_publishes_and_calls_by_every_transport(String serializer) throws Exception {
        Needed.working("python3-autobahn", "python3", "-c", "import autobahn.twisted.component");
        for (String where : List.of(url(), "tcp:" + server.port(), "unix:" + folder.resolve("wamp.sock"))) {
            run("python-" + serializer, "python3", "src/test/interop/wamp.py", where, serializer);
        }
    }
}
