package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Meta API, testaments, retained events and event history. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class MetaTest {
    private static final Pattern PUBLICATION = Pattern.compile("\"publication\":(\\d+)");

    private final Topics topics = new Topics(id ->
            id.startsWith("com.kept") ? TopicSettings.DEFAULT.history(2, Duration.ofHours(1)) : TopicSettings.DEFAULT);
    private final WampServer server = new WampServer(
            new Realm("realm1", new OpenApp(), topics).allowSessionKill().meta(MetaAccess.ANYONE));
    private final V2Peer ann = V2Peer.joined(server);
    private final V2Peer bob = V2Peer.joined(server);
    private int request;

    @AfterEach
    void close() {
        ann.close();
        bob.close();
    }

    /** Calls a meta procedure as ann and returns the result without variable parts. */
    private String call(String procedure, String arguments) {
        ann.send("[48," + ++request + ",{},\"wamp." + procedure + "\"" + arguments + "]");
        List<String> received = ann.received();
        assertThat(received).hasSize(1);
        return received.get(0)
                .replace("[50," + request + ",{}", "[")
                .replace("[8,48," + request + ",{},", "[error ")
                .replaceAll("\"created\":\"[^\"]+\"", "\"created\":T");
    }

    private void subscribe(String topic) {
        ann.send("[32," + ++request + ",{},\"" + topic + "\"]");
        assertThat(ann.received()).isNotEmpty();
    }

    @Test
    void meta_api_counts_lists_and_describes_sessions() {
        assertThat(call("session.count", "")).isEqualTo("[,[2]]");
        assertThat(call("session.count", ",[[\"anonymous\"]]")).isEqualTo("[,[2]]");
        assertThat(call("session.count", ",[[\"admin\"]]")).isEqualTo("[,[0]]");
        assertThat(call("session.list", "")).contains("" + ann.session, "" + bob.session);
        assertThat(call("session.get", ",[" + bob.session + "]"))
                .contains("\"session\":" + bob.session, "\"authrole\":\"anonymous\"", "\"authmethod\":\"anonymous\"");
        assertThat(call("session.get", ",[1]"))
                .isEqualTo("[error \"wamp.error.no_such_session\",[\"no such session\"]]");
        assertThat(call("session.get", "")).startsWith("[error \"wamp.error.invalid_argument\"");
        assertThat(call("session.what", "")).startsWith("[error \"wamp.error.no_such_procedure\"");
    }

    @Test
    void join_and_leave_events_are_published() {
        subscribe("wamp.session.on_join");
        subscribe("wamp.session.on_leave");
        try (V2Peer cid = V2Peer.joined(server)) {
            List<String> received = ann.received();
            assertThat(received).hasSize(1).first().asString().contains("\"session\":" + cid.session);
            cid.send("[6,{},\"wamp.close.normal\"]");
            assertThat(ann.received()).hasSize(1).first().asString().contains("[" + cid.session + ",");
        }
        assertThat(ann.received()).isEmpty();
    }

    @Test
    void session_kill_excludes_own_session() {
        assertThat(call("session.kill", ",[" + ann.session + "]")).contains("no_such_session");
        assertThat(call("session.kill", ",[" + bob.session + "],{\"reason\":\"not a uri\"}"))
                .contains("invalid_uri");
        assertThat(call("session.kill", ",[" + bob.session + "],{\"reason\":\"com.bye\",\"message\":\"go\"}"))
                .isEqualTo("[]");
        assertThat(bob.received()).containsExactly("[6,{\"message\":\"go\"},\"com.bye\"]");
        assertThat(bob.send("[6,{},\"wamp.close.goodbye_and_out\"]").received()).containsExactly("close 1000 go");
        try (V2Peer cid = V2Peer.joined(server)) {
            assertThat(call("session.kill_by_authrole", ",[\"anonymous\"]")).startsWith("[,[");
            assertThat(cid.received()).containsExactly("[6,{},\"wamp.close.killed\"]");
            assertThat(cid.send("[6,{},\"wamp.close.goodbye_and_out\"]").received())
                    .containsExactly("close 1000");
        }
        assertThat(call("session.kill_by_authid", ",[\"nobody\"]")).isEqualTo("[,[[]]]");
    }

    @Test
    void session_kill_is_disabled_by_default() {
        try (V2Peer peer = V2Peer.joined(new WampServer(new Realm("realm1", new OpenApp()).meta(MetaAccess.ANYONE)))) {
            peer.send("[48,1,{},\"wamp.session.kill_all\"]");

            assertThat(peer.received()).first().asString().contains("wamp.error.no_such_procedure");
        }
        assertThat(ann.welcome).contains("\"event_history\":true", "\"session_meta_api\":true");
    }

    @Test
    void meta_api_publishes_and_finds_registrations() {
        subscribe("wamp.registration.on_create");
        subscribe("wamp.registration.on_register");
        subscribe("wamp.registration.on_unregister");
        subscribe("wamp.registration.on_delete");
        bob.send("[64,1,{\"match\":\"prefix\",\"invoke\":\"last\"},\"com.a\"]").send("[64,2,{},\"com.a.b\"]");
        bob.send("[66,3,2]");

        assertThat(ann.received())
                .hasSize(6)
                .satisfiesExactly(
                        one -> assertThat(one)
                                .startsWith("[36,1,P,{},[" + bob.session + ",{")
                                .contains(
                                        "\"uri\":\"com.a\"", "\"match\":\"prefix\"", "\"invoke\":\"last\"", "\"id\":1"),
                        two -> assertThat(two).isEqualTo("[36,2,P,{},[" + bob.session + ",1]]"),
                        three -> assertThat(three).startsWith("[36,1,P,{},[" + bob.session + ",{"),
                        four -> assertThat(four).isEqualTo("[36,2,P,{},[" + bob.session + ",2]]"),
                        five -> assertThat(five).isEqualTo("[36,3,P,{},[" + bob.session + ",2]]"),
                        six -> assertThat(six).isEqualTo("[36,4,P,{},[" + bob.session + ",2]]"));

        assertThat(call("registration.list", "")).contains("\"prefix\":[1]", "\"exact\":[]", "\"wildcard\":[]");
        assertThat(call("registration.lookup", ",[\"com.a\"]")).isEqualTo("[,[null]]");
        assertThat(call("registration.lookup", ",[\"com.a\",{\"match\":\"prefix\"}]"))
                .isEqualTo("[,[1]]");
        assertThat(call("registration.match", ",[\"com.a.x\"]")).isEqualTo("[,[1]]");
        assertThat(call("registration.match", ",[\"org.x\"]")).isEqualTo("[,[null]]");
        assertThat(call("registration.get", ",[1]")).contains("\"created\":T", "\"uri\":\"com.a\"");
        assertThat(call("registration.get", ",[2]")).contains("wamp.error.no_such_registration");
        assertThat(call("registration.list_callees", ",[1]")).isEqualTo("[,[[" + bob.session + "]]]");
        assertThat(call("registration.count_callees", ",[1]")).isEqualTo("[,[1]]");
    }

    @Test
    void meta_api_publishes_and_finds_subscriptions() {
        subscribe("wamp.subscription.on_create");
        subscribe("wamp.subscription.on_subscribe");
        subscribe("wamp.subscription.on_unsubscribe");
        subscribe("wamp.subscription.on_delete");
        ann.received();
        bob.send("[32,1,{},\"com.t\"]")
                .send("[32,2,{\"match\":\"prefix\"},\"com\"]")
                .send("[34,3,5]");

        assertThat(ann.received().stream().map(text -> text.substring(0, 6)).toList())
                .containsExactly("[36,1,", "[36,2,", "[36,1,", "[36,2,", "[36,3,", "[36,4,");
        assertThat(call("subscription.list", "")).contains("\"prefix\":[6]");
        assertThat(call("subscription.lookup", ",[\"com\",{\"match\":\"prefix\"}]"))
                .isEqualTo("[,[6]]");
        assertThat(call("subscription.lookup", ",[\"com\"]")).isEqualTo("[,[null]]");
        assertThat(call("subscription.match", ",[\"com.x\"]")).isEqualTo("[,[[6]]]");
        assertThat(call("subscription.match", ",[\"org.x\"]")).isEqualTo("[,[null]]");
        assertThat(call("subscription.get", ",[6]")).contains("\"uri\":\"com\"", "\"match\":\"prefix\"", "\"id\":6");
        assertThat(call("subscription.list_subscribers", ",[6]")).isEqualTo("[,[[" + bob.session + "]]]");
        assertThat(call("subscription.count_subscribers", ",[6]")).isEqualTo("[,[1]]");
        assertThat(call("subscription.count_subscribers", ",[5]")).contains("wamp.error.no_such_subscription");
    }

    @Test
    void testaments_are_published_at_session_end_unless_flushed() {
        subscribe("com.gone");
        bob.send("[48,1,{},\"wamp.session.add_testament\",[\"com.gone\",[\"bob\"],{\"k\":1}],{\"publish_options\":{}}]")
                .send("[48,2,{},\"wamp.session.add_testament\",[\"com.gone\",[\"detached\"]],{\"scope\":\"detached\"}]")
                .send("[48,3,{},\"wamp.session.flush_testaments\",[],{\"scope\":\"detached\"}]")
                .send("[48,4,{},\"wamp.session.add_testament\",[\"com.gone\",[]],{\"scope\":\"when\"}]")
                .send("[48,5,{},\"wamp.session.add_testament\",[\"wamp.gone\",[]]]");
        assertThat(bob.received())
                .satisfiesExactly(
                        one -> assertThat(one).isEqualTo("[50,1,{}]"),
                        two -> assertThat(two).isEqualTo("[50,2,{}]"),
                        three -> assertThat(three).isEqualTo("[50,3,{}]"),
                        four -> assertThat(four).contains("wamp.error.invalid_argument"),
                        five -> assertThat(five).contains("wamp.error.invalid_uri"));

        bob.peer.disconnect();

        assertThat(ann.received()).containsExactly("[36,1,P,{},[\"bob\"],{\"k\":1}]");
    }

    @Test
    void retained_event_is_sent_on_request_if_authorized() {
        bob.send("[16,1,{\"retain\":true},\"com.state\",[1]]")
                .send("[16,2,{\"retain\":true},\"com.state\",[2]]")
                .send("[16,3,{},\"com.state\",[3]]")
                .send("[16,4,{\"retain\":true,\"eligible_authrole\":[\"admin\"]},\"com.state\",[4]]");

        ann.send("[32,1,{},\"com.state\"]")
                .send("[32,2,{\"get_retained\":true},\"com.state\"]")
                .send("[32,3,{\"get_retained\":true,\"match\":\"prefix\"},\"com.st\"]")
                .send("[32,4,{\"get_retained\":true},\"com.none\"]");

        assertThat(ann.received())
                .satisfiesExactly(
                        one -> assertThat(one).isEqualTo("[33,1,1]"),
                        two -> assertThat(two).isEqualTo("[33,2,1]"),
                        three -> assertThat(three).isEqualTo("[36,1,P,{\"retained\":true},[2]]"),
                        four -> assertThat(four).isEqualTo("[33,3,2]"),
                        five -> assertThat(five)
                                .startsWith("[36,2,P,{")
                                .contains("\"retained\":true", "\"topic\":\"com.state\"")
                                .endsWith("},[2]]"),
                        six -> assertThat(six).isEqualTo("[33,4,3]"));
    }

    @Test
    void history_returns_missed_events() {
        for (int i = 1; i <= 4; i++) {
            topics.topic("com.kept.a").broadcast(Event.of(i));
        }
        bob.send("[16,1,{\"exclude\":[5]},\"com.kept.b\",[\"personal\"]]")
                .send("[16,2,{\"eligible_authrole\":[\"admin\"]},\"com.kept.b\",[\"secret\"]]");
        subscribe("com.kept.a");
        String all = call("subscription.get_events", ",[1]");

        assertThat(all)
                .contains("\"args\":[3]", "\"args\":[4]", "\"subscription\":1", "\"timestamp\":\"")
                .doesNotContain("\"args\":[1]", "secret", "personal");
        Matcher ids = PUBLICATION.matcher(all);
        assertThat(ids.find()).isTrue();
        String first = ids.group(1);
        assertThat(call("subscription.get_events", ",[1],{\"reverse\":true,\"limit\":1}"))
                .contains("\"args\":[4]")
                .doesNotContain("\"args\":[3]");
        assertThat(call("subscription.get_events", ",[1],{\"after_publication\":" + first + "}"))
                .doesNotContain("\"args\":[3]")
                .contains("\"args\":[4]");
        assertThat(call("subscription.get_events", ",[1],{\"until_publication\":" + first + "}"))
                .contains("\"args\":[3]")
                .doesNotContain("\"args\":[4]");
        assertThat(call("subscription.get_events", ",[1],{\"before_time\":\"2000-01-01T00:00:00Z\"}"))
                .startsWith("[,[],{\"complete\":true,");
        assertThat(call("subscription.get_events", ",[1],{\"from_time\":\"2000-01-01T00:00:00+01:00\"}"))
                .contains("\"args\":[3]");
        assertThat(call("subscription.get_events", ",[1],{\"from_time\":\"yesterday\"}"))
                .contains("wamp.error.invalid_argument");
        assertThat(call("subscription.get_events", ",[1],{\"topic\":\"com.kept.b\"}"))
                .isEqualTo("[,[],{\"complete\":true,\"position\":null,\"gap\":null}]");
        assertThat(call("subscription.get_events", ",[77]")).contains("wamp.error.no_such_subscription");
        subscribe("org.other");
        assertThat(call("subscription.get_events", ",[2]"))
                .isEqualTo("[,[],{\"complete\":true,\"position\":null,\"gap\":null}]");
    }

    @Test
    void removed_subscriber_leaves_without_meta_event() {
        Topics all = new Topics();
        WampServer own = new WampServer(new Realm("realm1", new OpenApp(), all).meta(MetaAccess.ANYONE));
        V2Peer one = V2Peer.joined(own);
        V2Peer other = V2Peer.joined(own);
        one.send("[32,1,{},\"com.topic\"]");
        all.topic("com.topic").subscribers().forEach(all.topic("com.topic")::unsubscribe);
        one.close();

        other.send("[48,1,{},\"wamp.subscription.lookup\",[\"com.topic\"]]");

        assertThat(other.received()).containsExactly("[50,1,{},[null]]");
        other.close();
    }
}
