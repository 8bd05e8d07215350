package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.Action;
import dev.sprocket.wamp.internal.broker.RetainOption;
import dev.sprocket.wamp.internal.broker.RetainedEvents;
import dev.sprocket.wamp.internal.broker.V2Event;
import dev.sprocket.wamp.internal.broker.V2Recipients;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class V2PubSubTest {
    private final Topics topics = new Topics();
    private final WampServer server = new WampServer(new OpenApp(), topics);
    private final V2Peer ann = V2Peer.joined(server);
    private final V2Peer bob = V2Peer.joined(server);

    @org.junit.jupiter.api.AfterEach
    void close() {
        ann.close();
        bob.close();
    }

    @Test
    void subscribers_share_topic_id_until_unsubscribe() {
        ann.send("[32,1,{},\"com.topic\"]");
        bob.send("[32,1,{},\"com.other\"]").send("[32,2,{},\"com.topic\"]").send("[32,3,{},\"com.topic\"]");

        assertThat(ann.received()).containsExactly("[33,1,1]");
        assertThat(bob.received()).containsExactly("[33,1,2]", "[33,2,1]", "[33,3,1]");

        topics.topic("com.topic").broadcast(Event.json("{\"a\":1}"));
        assertThat(ann.received()).containsExactly("[36,1,P,{},[{\"a\":1}]]");
        assertThat(bob.received()).containsExactly("[36,1,P,{},[{\"a\":1}]]");

        ann.send("[34,2,1]").send("[34,3,1]").send("[34,4,77]");
        topics.topic("com.topic").broadcast(Event.of(2));
        assertThat(ann.received())
                .containsExactly(
                        "[35,2]",
                        "[8,34,3,{},\"wamp.error.no_such_subscription\",[\"no subscription 1\"]]",
                        "[8,34,4,{},\"wamp.error.no_such_subscription\",[\"no subscription 77\"]]");
        assertThat(bob.received()).containsExactly("[36,1,P,{},[2]]");
    }

    @Test
    void arguments_are_delivered_with_unchanged_text() {
        bob.send("[32,1,{},\"com.topic\"]").received();

        ann.send("[16,1,{},\"com.topic\"]")
                .send("[16,2,{},\"com.topic\",[ 1.50, \"\\u00e4\" ]]")
                .send("[16,3,{},\"com.topic\",[],{\"k\" : null}]");

        assertThat(bob.received())
                .containsExactly("[36,1,P,{}]", "[36,1,P,{},[ 1.50, \"\\u00e4\" ]]", "[36,1,P,{},[],{\"k\" : null}]");
        assertThat(ann.received()).isEmpty();
    }

    @Test
    void publish_is_acknowledged_on_request() {
        bob.send("[32,1,{},\"com.topic\"]").received();
        ann.send("[16,1,{\"acknowledge\":true},\"com.topic\"]");

        String published = ann.peer.received().get(0);
        String event = bob.peer.received().get(0);

        assertThat(published).startsWith("[17,1,");
        String id = published.substring(6, published.length() - 1);
        assertThat(Long.parseLong(id)).isBetween(1L, 1L << 53);
        assertThat(event).isEqualTo("[36,1," + id + ",{}]");
    }

    @Test
    void publisher_is_excluded_by_default() {
        ann.send("[32,1,{},\"com.topic\"]").received();

        ann.send("[16,2,{},\"com.topic\",[1]]").send("[16,3,{\"exclude_me\":false},\"com.topic\",[2]]");

        assertThat(ann.received()).containsExactly("[36,1,P,{},[2]]");
    }

    @Test
    void publisher_can_be_disclosed() {
        bob.send("[32,1,{},\"com.topic\"]").received();

        ann.send("[16,1,{\"disclose_me\":true},\"com.topic\",[1]]");

        assertThat(bob.received().get(0))
                .contains("\"publisher\":" + ann.session)
                .contains("\"publisher_authrole\":\"anonymous\"")
                .contains("\"publisher_authid\":\"")
                .endsWith("},[1]]");
    }

    @Test
    void publish_filters_by_session_and_role() {
        try (V2Peer cid = V2Peer.joined(server)) {
            bob.send("[32,1,{},\"com.topic\"]").received();
            cid.send("[32,1,{},\"com.topic\"]").received();

            ann.send("[16,1,{\"exclude\":[" + bob.session + "]},\"com.topic\",[1]]")
                    .send("[16,2,{\"eligible\":[" + bob.session + ".0]},\"com.topic\",[2]]")
                    .send("[16,3,{\"eligible\":[]},\"com.topic\",[3]]")
                    .send("[16,4,{\"exclude_authrole\":[\"anonymous\"]},\"com.topic\",[4]]")
                    .send("[16,5,{\"eligible_authrole\":[\"anonymous\"]},\"com.topic\",[5]]")
                    .send("[16,6,{\"eligible_authid\":[\"nobody\"]},\"com.topic\",[6]]");

            assertThat(bob.received()).containsExactly("[36,1,P,{},[2]]", "[36,1,P,{},[5]]");
            assertThat(cid.received()).containsExactly("[36,1,P,{},[1]]", "[36,1,P,{},[5]]");
        }
    }

    @Test
    void pattern_subscription_events_contain_topic() {
        bob.send("[32,1,{\"match\":\"prefix\"},\"com.top\"]")
                .send("[32,2,{\"match\":\"wildcard\"},\"com..a\"]")
                .send("[32,3,{\"match\":\"exact\"},\"com.topic.a\"]")
                .send("[32,4,{\"match\":\"glob\"},\"com.*\"]")
                .send("[32,5,{\"match\":null},\"com.topic.a\"]");
        assertThat(bob.received())
                .containsExactly(
                        "[33,1,1]",
                        "[33,2,2]",
                        "[33,3,3]",
                        "[8,32,4,{},\"wamp.error.option_not_allowed\",[\"match: \\\"glob\\\" (expected:"
                                + " exact, prefix, wildcard)\"]]",
                        "[33,5,3]");

        ann.send("[16,1,{},\"com.topic.a\",[1]]");

        assertThat(bob.received())
                .containsExactly(
                        "[36,3,P,{},[1]]",
                        "[36,1,P,{\"topic\":\"com.topic.a\"},[1]]",
                        "[36,2,P,{\"topic\":\"com.topic.a\"},[1]]");

        bob.send("[34,6,1]").received();
        topics.topic("com.topic.b").broadcast(Event.of(1));
        assertThat(bob.received()).isEmpty();
    }

    @Test
    void uris_are_loose_and_reserved_ones_rejected() {
        ann.send("[32,1,{},\"com..topic\"]")
                .send("[32,2,{},\"com.to pic\"]")
                .send("[32,3,{},\"com.topic#1\"]")
                .send("[32,4,{},\"\"]")
                .send("[16,5,{\"acknowledge\":true},\"wamp.topic\"]")
                .send("[16,6,{},\"com..topic\"]")
                .send("[32,7,{},\"http://example.com/T\u00f6pic\"]");

        assertThat(ann.received())
                .containsExactly(
                        "[8,32,1,{},\"wamp.error.invalid_uri\",[\"SUBSCRIBE of com..topic\"]]",
                        "[8,32,2,{},\"wamp.error.invalid_uri\",[\"SUBSCRIBE of com.to pic\"]]",
                        "[8,32,3,{},\"wamp.error.invalid_uri\",[\"SUBSCRIBE of com.topic#1\"]]",
                        "[8,32,4,{},\"wamp.error.invalid_uri\",[\"SUBSCRIBE of \"]]",
                        "[8,16,5,{},\"wamp.error.invalid_uri\",[\"PUBLISH of wamp.topic\"]]",
                        "[33,7,1]");
    }

    @Test
    void uris_can_be_strict() {
        WampServer strict = new WampServer(new Realm("realm1", new OpenApp()).strictUris());
        try (V2Peer peer = V2Peer.joined(strict)) {
            peer.send("[32,1,{},\"com.Topic\"]").send("[32,2,{},\"com.topic_1\"]");

            assertThat(peer.received())
                    .containsExactly("[8,32,1,{},\"wamp.error.invalid_uri\",[\"SUBSCRIBE of com.Topic\"]]", "[33,2,1]");
        }
    }

    @Test
    void v1_and_v2_clients_share_topics() {
        try (WampPeer v1 = new V2Peer(server, "wamp").peer) {
            v1.send("[5,\"com.topic\"]").received();
            ann.send("[32,1,{},\"com.topic\"]").received();

            v1.send("[7,\"com.topic\",{\"from\":\"v1\"},true]");
            assertThat(ann.received()).containsExactly("[36,1,P,{},[{\"from\":\"v1\"}]]");
            assertThat(v1.received()).isEmpty();

            ann.send("[16,2,{},\"com.topic\"]")
                    .send("[16,3,{},\"com.topic\",[ {\"from\":\"v2\"} ]]")
                    .send("[16,4,{},\"com.topic\",[1,2]]")
                    .send("[16,5,{},\"com.topic\",[],{\"a\":1}]")
                    .send("[16,6,{},\"com.topic\",[1],{\"a\":1}]");
            assertThat(v1.received())
                    .containsExactly(
                            "[8,\"com.topic\",null]",
                            "[8,\"com.topic\",{\"from\":\"v2\"}]",
                            "[8,\"com.topic\",[1,2]]",
                            "[8,\"com.topic\",{\"a\":1}]",
                            "[8,\"com.topic\",{\"args\":[1],\"kwargs\":{\"a\":1}}]");
        }
    }

    @Test
    void denied_requests_return_error_or_abort() {
        AccessControl.of(topics)
                .authorizer(request -> request.name().equals("com.public.x") && request.action() != Action.CALL
                        ? AccessDecision.ALLOW
                        : AccessDecision.deny("no rule allows it"));
        WampServer guarded = new WampServer(new OpenApp(), topics);
        try (V2Peer peer = V2Peer.joined(guarded)) {
            peer.send("[32,1,{},\"com.secret\"]")
                    .send("[32,2,{},\"com.public.x\"]")
                    .send("[32,3,{\"match\":\"prefix\"},\"com.public.\"]")
                    .send("[32,4,{\"match\":\"prefix\"},\"com.public.news\"]")
                    .send("[32,5,{\"match\":\"wildcard\"},\"com..x\"]")
                    .send("[32,6,{\"match\":\"wildcard\"},\"com.public.news..x\"]")
                    .send("[16,7,{},\"com.secret\"]")
                    .send("[16,8,{\"acknowledge\":true},\"com.secret\"]")
                    .send("[64,9,{},\"com.proc\"]");

            assertThat(peer.received())
                    .containsExactly(
                            "[8,32,1,{},\"wamp.error.not_authorized\",[\"no rule allows it\"]]",
                            "[33,2,1]",
                            "[8,32,3,{},\"wamp.error.not_authorized\",[\"no patterns\"]]",
                            "[8,32,4,{},\"wamp.error.not_authorized\",[\"no patterns\"]]",
                            "[8,32,5,{},\"wamp.error.not_authorized\",[\"no patterns\"]]",
                            "[8,32,6,{},\"wamp.error.not_authorized\",[\"no patterns\"]]",
                            "[8,16,8,{},\"wamp.error.not_authorized\",[\"no rule allows it\"]]",
                            "[8,64,9,{},\"wamp.error.not_authorized\",[\"no rule allows it\"]]");
            assertThat(AccessControl.of(topics).denied()).isEqualTo(8);
        }
        AccessControl.of(topics).authorizer(request -> AccessDecision.close("go away"));
        WampServer closing = new WampServer(new OpenApp(), topics);
        try (V2Peer peer = V2Peer.joined(closing)) {
            peer.send("[32,1,{},\"com.secret\"]").send("[32,2,{\"match\":\"prefix\"},\"com\"]");

            assertThat(peer.received())
                    .containsExactly(
                            "[8,32,1,{},\"wamp.error.not_authorized\",[\"go away\"]]",
                            "[6,{\"message\":\"go away\"},\"wamp.close.killed\"]");
            assertThat(peer.send("[6,{},\"wamp.close.goodbye_and_out\"]").received())
                    .containsExactly("close 1008 go away");
        }
    }

    @Test
    void too_many_subscriptions_abort_session() {
        WampServer two = new WampServer(
                new OpenApp(), topics, WampOptions.DEFAULT.maxSubscriptions(2).maxPrefixes(1));
        try (V2Peer peer = V2Peer.joined(two)) {
            peer.send("[32,1,{},\"com.a\"]").send("[32,2,{},\"com.b\"]").send("[32,3,{},\"com.c\"]");

            assertThat(peer.received())
                    .containsExactly(
                            "[33,1,1]",
                            "[33,2,2]",
                            "[3,{\"message\":\"limit of 2 subscriptions per connection"
                                    + " reached\"},\"wamp.close.killed\"]",
                            "close 1008 limit of 2 subscriptions per connection reached");
        }
    }

    @Test
    void v2_callbacks_match_v1_and_can_send_events() {
        RecordingApp app = new RecordingApp() {
            @Override
            public void onSubscribe(WampConnection conn, Topic topic) throws Exception {
                super.onSubscribe(conn, topic);
                assertThat(conn.event(topic, Event.of("welcome"))).isTrue();
                assertThat(conn.event("com.other", Event.of("what?"))).isFalse();
                assertThat(conn.subscriptions()).containsExactly(topic);
            }
        };
        try (V2Peer peer = V2Peer.joined(new WampServer(app))) {
            peer.send("[32,1,{},\"com.topic\"]").send("[32,2,{},\"com.topic\"]");
            assertThat(peer.received()).containsExactly("[33,1,1]", "[36,1,P,{},[\"welcome\"]]", "[33,2,1]");

            peer.send("[16,3,{\"exclude\":[5],\"eligible\":[6]},\"com.topic\",[1]]")
                    .send("[34,4,1]");
            peer.send("[32,5,{},\"com.topic\"]").send("[6,{},\"wamp.close.normal\"]");

            assertThat(app.calls())
                    .containsExactly(
                            "open",
                            "subscribe com.topic",
                            "publish com.topic 1 not " + new TreeSet<>(Set.of("" + peer.session, "5")) + " only [6]",
                            "unsubscribe com.topic",
                            "subscribe com.topic",
                            "unsubscribe com.topic",
                            "close");
        }
    }

    @Test
    void application_can_reject_publish() {
        WampServer refusing = new WampServer(new WampComponent() {
            @Override
            public void onPublish(
                    WampConnection conn, Topic topic, Event event, dev.sprocket.pubsub.Audience audience) {
                throw new CallException("com.error.no", "not today");
            }
        });
        try (V2Peer peer = V2Peer.joined(refusing)) {
            peer.send("[16,1,{\"acknowledge\":true},\"com.topic\"]").send("[16,2,{},\"com.topic\"]");

            assertThat(peer.received()).containsExactly("[8,16,1,{},\"com.error.no\",[\"not today\"]]");
        }
    }

    @Test
    void late_subscriber_receives_last_retained_event() {
        RetainedEvents retained = new RetainedEvents();
        Topics all = new Topics();
        V2Recipients terms = V2Recipients.of(new OptionReader(Map.of("retain", true)));
        for (long number : new long[] {2, 1}) {
            V2Event event = new V2Event(
                    number,
                    Map.of(),
                    terms,
                    CallArguments.of(number),
                    RetainOption.of(MemoryUsage.forRealm().forClient(), RealmLimits.DEFAULT, 0));
            retained.onPublished(new PublishedEvent("t", Event.ofPayload(event), number), Audience.ALL);
        }

        assertThat(retained.find(all.topic("t"), Subscriber.of("s", Runnable::run, (topic, event) -> {})))
                .extracting(PublishedEvent::number)
                .containsExactly(2L);
    }
}
