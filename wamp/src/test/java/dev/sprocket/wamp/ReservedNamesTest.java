package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names below {@code wamp.} are reserved for the router. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ReservedNamesTest {
    private final Topics topics = new Topics();
    private final WampServer server =
            new WampServer(new Realm("realm1", new OpenApp(), topics).meta(MetaAccess.ANYONE));
    private final V2Peer ann = V2Peer.joined(server);
    private final V2Peer bob = V2Peer.joined(server);
    private final WampPeer v1 = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER);

    @AfterEach
    void close() {
        ann.close();
        bob.close();
        v1.close();
    }

    @ParameterizedTest
    @CsvSource({"prefix,w", "prefix,wa", "prefix,wam", "wildcard,.nosuch", "wildcard,."})
    void pattern_registration_receives_no_reserved_calls(String match, String pattern) {
        ann.send("[64,1,{\"match\":\"" + match + "\"},\"" + pattern + "\"]");
        assertThat(ann.received()).containsExactly("[65,1,1]");

        bob.send("[48,1,{},\"wamp.nosuch\"]").send("[48,2,{},\"wamp.registration.match\",[\"wamp.nosuch\"]]");
        v1.received();
        v1.send("[2,\"c\",\"wamp.nosuch\"]");

        assertThat(ann.received()).isEmpty();
        assertThat(bob.received())
                .satisfiesExactly(
                        one -> assertThat(one).contains("wamp.error.no_such_procedure"),
                        two -> assertThat(two).isEqualTo("[50,2,{},[null]]"));
        assertThat(v1.received()).singleElement().asString().contains("wamp.error.no_such_procedure");
    }

    @ParameterizedTest
    @CsvSource({"exact,wamp.x", "prefix,wamp", "prefix,wamp.", "prefix,wamp.se", "wildcard,wamp..", "wildcard,wamp."})
    void reserved_registration_is_rejected(String match, String pattern) {
        ann.send("[64,1,{\"match\":\"" + match + "\"},\"" + pattern + "\"]");

        assertThat(ann.received()).singleElement().asString().contains("wamp.error.invalid_uri");
    }

    @ParameterizedTest
    @CsvSource({
        "prefix,w,0",
        "wildcard,.session.on_join,0",
        "wildcard,..,0",
        "prefix,wamp,1",
        "prefix,wamp.s,1",
        "wildcard,wamp..on_join,1"
    })
    void only_reserved_patterns_receive_meta_events(String match, String pattern, int events) {
        ann.send("[32,1,{\"match\":\"" + match + "\"},\"" + pattern + "\"]");
        ann.received();

        try (V2Peer joining = V2Peer.joined(server)) {
            assertThat(joining.session).isPositive();
            assertThat(ann.received().stream().filter(text -> text.startsWith("[36,")))
                    .hasSize(events);
        }
    }

    @Test
    void v1_and_v2_clients_cannot_publish_meta_events() {
        ann.send("[32,1,{},\"wamp.session.on_join\"]");
        ann.received();

        v1.send("[7,\"wamp.session.on_join\",{\"session\":1}]");
        bob.send("[16,1,{\"acknowledge\":true},\"wamp.session.on_join\",[1]]");

        assertThat(ann.received()).isEmpty();
        assertThat(bob.received()).singleElement().asString().contains("wamp.error.invalid_uri");
    }

    @Test
    void prefix_subscription_receives_unreserved_events() {
        ann.send("[32,1,{\"match\":\"prefix\"},\"wam\"]");
        ann.received();

        topics.topic("wampum").broadcast(Event.of(1));

        assertThat(ann.received()).hasSize(1);
    }
}
