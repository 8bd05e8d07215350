package dev.sprocket.checks.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.text.SafeText;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Text with which a client tries to forge log lines or to control a terminal.
 *
 * <p>Each test sends it through one entrance, and waits for the line that quotes it.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HostileTextLogTest {
    /** CR, LF start a line, ESC and U+009B control a terminal, U+202E reverses text. */
    private static final String HOSTILE = "x\r\n2026-11-26 ERROR forged\u001b[2J\u009b2J\u202e";

    private static final String JSON = "x\\r\\n2026-11-26 ERROR forged\\u001b[2J\\u009b2J\\u202e";
    private static final String PERCENT = "/x%0D%0A2026-11-26%20ERROR%20forged%1B%5B2J%C2%9B2J%E2%80%AE";
    /** The end of the text as it has to be logged. */
    private static final String ESCAPED = "forged\\u001b[2J\\u009b2J\\u202e";

    private static Site site;
    private static int bridgePort;
    private static final BlockingQueue<ILoggingEvent> EVENTS = new LinkedBlockingQueue<>();
    private static final AppenderBase<ILoggingEvent> RECORDER = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            EVENTS.add(event);
        }
    };

    private static Logger sprocket() {
        return (Logger) LoggerFactory.getLogger("dev.sprocket");
    }

    @BeforeAll
    static void start() throws Exception {
        bridgePort = Site.freePort();
        site = Site.start(
                """
                topics { "*" { subscribe = anyone } }
                listeners.web {
                  address = "127.0.0.1:0"
                  layers = [access-log, http]
                  routes = [
                    { path = /open, layers = [{ origin-check { allow = ["*"] } }, ws, wamp], component = pubsub }
                    { path = /checked, layers = [ws], component = echo }
                    { path = /users, layers = [{ origin-check { allow = ["*"] } }, ws, { wamp { realm = users
                        users = [{ user = ann, ticket = secret }] } }], component = pubsub }
                    { path = /token, layers = [{ session { token = { jwt { secret = "0123456789abcdef0123456789abcdef"
                        cookie = t } } } }, { origin-check { allow = ["*"] } }], component = events }
                    { path = /push, component = { push { allow-anonymous = on } } }
                  ]
                }
                listeners.lines { address = "127.0.0.1:0", layers = [lines, { logger { log-content = on } }], component = echo }
                bridges.tcp { port = %d }
                """
                        .formatted(bridgePort));
        RECORDER.setContext(sprocket().getLoggerContext());
        RECORDER.start();
        sprocket().setLevel(Level.DEBUG);
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(RECORDER);
    }

    @AfterAll
    static void stop() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(RECORDER);
        sprocket().setLevel(null);
        site.close();
    }

    private static boolean isSafe(IThrowableProxy thrown) {
        return thrown == null
                || isSafe(String.valueOf(thrown.getMessage()))
                        && isSafe(thrown.getCause())
                        && List.of(thrown.getSuppressed()).stream().allMatch(HostileTextLogTest::isSafe);
    }

    private static boolean isSafe(String text) {
        return SafeText.escape(text).equals(text);
    }

    /** Waits for a line that quotes the text, and checks all lines until then. */
    private static void assertLogged(String prefix) throws InterruptedException {
        assertLogged(prefix, ESCAPED);
    }

    private static void assertLogged(String prefix, String quoted) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            ILoggingEvent event = EVENTS.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            assertThat(event).as("not logged: " + prefix + "; logged: " + seen).isNotNull();
            String line = event.getFormattedMessage();
            assertThat(isSafe(line) && isSafe(event.getThrowableProxy()))
                    .as(line)
                    .isTrue();
            seen.add(line);
            if (line.startsWith(prefix) && line.contains(quoted)) {
                return;
            }
        }
    }

    private static RawClient fresh() throws Exception {
        PeerLog.flush();
        EVENTS.clear();
        return RawClient.to(site.port());
    }

    private static void request(String head) throws Exception {
        try (RawClient client = fresh()) {
            client.send((head + "\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
            client.readRest();
        }
    }

    private static RawWebSocket webSocket(String path, String subprotocol) throws Exception {
        PeerLog.flush();
        EVENTS.clear();
        return RawWebSocket.open(site.port(), path, "Sec-WebSocket-Protocol: " + subprotocol);
    }

    @Test
    void path_of_a_request() throws Exception {
        request("GET " + PERCENT + " HTTP/1.1\r\nHost: a");

        assertLogged("error response: status=404 ", "forged%1B%5B2J");
    }

    @Test
    void malformed_request_line() throws Exception {
        request("GET /\u001b[2J\u009b2J HTTP/1.1\r\nHost: a");

        assertThat(EVENTS).isNotEmpty().allMatch(event -> isSafe(event.getFormattedMessage()));
    }

    @Test
    void origin_of_a_page() throws Exception {
        request("GET /checked HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: http://forged\u009b2J");

        assertThat(EVENTS)
                .anyMatch(event -> event.getFormattedMessage().contains("http://forged"))
                .allMatch(event -> isSafe(event.getFormattedMessage()));
    }

    @Test
    void topic_of_wamp_v1() throws Exception {
        try (RawWebSocket client = webSocket("/open", "wamp")) {
            client.send("[7,\"" + JSON + "\",1]");

            assertLogged("access denied");
        }
    }

    @Test
    void malformed_message_of_wamp_v1() throws Exception {
        try (RawWebSocket client = webSocket("/open", "wamp")) {
            client.send("[5,{\"" + JSON + "\":1}]");

            assertThat(client.receive()).startsWith("[0,");
            client.assertClosed(1007);
        }
        assertThat(EVENTS).isNotEmpty().allMatch(event -> isSafe(event.getFormattedMessage()));
    }

    @Test
    void user_of_wamp_v2() throws Exception {
        try (RawWebSocket client = webSocket("/users", "wamp.2.json")) {
            client.send("[1,\"users\",{\"roles\":{\"caller\":{}},\"authmethods\":[\"ticket\"],\"authid\":\"" + JSON
                    + "\"}]");
            assertThat(client.receive()).startsWith("[4,");
            client.send("[5,\"" + JSON + "\",{}]");
            assertThat(client.receive()).startsWith("[3,");
        }
        assertThat(EVENTS).isNotEmpty().allMatch(event -> isSafe(event.getFormattedMessage()));
    }

    @Test
    void topic_of_wamp_v2() throws Exception {
        try (RawWebSocket client = webSocket("/open", "wamp.2.json")) {
            client.send("[1,\"realm1\",{\"roles\":{\"publisher\":{}}}]");
            client.send("[16,1,{},\"" + JSON.replace(" ", "_").replace("\\r\\n", "") + "\",[1]]");

            assertLogged("access denied");
        }
    }

    @Test
    void reason_of_an_abort() throws Exception {
        try (RawWebSocket client = webSocket("/open", "wamp.2.json")) {
            client.send("[3,{},\"" + JSON.replace(" ", "_").replace("\\r\\n", "") + "\"]");

            assertLogged("WAMP session aborted by the client: ");
        }
    }

    @Test
    void topic_of_a_push_by_http() throws Exception {
        String body = "{\"topic\":\"" + JSON + "\",\"event\":1}";
        request("POST /push HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);

        assertLogged("push published: ");
    }

    @Test
    void topic_of_a_push_by_tcp() throws Exception {
        PeerLog.flush();
        EVENTS.clear();
        try (RawClient client = RawClient.to(bridgePort)) {
            client.send("{\"topic\":\"" + JSON + "\",\"event\":1}\n");

            assertLogged("push published: ");
        }
    }

    @Test
    void malformed_push_by_tcp() throws Exception {
        PeerLog.flush();
        EVENTS.clear();
        try (RawClient client = RawClient.to(bridgePort)) {
            client.send("{\"topic\":\"news\" " + HOSTILE.substring(3) + "}\n");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (EVENTS.isEmpty() && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
        }
        assertThat(EVENTS).isNotEmpty().allMatch(event -> isSafe(event.getFormattedMessage()));
    }

    @Test
    void logged_content_of_messages() throws Exception {
        EVENTS.clear();
        try (RawClient client = RawClient.to(site.port("lines"))) {
            client.send((HOSTILE.substring(3) + "\n").getBytes(UTF_8));

            assertLogged("message received: ");
        }
    }

    @Test
    void algorithm_of_a_token() throws Exception {
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("{\"alg\":\"HS256\",\"kid\":\"" + JSON + "\"}").getBytes(UTF_8));
        request("GET /token HTTP/1.1\r\nHost: a\r\nCookie: t=" + header + ".e30.AAAA");

        assertThat(EVENTS).isNotEmpty().allMatch(event -> isSafe(event.getFormattedMessage()));
    }
}
