package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.*;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Error responses to messages that a rate limit rejects. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(180)
class RejectedMessagesTest {
    private static final String HELLO =
            "[1,\"realm1\",{\"roles\":{\"caller\":{},\"callee\":{},\"publisher\":{}," + "\"subscriber\":{}}}]";

    /**
     * Returns a limiter for this number of messages per second.
     *
     * <p>The number must be small, or a slow machine admits more messages than a test expects.
     */
    private static String limited(int messages) {
        return LIMITER.with(LIMITER_MESSAGES_PER_SECOND.is(messages));
    }

    @Test
    void every_rejected_wamp_v2_request_gets_an_error() throws Exception {
        try (Site site = Site.start(web(route("/ws", PUBSUB, WS, limited(1), WAMP)));
                RawWebSocket client = RawWebSocket.open(site.port(), "/ws", "Sec-WebSocket-Protocol: wamp.2.json")) {
            client.frames(
                    HELLO,
                    "[16,1,{\"acknowledge\":true},\"a\",[1]]",
                    "[16,2,{},\"a\",[1]]",
                    "[32,3,{},\"a\"]",
                    "[34,4,5]",
                    "[64,5,{},\"p\"]",
                    "[66,6,5]",
                    "[48,7,{},\"p\"]");
            assertThat(client.receive()).startsWith("[2,");
            for (String request : new String[] {"16,1", "32,3", "34,4", "64,5", "66,6", "48,7"}) {
                assertThat(client.receive())
                        .isEqualTo("[8," + request
                                + ",{},\"wamp.error.unavailable\",[\"more than 1 messages a second\"]]");
            }
            client.frames("[6,{},\"wamp.close.close_realm\"]");
            assertThat(client.receive()).startsWith("[6,");
        }
    }

    @Test
    void rejected_publish_with_invalid_option_aborts_session() throws Exception {
        try (Site site = Site.start(web(route("/ws", PUBSUB, WS, limited(1), WAMP)));
                RawWebSocket client = RawWebSocket.open(site.port(), "/ws", "Sec-WebSocket-Protocol: wamp.2.json")) {
            client.frames(HELLO, "[16,1,{\"acknowledge\":5},\"a\",[1]]");
            assertThat(client.receive()).startsWith("[2,");
            assertThat(client.receive())
                    .contains("acknowledge: 5 (expected: true or false)", "wamp.error.protocol_violation");
        }
    }

    @Test
    void request_ids_continue_after_rejected_request() throws Exception {
        try (Site site = Site.start(web(route("/ws", PUBSUB, WS, limited(1), WAMP)));
                RawWebSocket client = RawWebSocket.open(site.port(), "/ws", "Sec-WebSocket-Protocol: wamp.2.json")) {
            client.frames(HELLO, "[32,1,{},\"a\"]");
            assertThat(client.receive() + client.receive()).contains("[8,32,1,");
            // repeated until the rate limit admits a request, about one second later
            int request = 1;
            String response = "";
            while (!response.startsWith("[33,")) {
                request++;
                response = client.send("[32," + request + ",{},\"a\"]").receive();
                assertThat(response).matches("\\[(33|8,32)," + request + ",.*");
            }
        }
    }

    @Test
    void caller_gets_error_when_result_is_rejected() throws Exception {
        try (Site site = Site.start(web(
                        route("/callee", PUBSUB, WS, LIMITER.with(LIMITER_BYTES_PER_SECOND.is("\"200 B\"")), WAMP),
                        route("/caller", PUBSUB, WS, WAMP)));
                WampPeer callee = WampPeer.join(site.port(), "/callee");
                WampPeer caller = WampPeer.join(site.port(), "/caller")) {
            assertThat(callee.register("p")).startsWith("[65,");
            caller.request(48, "{},\"p\"");
            String invocation = callee.receive();
            assertThat(invocation).startsWith("[68,");
            String id = invocation.split(",")[1];
            callee.send("[70," + id + ",{},[\"" + "x".repeat(200) + "\"]]");
            assertThat(caller.receive()).startsWith("[8,48,").contains("more than 200 bytes a second");
        }
    }

    @Test
    void rejected_wamp_v1_calls_get_an_error() throws Exception {
        try (Site site = Site.start(web(route("/ws", PUBSUB, WS, limited(1), WAMP)));
                RawWebSocket client = RawWebSocket.open(site.port(), "/ws", "Sec-WebSocket-Protocol: wamp")) {
            assertThat(client.receive()).startsWith("[0,");
            client.frames("[5,\"a\"]", "[2,\"one\",\"none\"]", "[2,\"two\",\"none\"]");
            assertThat(client.receive()).startsWith("[4,\"one\",\"wamp.error.unavailable\"");
            assertThat(client.receive()).startsWith("[4,\"two\",\"wamp.error.unavailable\"");
        }
    }

    @Test
    void bridge_answers_pushes_rejected_by_its_layers() throws Exception {
        try (Site site = Site.start(
                BRIDGES.named(
                        "tcp", TCP_BRIDGE_PORT.is(0), TCP_BRIDGE_ACKNOWLEDGE.is("on"), BRIDGE_LAYERS.parts(limited(1))),
                BRIDGES.named("http", HTTP_BRIDGE_PORT.is(0), BRIDGE_LAYERS.parts(limited(1))))) {
            String push = "{\"topic\":\"a\",\"event\":1}";
            try (RawClient raw = RawClient.to(site.port("tcp"))) {
                raw.send(push + "\n" + push + "\n");
                assertThat(raw.readLine()).isEqualTo("ok 0");
                assertThat(raw.readLine()).isEqualTo("error more than 1 messages a second");
            }
            var http = Site.send(
                    java.net.URI.create("http://127.0.0.1:" + site.port("http") + "/push"),
                    "POST",
                    "[" + push + "," + push + "]");
            assertThat(http.statusCode()).isEqualTo(429);
            assertThat(http.body()).contains("1 of 2 pushes accepted");
        }
    }

    @Test
    void rejected_comet_message_gets_429() throws Exception {
        try (Site site =
                Site.start(web(route("/comet", ECHO, COMET, LIMITER.with(LIMITER_BYTES_PER_SECOND.is("\"10 B\"")))))) {
            String id = site.get("/comet").body().substring(7, 29);
            assertThat(site.post("/comet?n=1&id=" + id, "x".repeat(11)).statusCode())
                    .isEqualTo(429);
            assertThat(site.post("/comet?n=1&id=" + id, "x").statusCode()).isEqualTo(204);
        }
    }

    @Test
    void request_above_connection_limit_gets_429() throws IOException {
        try (Site site = Site.start(web(route("/events", EVENTS, LIMITER.with(LIMITER_MAX_CONNECTIONS.is(1)))));
                RawClient first = RawClient.to(site.port());
                RawClient second = RawClient.to(site.port())) {
            first.send("GET /events/a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            assertThat(first.readHead()).startsWith("HTTP/1.1 200 ");
            second.send("GET /events/a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            assertThat(second.readHead()).startsWith("HTTP/1.1 429 ");
        }
    }
}
