package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.PUBSUB;
import static dev.sprocket.checks.keys.Key.WAMP;
import static dev.sprocket.checks.keys.Key.WAMP_REALM;
import static dev.sprocket.checks.keys.Key.WAMP_REQUEST_IDS;
import static dev.sprocket.checks.keys.Key.WS;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The key {@code request-ids} of the layer {@code wamp}. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WampRequestIdsKeysTest {
    private static RawWebSocket joined(Site site, String path, String realm) throws Exception {
        RawWebSocket client = RawWebSocket.open(
                site.port(), path, "Origin: http://127.0.0.1:" + site.port(), "Sec-WebSocket-Protocol: wamp.2.json");
        client.send("[1,\"" + realm + "\",{\"roles\":{\"subscriber\":{}}}]");
        assertThat(client.receive()).startsWith("[2,");
        return client;
    }

    @Test
    @Row(WAMP_REQUEST_IDS)
    void any_admits_random_request_ids() throws Exception {
        try (Site site = Site.start(web(
                        route("/default", PUBSUB, WS, WAMP.with(WAMP_REALM.is("strict"))),
                        route("/any", PUBSUB, WS, WAMP.with(WAMP_REALM.is("any"), WAMP_REQUEST_IDS.is("any")))));
                RawWebSocket any = joined(site, "/any", "any");
                RawWebSocket strict = joined(site, "/default", "strict")) {
            any.send("[32,4503599627370495,{},\"com.topic\"]");
            assertThat(any.receive()).isEqualTo("[33,4503599627370495,1]");

            strict.send("[32,4503599627370495,{},\"com.topic\"]");
            assertThat(strict.receive()).contains("wamp.error.protocol_violation");
        }
    }
}
