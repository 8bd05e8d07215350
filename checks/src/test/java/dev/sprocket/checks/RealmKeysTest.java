package dev.sprocket.checks;

import static dev.sprocket.checks.Key.PUBSUB;
import static dev.sprocket.checks.Key.WAMP;
import static dev.sprocket.checks.Key.WAMP_LOGINS;
import static dev.sprocket.checks.Key.WAMP_LOGINS_TICKET;
import static dev.sprocket.checks.Key.WAMP_LOGINS_USER;
import static dev.sprocket.checks.Key.WAMP_META;
import static dev.sprocket.checks.Key.WAMP_REALM;
import static dev.sprocket.checks.Key.WAMP_V1;
import static dev.sprocket.checks.Key.WS;
import static dev.sprocket.checks.Site.route;
import static dev.sprocket.checks.Site.web;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Keys of the layer {@code wamp} for access to a realm, and for what a realm keeps. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class RealmKeysTest {
    private static URI url(Site site, String path) {
        return URI.create("ws://127.0.0.1:" + site.port() + path);
    }

    @Test
    @Row(WAMP_META)
    void meta_opens_the_meta_api() throws Exception {
        String call = "[48,1,{},\"wamp.session.count\"]";
        try (Site site = Site.start(web(
                route("/default", PUBSUB, WS, WAMP.with(WAMP_REALM.is("one"))),
                route("/open", PUBSUB, WS, WAMP.with(WAMP_REALM.is("two"), WAMP_META.is("anyone")))))) {
            assertThat(WebSocketClient.joined(url(site, "/default"), "one").ask(call))
                    .contains("wamp.error.not_authorized");
            assertThat(WebSocketClient.joined(url(site, "/open"), "two").ask(call))
                    .isEqualTo("[50,1,{},[1]]");
        }
    }

    @Test
    @Row(WAMP_V1)
    void v1_off_does_not_offer_wamp_v1() throws Exception {
        try (Site site = Site.start(
                web(route("/default", PUBSUB, WS, WAMP), route("/v2", PUBSUB, WS, WAMP.with(WAMP_V1.is("off")))))) {
            assertThat(WebSocketClient.wamp(url(site, "/default"))).isNotNull();
            assertThatThrownBy(() -> WebSocketClient.wamp(url(site, "/v2"))).hasStackTraceContaining("status code 426");
        }
        String login = "[{ " + WAMP_LOGINS_USER.is("ann") + ", " + WAMP_LOGINS_TICKET.is("t") + " }]";
        assertThat(Site.problems(web(route("/ws", PUBSUB, WS, WAMP.with(WAMP_V1.is("on"), WAMP_LOGINS.is(login))))))
                .singleElement()
                .asString()
                .contains("v1 = on with logins");
    }
}
