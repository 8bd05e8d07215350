package dev.sprocket.checks;

import static dev.sprocket.checks.Key.ECHO;
import static dev.sprocket.checks.Key.WS;
import static dev.sprocket.checks.Key.WS_MESSAGE_LIMIT;
import static dev.sprocket.checks.Site.route;
import static dev.sprocket.checks.Site.web;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Keys of the layer {@code ws}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WebSocketKeysTest {
    @Test
    @Row(WS_MESSAGE_LIMIT)
    void message_limit_closes_1009() throws Exception {
        try (Site site = Site.start(
                        web(route("/default", ECHO, WS), route("/ten", ECHO, WS.with(WS_MESSAGE_LIMIT.is("10 B")))));
                RawWebSocket client =
                        RawWebSocket.open(site.port(), "/ten", "Origin: http://127.0.0.1:" + site.port());
                RawWebSocket other = RawWebSocket.open(site.port(), "/default")) {
            client.say("ten bytes.");
            org.assertj.core.api.Assertions.assertThat(client.hear()).isEqualTo("ten bytes.");
            client.say("eleven byte").closed(1009);
        }
    }
}
