package dev.sprocket.checks.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.checks.browser.WebDriver;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.websocket.Deflate;
import dev.sprocket.websocket.WsServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Third-party WebSocket clients against an echo server, with and without compression. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("foreign")
class InteropTest {
    private static final Path TARGET = Path.of("target", "interop");

    private IoServer server;

    @BeforeEach
    void start() throws Exception {
        WsServer echo = new WsServer(new EchoServer());
        Deflate all = Deflate.DEFAULT.threshold(0);
        Router routes = new Router()
                .get("/", request -> HttpResponse.json("{}"))
                .upgrade("/plain", echo)
                .upgrade("/deflate", echo.compress(all))
                .upgrade("/takeover", echo.compress(all.serverContextTakeover()));
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
        // "env" resolves the program on the PATH of the new environment
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(List.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PATH", RequiredPrograms.path());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES))
                    .as("exited in time")
                    .isTrue();
            assertThat(process.exitValue()).as("%s", Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private String url() {
        return "ws://127.0.0.1:" + server.port();
    }

    @Test
    void npm_ws_echoes_with_every_setting() throws Exception {
        run(Map.of("NODE_PATH", Npm.modules("ws@8")), "node", "src/test/interop/ws.cjs", url());
    }

    @Test
    void python_websockets_echoes_with_every_setting() throws Exception {
        RequiredPrograms.requireWorking("python3-websockets", "python3", "-c", "import websockets");
        run(Map.of(), "python3", "src/test/interop/client.py", url());
    }

    @Test
    void python_tornado_echoes_with_every_setting() throws Exception {
        RequiredPrograms.requireWorking("python3-tornado", "python3", "-c", "import tornado");
        run(Map.of(), "python3", "src/test/interop/tornado_client.py", url());
    }

    /** The client of the JDK offers no compression and fragments messages. */
    @Test
    void jdk_client_echoes_without_compression() throws Exception {
        for (String path : List.of("/plain", "/deflate", "/takeover")) {
            BlockingQueue<String> got = new LinkedBlockingQueue<>();
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(url() + path), new WebSocket.Listener() {
                        private final StringBuilder text = new StringBuilder();

                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
                            text.append(part);
                            if (last) {
                                got.add(text.toString());
                                text.setLength(0);
                            }
                            from.request(1);
                            return null;
                        }

                        @Override
                        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                            got.add("close " + code + " " + reason);
                            return null;
                        }
                    })
                    .get(30, TimeUnit.SECONDS);
            for (int size : new int[] {1, 1000, 120_000, 600_000}) {
                String message = "\u00e4 message ".repeat(size / 10 + 1);
                socket.sendText(message, true).get(30, TimeUnit.SECONDS);
                assertThat(got.poll(30, TimeUnit.SECONDS)).isEqualTo(message);
            }
            socket.sendText("frag", false).get(30, TimeUnit.SECONDS);
            socket.sendText("mented", true).get(30, TimeUnit.SECONDS);
            assertThat(got.poll(30, TimeUnit.SECONDS)).isEqualTo("fragmented");
            socket.sendClose(4000, "bye").get(30, TimeUnit.SECONDS);
            assertThat(got.poll(30, TimeUnit.SECONDS)).isEqualTo("close 4000 bye");
        }
    }

    @Test
    void browser_negotiates_compression_and_echoes(@TempDir Path profile) throws Exception {
        RequiredPrograms.require("chromium");
        RequiredPrograms.require("chromedriver");
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
