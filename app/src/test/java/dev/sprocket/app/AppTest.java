package dev.sprocket.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.http.origin.Origins;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class AppTest {
    private final MessageComponent<Connection, Message> echo = new EchoServer();

    private static List<String> logged(App app) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(App.class);
        logger.addAppender(log);
        try (app) {
            app.start();
            return log.list.stream()
                    .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                    .toList();
        } finally {
            logger.detachAppender(log);
        }
    }

    /** Returns the status of a page's upgrade, or its reason if refused. */
    private static String upgrade(int port, String path, String host, String origin) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String status = in.readLine().substring(9, 12);
            String line = in.readLine();
            while (line != null && !line.isEmpty()) {
                line = in.readLine();
            }
            return status.equals("403") ? in.readLine() : status;
        }
    }

    @Test
    void listens_on_loopback_by_default() throws Exception {
        try (App app = App.listen(0).route("/x", echo)) {
            app.start();
            assertThat(((InetSocketAddress) app.address()).getAddress().getHostAddress())
                    .isEqualTo("127.0.0.1");
            assertThat(app.port()).isPositive();
        }
    }

    @Test
    void listens_on_given_address_only() throws Exception {
        try (App app = App.listen("127.0.0.2", 0).route("/x", echo)) {
            app.start();
            assertThat(((InetSocketAddress) app.address()).getAddress().getHostAddress())
                    .isEqualTo("127.0.0.2");
        }
    }

    @Test
    void logs_that_other_machines_cannot_connect() throws Exception {
        App app = App.listen(0).get("/", request -> HttpResponse.of(204));

        assertThat(logged(app))
                .singleElement()
                .asString()
                .matches("INFO listening: address=127\\.0\\.0\\.1:\\d+"
                        + " site=none \\(this machine only; for all addresses: listen\\(\"0\\.0\\.0\\.0\", …\\)\\)");
    }

    @Test
    void logs_address_and_site() throws Exception {
        App app = App.listen("0.0.0.0", 0).site("example.com", "*.example.com").get("/", r -> HttpResponse.of(204));

        assertThat(logged(app))
                .singleElement()
                .asString()
                .matches("INFO listening: address=0\\.0\\.0\\.0:\\d+ site=example\\.com,\\*\\.example\\.com");
    }

    @Test
    void site_adds_pages_to_same_host() throws Exception {
        try (App app = App.listen(0).site("a.example").site("b.example").route("/x", echo)) {
            app.start();
            assertThat(upgrade(app.port(), "/x", "localhost", "http://a.example"))
                    .isEqualTo("101");
            assertThat(upgrade(app.port(), "/x", "localhost", "https://b.example:8443"))
                    .isEqualTo("101");
            assertThat(upgrade(app.port(), "/x", "localhost", "http://localhost:3000"))
                    .isEqualTo("101");
        }
    }

    @Test
    void refused_page_gets_advice() throws Exception {
        try (App app = App.listen(0).route("/x", echo)) {
            app.start();
            assertThat(upgrade(app.port(), "/x", "localhost", "http://other.example"))
                    .isEqualTo("403 Forbidden: Origin: http://other.example (expected: same host; to allow its pages,"
                            + " add its host to allow = [...] of origin-check or cors, in Java App.site or"
                            + " Origins.and)");
        }
    }

    @Test
    void refused_site_on_loopback_gets_advice() throws Exception {
        try (App app = App.listen(0).route("/x", echo)) {
            app.start();
            assertThat(upgrade(app.port(), "/x", "site.example", "http://site.example"))
                    .contains("DNS rebinding", "App.site");
        }
    }

    @Test
    void site_on_loopback_is_allowed() throws Exception {
        try (App app = App.listen(0).site("site.example").route("/x", echo)) {
            app.start();
            assertThat(upgrade(app.port(), "/x", "site.example", "http://site.example"))
                    .isEqualTo("101");
            assertThat(upgrade(app.port(), "/x", "evil.example", "http://evil.example"))
                    .contains("DNS rebinding");
        }
    }

    @Test
    void origins_replace_site_for_later_routes() throws Exception {
        try (App app = App.listen(0)
                .site("a.example")
                .route("/x", echo)
                .origins(Origins.of("b.example"))
                .route("/y", echo)
                .insecureAnyOrigin()
                .route("/z", echo)) {
            app.start();
            assertThat(upgrade(app.port(), "/x", "localhost", "http://a.example"))
                    .isEqualTo("101");
            assertThat(upgrade(app.port(), "/y", "localhost", "http://a.example"))
                    .startsWith("403");
            assertThat(upgrade(app.port(), "/y", "localhost", "http://b.example"))
                    .isEqualTo("101");
            assertThat(upgrade(app.port(), "/z", "localhost", "http://c.example"))
                    .isEqualTo("101");
        }
    }

    @Test
    void site_after_route_is_refused() {
        App app = App.listen(0).route("/x", echo);

        assertThatIllegalStateException()
                .isThrownBy(() -> app.site("a.example"))
                .withMessage("site after route (expected: site before the first route)");
    }

    @Test
    void impossible_site_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> App.listen(0).site("example.com:8080"))
                .withMessageContaining("a port requires a scheme");
    }

    @Test
    void route_after_start_is_refused() throws Exception {
        try (App app = App.listen(0)) {
            app.start();
            assertThatIllegalStateException()
                    .isThrownBy(() -> app.route("/x", echo))
                    .withMessage("already started (expected: configure before start)");
        }
    }

    @Test
    void site_name_as_address_gets_advice() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> App.listen("site.invalid", 0).start())
                .withMessageStartingWith("cannot listen on site.invalid:0: ")
                .withMessageEndingWith(
                        " (expected: an address of this machine; the site's name belongs into App.site)");
    }
}
