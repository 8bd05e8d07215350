package dev.sprocket.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.EchoServer;
import dev.sprocket.core.IoServer;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.Router;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsLimits;
import dev.sprocket.websocket.WsServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** WebSocket clients that others wrote, with and without compression, against an echo. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InteropTest {
    private static final Path TARGET = Path.of("target", "interop");

    private IoServer server;

    @BeforeEach
    void start() throws Exception {
        WsServer echo = new WsServer(new EchoServer(), new WsLimits(1 << 20, 1 << 20, 1024));
        Deflate all = Deflate.DEFAULT.threshold(0);
        Router routes = new Router()
                .get("/", request -> HttpResponse.json("{}"))
                .upgrade("/plain", echo)
                .upgrade("/deflate", echo.compress(all))
                .upgrade("/takeover", echo.compress(all.serverContextTakeover().clientContextTakeover()));
        server = IoServer.builder(new HttpServer(routes))
                .bind(0)
                .outboundLimit(16 << 20)
                .build();
        server.start();
        Files.createDirectories(TARGET);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void run(Map<String, String> environment, String... command) throws Exception {
        Path output = TARGET.resolve(command[0] + ".txt");
        // "env" looks for the program on the path that it is given
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(List.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PATH", Needed.path());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("ended in time").isTrue();
            assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private String url() {
        return "ws://127.0.0.1:" + server.port();
    }

    @Test
    void npm_ws_gets_back_what_it_sends_under_every_setting() throws Exception {
        run(Map.of("NODE_PATH", Npm.modules("ws@8")), "node", "src/test/interop/ws.cjs", url());
    }

    @Test
    void python_websockets_gets_back_what_it_sends_under_every_setting() throws Exception {
        Needed.working("python3-websockets", "python3", "-c", "import websockets");
        run(Map.of(), "python3", "src/test/interop/client.py", url());
    }

    @Test
    void a_browser_agrees_on_compression_and_gets_back_what_it_sends(@TempDir Path profile) throws Exception {
        Needed.program("chromium");
        Needed.program("chromedriver");
        try (WebDriver browser = new WebDriver(profile)) {
            browser.open(URI.create("http://127.0.0.1:" + server.port() + "/"));
            for (String path : List.of("/deflate", "/takeover")) {
                browser.eval("(() => { const sent = ['tiny', 'compress me, '.repeat(5000), 'compress me, '.repeat(7)];"
                        + " window.got = []; window.same = false; const ws = new WebSocket('" + url() + path + "');"
                        + " ws.onopen = () => sent.forEach(message => ws.send(message));"
                        + " ws.onmessage = event => { got.push(event.data);"
                        + " if (got.length === sent.length) { window.extensions = ws.extensions;"
                        + " window.same = got.every((message, i) => message === sent[i]); } }; })()");
                browser.await("window.same");
                assertThat(browser.eval("window.extensions").getAsString()).startsWith("permessage-deflate");
            }
        }
    }
}
