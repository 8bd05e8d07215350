package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names below {@code wamp.} belong to the router, whatever clients register, subscribe to or publish. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ReservedNamesTest {
    private final Topics topics = new Topics();
    private final WampServer server =
            new WampServer(new Realm("realm1", new OpenApp(), topics).meta(MetaAccess.ANYONE));
    private final V2Peer ann = V2Peer.joined(server);
    private final V2Peer bob = V2Peer.joined(server);
    private final WampPeer old = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER);

    @AfterEach
    void close() {
        ann.close();
        bob.close();
        old.close();
    }

    @ParameterizedTest
    @CsvSource({"prefix,w", "prefix,wa", "prefix,wam", "wildcard,.nosuch", "wildcard,."})
    void pattern_registration_gets_no_reserved_calls(String match, String pattern) {
        ann.says("[64,1,{\"match\":\"" + match + "\"},\"" + pattern + "\"]");
        assertThat(ann.hears()).containsExactly("[65,1,1]");

        bob.says("[48,1,{},\"wamp.nosuch\"]").says("[48,2,{},\"wamp.registration.match\",[\"wamp.nosuch\"]]");
        old.hears();
        old.says("[2,\"c\",\"wamp.nosuch\"]");

        assertThat(ann.hears()).isEmpty();
        assertThat(bob.hears())
                .satisfiesExactly(
                        one -> assertThat(one).contains("wamp.error.no_such_procedure"),
                        two -> assertThat(two).isEqualTo("[50,2,{},[null]]"));
        assertThat(old.hears()).singleElement().asString().contains("wamp.error.no_such_procedure");
    }

    @ParameterizedTest
    @CsvSource({"exact,wamp.x", "prefix,wamp", "prefix,wamp.", "prefix,wamp.se", "wildcard,wamp..", "wildcard,wamp."})
    void reserved_registration_is_refused(String match, String pattern) {
        ann.says("[64,1,{\"match\":\"" + match + "\"},\"" + pattern + "\"]");

        assertThat(ann.hears()).singleElement().asString().contains("wamp.error.invalid_uri");
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
    void pattern_hears_meta_events_only_if_reserved_itself(String match, String pattern, int events) {
        ann.says("[32,1,{\"match\":\"" + match + "\"},\"" + pattern + "\"]");
        ann.hears();

        try (V2Peer joining = V2Peer.joined(server)) {
            assertThat(joining.session).isPositive();
            assertThat(ann.hears().stream().filter(text -> text.startsWith("[36,")))
                    .hasSize(events);
        }
    }

    @Test
    void v1_and_v2_clients_publish_no_meta_event() {
        ann.says("[32,1,{},\"wamp.session.on_join\"]");
        ann.hears();

        old.says("[7,\"wamp.session.on_join\",{\"session\":1}]");
        bob.says("[16,1,{\"acknowledge\":true},\"wamp.session.on_join\",[1]]");

        assertThat(ann.hears()).isEmpty();
        assertThat(bob.hears()).singleElement().asString().contains("wamp.error.invalid_uri");
    }

    @Test
    void prefix_still_hears_other_names() {
        ann.says("[32,1,{\"match\":\"prefix\"},\"wam\"]");
        ann.hears();

        topics.topic("wampum").broadcast(Event.of(1));

        assertThat(ann.hears()).hasSize(1);
    }
}
