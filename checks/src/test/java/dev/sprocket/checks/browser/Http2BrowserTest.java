package dev.sprocket.checks.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.checks.RequiredPrograms;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.core.tls.Tls;
import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.route.Router;
import dev.sprocket.leaktest.SelfSignedCertificate;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** WebSocket over HTTP/2 (RFC 8441) in Chromium. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(120)
@Tag("foreign")
class Http2BrowserTest implements MessageComponent<WsConnection, Message> {
    /** HTTP version, presence of a handshake key and remote address of each opened WebSocket. */
    private final BlockingQueue<String> opened = new LinkedBlockingQueue<>();

    @Override
    public void onOpen(WsConnection conn) {
        HttpRequest request = HttpRequest.of(conn);
        // HTTP/1.1 handshakes have a key (RFC 6455 4.1), an extended CONNECT has none (RFC 8441 5)
        opened.add(request.version() + " "
                + request.header("Sec-WebSocket-Key").map(key -> "key").orElse("no key") + " " + conn.remoteAddress());
    }

    @Override
    public void onMessage(WsConnection from, Message message) {
        from.send(message);
    }

    @Test
    void websockets_share_the_http_2_connection_of_the_page(@TempDir Path profile, @TempDir Path folder)
            throws Exception {
        RequiredPrograms.require("chromium");
        RequiredPrograms.require("chromedriver");
        Router router = new Router()
                .get("/", request -> HttpResponse.of(200)
                        .body(
                                "text/html",
                                ("<title>" + request.version() + "</title>").getBytes(StandardCharsets.UTF_8)))
                .upgrade("/echo", new WsServer(this));
        IoServer server = IoServer.builder(new HttpServer(router))
                .bind(0)
                .tls(Tls.keyStore(SelfSignedCertificate.create(folder).store(), SelfSignedCertificate.PASSWORD))
                .build();
        server.start();
        try (WebDriver browser = new WebDriver(profile, "--ignore-certificate-errors")) {
            browser.open(URI.create("https://localhost:" + server.port() + "/"));
            assertThat(browser.eval("document.title").getAsString()).isEqualTo("HTTP/2.0");
            browser.eval("(() => { window.got = []; for (const name of ['one', 'two']) {"
                    + " const ws = new WebSocket('wss://' + location.host + '/echo');"
                    + " ws.onopen = () => ws.send(name);"
                    + " ws.onmessage = event => got.push(event.data); } })()");
            browser.await("got.length === 2");
            assertThat(browser.eval("got.sort().join()").getAsString()).isEqualTo("one,two");
            String first = opened.poll(20, TimeUnit.SECONDS);
            assertThat(first).startsWith("HTTP/2.0 no key ");
            assertThat(opened.poll(20, TimeUnit.SECONDS)).isEqualTo(first);
        } finally {
            server.close();
        }
    }
}
