package dev.sprocket.checks.keys;

import static dev.sprocket.checks.keys.Key.PUBSUB;
import static dev.sprocket.checks.keys.Key.WAMP;
import static dev.sprocket.checks.keys.Key.WAMP_MAX_BYTES_PER_CLIENT;
import static dev.sprocket.checks.keys.Key.WAMP_MAX_BYTES_PER_REALM;
import static dev.sprocket.checks.keys.Key.WAMP_MAX_PATTERNS_PER_TOPIC;
import static dev.sprocket.checks.keys.Key.WAMP_META_API;
import static dev.sprocket.checks.keys.Key.WAMP_REALM;
import static dev.sprocket.checks.keys.Key.WAMP_RETAINED_TTL;
import static dev.sprocket.checks.keys.Key.WAMP_SERIALIZATIONS;
import static dev.sprocket.checks.keys.Key.WAMP_VERSIONS;
import static dev.sprocket.checks.keys.Key.WS;
import static dev.sprocket.checks.keys.Site.route;
import static dev.sprocket.checks.keys.Site.web;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.leaktest.WebSocketClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Keys of the layer {@code wamp} for the access and memory of a realm. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RealmKeysTest {
    private static URI url(Site site, String path) {
        return URI.create("ws://127.0.0.1:" + site.port() + path);
    }

    @Test
    @Row(WAMP_META_API)
    void meta_api_grants_access() throws Exception {
        String call = "[48,1,{},\"wamp.session.count\"]";
        try (Site site = Site.start(web(
                route("/default", PUBSUB, WS, WAMP.with(WAMP_REALM.is("one"))),
                route("/open", PUBSUB, WS, WAMP.with(WAMP_REALM.is("two"), WAMP_META_API.is("anyone")))))) {
            assertThat(WebSocketClient.join(url(site, "/default"), "one").exchange(call))
                    .contains("wamp.error.not_authorized");
            assertThat(WebSocketClient.join(url(site, "/open"), "two").exchange(call))
                    .isEqualTo("[50,1,{},[1]]");
        }
    }

    private static void assertRefused(Site site, String path, String subprotocol) {
        assertThatThrownBy(() -> RawWebSocket.open(site.port(), path, "Sec-WebSocket-Protocol: " + subprotocol))
                .hasStackTraceContaining("426");
    }

    private static void assertAccepted(Site site, String path, String subprotocol) throws Exception {
        RawWebSocket.open(site.port(), path, "Sec-WebSocket-Protocol: " + subprotocol)
                .close();
    }

    @Test
    @Row({WAMP_VERSIONS, WAMP_SERIALIZATIONS})
    void route_selects_versions_and_serializations() throws Exception {
        try (Site site = Site.start(web(
                route("/default", PUBSUB, WS, WAMP),
                route("/v1", PUBSUB, WS, WAMP.with(WAMP_VERSIONS.is("[1]"))),
                route("/v2", PUBSUB, WS, WAMP.with(WAMP_VERSIONS.is("[2]"))),
                route("/cbor", PUBSUB, WS, WAMP.with(WAMP_SERIALIZATIONS.is("[cbor]")))))) {
            for (String any : List.of("wamp", "wamp.2.json", "wamp.2.cbor", "wamp.2.msgpack", "wamp.2.cbor.batched")) {
                assertAccepted(site, "/default", any);
            }
            assertAccepted(site, "/v1", "wamp");
            assertRefused(site, "/v1", "wamp.2.json");
            assertRefused(site, "/v2", "wamp");
            assertAccepted(site, "/v2", "wamp.2.json");
            assertAccepted(site, "/cbor", "wamp");
            assertAccepted(site, "/cbor", "wamp.2.cbor");
            assertAccepted(site, "/cbor", "wamp.2.cbor.batched");
            assertRefused(site, "/cbor", "wamp.2.json");
            assertRefused(site, "/cbor", "wamp.2.msgpack");
        }
    }

    /** Retains an event of 300 characters on each topic, and returns the responses. */
    private static List<String> retain(URI url, String realm, String... topics) throws Exception {
        WebSocketClient client = WebSocketClient.join(url, realm);
        List<String> responses = new ArrayList<>();
        for (String topic : topics) {
            responses.add(client.exchange("[16," + (responses.size() + 1) + ",{\"acknowledge\":true,\"retain\":true},\""
                    + topic + "\",[\"" + "x".repeat(300) + "\"]]"));
        }
        return responses;
    }

    private static Site limited(String setting) throws Exception {
        return Site.start(web(
                route("/default", PUBSUB, WS, WAMP.with(WAMP_REALM.is("one"))),
                route("/limited", PUBSUB, WS, WAMP.with(WAMP_REALM.is("two"), setting))));
    }

    @Test
    @Row(WAMP_MAX_BYTES_PER_CLIENT)
    void max_bytes_per_client_limits_retained_events() throws Exception {
        try (Site site = limited(WAMP_MAX_BYTES_PER_CLIENT.is("1000 B"))) {
            assertThat(retain(url(site, "/default"), "one", "a", "b"))
                    .allSatisfy(response -> assertThat(response).startsWith("[17,"));
            assertThat(retain(url(site, "/limited"), "two", "c", "d").get(1))
                    .contains("wamp.error.unavailable", "of this client");
            assertThat(retain(url(site, "/limited"), "two", "d").get(0)).startsWith("[17,");
        }
    }

    @Test
    @Row(WAMP_MAX_BYTES_PER_REALM)
    void max_bytes_per_realm_limits_retained_events() throws Exception {
        try (Site site = limited(WAMP_MAX_BYTES_PER_REALM.is("1000 B"))) {
            for (String topic : List.of("a", "b")) {
                assertThat(retain(url(site, "/default"), "one", topic).get(0)).startsWith("[17,");
            }
            assertThat(retain(url(site, "/limited"), "two", "c").get(0)).startsWith("[17,");
            assertThat(retain(url(site, "/limited"), "two", "d").get(0))
                    .contains("wamp.error.unavailable", "in this realm");
        }
    }

    @Test
    @Row(WAMP_RETAINED_TTL)
    void retained_ttl_expires_retained_events() throws Exception {
        String subscribe = "[32,1,{\"get_retained\":true},\"a\"]";
        String call = "[48,2,{},\"com.nosuch\"]";
        try (Site site = limited(WAMP_RETAINED_TTL.is("1 ns"))) {
            retain(url(site, "/default"), "one", "a");
            retain(url(site, "/limited"), "two", "b");

            WebSocketClient keeps = WebSocketClient.join(url(site, "/default"), "one");
            assertThat(keeps.exchange(subscribe)).startsWith("[33,");
            assertThat(keeps.receive()).startsWith("[36,");
            WebSocketClient expires = WebSocketClient.join(url(site, "/limited"), "two");
            assertThat(expires.exchange(subscribe.replace("\"a\"", "\"b\""))).startsWith("[33,");
            assertThat(expires.exchange(call)).startsWith("[8,48,2,");
        }
    }

    @Test
    @Row(WAMP_MAX_PATTERNS_PER_TOPIC)
    void max_patterns_per_topic_rejects_further_subscriptions() throws Exception {
        try (Site site = limited(WAMP_MAX_PATTERNS_PER_TOPIC.is("2"))) {
            WebSocketClient client = WebSocketClient.join(url(site, "/limited"), "two");
            WebSocketClient other = WebSocketClient.join(url(site, "/default"), "one");
            for (int i = 1; i <= 17; i++) {
                String subscribe = "[32," + i + ",{\"match\":\"prefix\"},\"" + "a".repeat(i) + "\"]";
                assertThat(client.exchange(subscribe)).startsWith(i <= 2 ? "[33," : "[8,32,");
                assertThat(other.exchange(subscribe)).startsWith(i <= 16 ? "[33," : "[8,32,");
            }
        }
    }
}
