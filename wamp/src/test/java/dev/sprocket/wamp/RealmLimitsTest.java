package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What a realm keeps for its clients is limited in number and in bytes, for one client and for all. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class RealmLimitsTest {
    private static final String LONG = "x".repeat(1000);

    private final Topics topics = new Topics();
    private final Realm realm = new Realm("realm1", new OpenApp(), topics)
            .limits(RealmLimits.DEFAULT.clientBytes(3000).realmBytes(5000));
    private final WampServer server = new WampServer(realm);
    private final V2Peer ann = V2Peer.joined(server);
    private final V2Peer bob = V2Peer.joined(server);

    @AfterEach
    void close() {
        ann.close();
        bob.close();
    }

    private static String last(V2Peer peer) {
        List<String> heard = peer.hears();
        return heard.get(heard.size() - 1);
    }

    private static String publish(V2Peer peer, int request, String topic, String payload) {
        peer.says("[16," + request + ",{\"acknowledge\":true,\"retain\":true},\"" + topic + "\"" + payload + "]");
        return last(peer);
    }

    @Test
    void retained_events_are_limited_for_a_client_and_for_all() {
        String payload = ",[\"" + LONG + "\"]";
        assertThat(publish(ann, 1, "com.a", payload)).startsWith("[17,1,");
        assertThat(publish(ann, 2, "com.b", payload)).startsWith("[17,2,");
        assertThat(publish(ann, 3, "com.c", payload)).contains("wamp.error.unavailable", "of this client");
        assertThat(publish(ann, 4, "com.a", payload)).startsWith("[17,4,");

        assertThat(publish(bob, 1, "com.c", payload)).startsWith("[17,1,");
        assertThat(publish(bob, 2, "com.d", payload)).contains("wamp.error.unavailable", "in this realm");

        assertThat(publish(ann, 5, "com.a", "")).startsWith("[17,5,");
        assertThat(publish(bob, 3, "com.d", payload)).startsWith("[17,3,");
    }

    @Test
    void refused_retained_publish_reaches_nobody() {
        bob.says("[32,1,{\"match\":\"prefix\"},\"com.\"]").hears();

        assertThat(publish(ann, 1, "com.a", ",[\"" + LONG.repeat(4) + "\"]")).contains("wamp.error.unavailable");

        assertThat(bob.hears()).isEmpty();
    }

    @Test
    void publish_without_arguments_removes_the_retained_event() {
        publish(ann, 1, "com.a", ",[1]");
        publish(ann, 2, "com.b", ",[2]");
        publish(ann, 3, "com.c", ",[3]");
        publish(ann, 4, "com.a", "");
        publish(ann, 5, "com.b", ",[],{}");
        assertThat(realm.clearRetained("com.c")).isTrue();
        assertThat(realm.clearRetained("com.c")).isFalse();

        bob.says("[32,1,{\"match\":\"prefix\",\"get_retained\":true},\"com.\"]");

        assertThat(bob.hears()).containsExactly("[33,1,1]");
    }

    @Test
    void retained_event_expires_by_its_own_time_or_the_realms() {
        AtomicLong now = new AtomicLong();
        RetainedEvents retained = new RetainedEvents(now::get);
        MemoryUsage owner = MemoryUsage.forRealm().forClient();
        RealmLimits limits = RealmLimits.DEFAULT.retainedTtl(Duration.ofSeconds(100));
        retain(retained, "com.own", RetainOption.of(owner, limits, 5000), 1);
        retain(retained, "com.realm", RetainOption.of(owner, limits, 500_000), 2);
        retain(retained, "com.ever", RetainOption.of(owner, RealmLimits.DEFAULT, 0), 3);
        Topic all = topics.pattern(MatchPolicy.PREFIX, "com.");
        Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> {});

        assertThat(retained.find(all, subscriber)).hasSize(3);
        now.set(TimeUnit.SECONDS.toNanos(5));
        assertThat(retained.find(all, subscriber)).hasSize(2);
        now.set(TimeUnit.SECONDS.toNanos(100));
        assertThat(retained.find(all, subscriber)).hasSize(1);
        assertThat(owner.count(MemoryUsage.Kind.RETAINED)).isEqualTo(1);
    }

    private void retain(RetainedEvents retained, String topic, RetainOption retention, int number) {
        V2Recipients terms = V2Recipients.of(new OptionReader(Map.of("retain", true)));
        V2Event event = new V2Event(number, Map.of(), terms, CallArguments.of(number), retention);
        Topic handle = topics.topic(topic);
        retained.onPublished(new PublishedEvent(handle, Event.ofPayload(event), number, handle), Audience.ALL);
    }

    @Test
    void ttl_of_the_wrong_type_is_an_error() {
        ann.says("[16,1,{\"acknowledge\":true,\"retain\":true,\"_ttl\":\"5\"},\"com.a\",[1]]");

        assertThat(last(ann)).contains("wamp.error.invalid_argument", "_ttl");
    }

    @Test
    void retained_event_does_not_keep_its_message() {
        byte[] message = ("[[1]" + " ".repeat(100_000)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        CallArguments small =
                new CallArguments(JsonSerializer.JSON, new dev.sprocket.wamp.spi.ByteSlice(message, 1, 4), null);

        assertThat(small.compact()).isNotSameAs(small);
        assertThat(small.compact().list()).isEqualTo(List.of(1L));
    }

    @Test
    void pattern_that_matches_too_many_retained_events_is_refused() {
        RetainedEvents retained = new RetainedEvents();
        RetainOption retention = RetainOption.of(MemoryUsage.forRealm().forClient(), RealmLimits.DEFAULT, 0);
        for (int i = 0; i <= RetainedEvents.MAX_PER_SUBSCRIPTION; i++) {
            retain(retained, "com.t" + i, retention, i + 1);
        }
        Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> {});

        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(
                        CallException.class,
                        () -> retained.find(topics.pattern(MatchPolicy.PREFIX, "com."), subscriber)))
                .hasMessageContaining("narrower pattern");
        assertThat(retained.find(topics.pattern(MatchPolicy.PREFIX, "com.t99"), subscriber))
                .hasSize(11);
    }

    @Test
    void unanswered_calls_are_limited_for_a_client_and_for_all() {
        for (int i = 1; i <= 3; i++) {
            ann.says("[48," + i + ",{},\"app.never\",[\"" + LONG + "\"]]");
            bob.says("[48," + i + ",{},\"app.never\",[\"" + LONG + "\"]]");
        }
        assertThat(ann.hears()).singleElement().asString().contains("[8,48,3,", "wamp.error.unavailable");
        assertThat(bob.hears()).hasSize(2).allSatisfy(text -> assertThat(text).contains("wamp.error.unavailable"));

        ann.says("[49,1,{}]").says("[48,4,{},\"app.never\",[\"" + LONG + "\"]]");
        assertThat(ann.hears()).singleElement().asString().contains("[8,48,1,", "wamp.error.canceled");
    }

    @Test
    void calls_of_v1_clients_are_limited_by_their_parsed_size() {
        try (WampPeer old = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            old.hears();
            old.says("[2,\"a\",\"app.never\",\"" + "x".repeat(200) + "\"]")
                    .says("[2,\"b\",\"app.never\",\"" + "x".repeat(200) + "\"]");

            assertThat(old.hears()).singleElement().asString().startsWith("[4,\"b\",\"wamp.error.unavailable\"");
        }
    }

    @Test
    void calls_of_a_leaving_client_are_given_back() {
        ann.says("[48,1,{},\"app.never\",[\"" + LONG.repeat(2) + "\"]]");
        ann.peer.vanishes();
        assertThat(realm.state().memoryUsage().bytes(MemoryUsage.Kind.CALLS)).isZero();
        assertThat(realm.state().memoryUsage().count(MemoryUsage.Kind.CALLS)).isZero();
    }

    @Test
    void invocations_of_a_silent_callee_are_limited() {
        bob.says("[64,1,{},\"com.slow\"]").hears();
        try (V2Peer cid = V2Peer.joined(server)) {
            ann.says("[48,1,{},\"com.slow\",[\"" + LONG + "\"]]").says("[48,2,{},\"com.slow\",[\"" + LONG + "\"]]");
            cid.says("[48,1,{},\"com.slow\",[\"" + LONG + "\"]]");

            assertThat(bob.hears()).hasSize(2);
            assertThat(cid.hears()).singleElement().asString().contains("unavailable", "callee");
            bob.says("[70,1,{}]");
            cid.says("[48,2,{},\"com.slow\",[\"" + LONG + "\"]]");
            assertThat(bob.hears()).hasSize(1);
        }
    }

    @Test
    void cancel_flood_interrupts_the_callee_once() {
        bob.says("[64,1,{},\"com.slow\"]").hears();
        ann.says("[48,1,{},\"com.slow\"]");
        for (int i = 0; i < 10; i++) {
            ann.says("[49,1,{\"mode\":\"kill\"}]");
        }

        assertThat(bob.hears().stream().filter(text -> text.startsWith("[69,"))).hasSize(1);
    }

    @Test
    void testaments_are_limited_in_bytes_and_given_back() {
        for (int i = 1; i <= 3; i++) {
            ann.says("[48," + i + ",{},\"wamp.session.add_testament\",[\"com.will\",[\"" + LONG + "\"]]]");
        }
        assertThat(ann.hears().get(2)).contains("wamp.error.unavailable", "bytes of testaments");
        ann.says("[48,4,{},\"wamp.session.flush_testaments\"]").hears();
        ann.says("[48,5,{},\"wamp.session.add_testament\",[\"com.will\",[\"" + LONG + "\"]]]");
        assertThat(last(ann)).isEqualTo("[50,5,{}]");

        ann.peer.vanishes();
        assertThat(realm.state().memoryUsage().bytes(MemoryUsage.Kind.TESTAMENTS))
                .isZero();
    }

    @Test
    void registrations_are_limited_in_bytes_and_given_back() {
        for (int i = 1; i <= 6; i++) {
            ann.says("[64," + i + ",{},\"com.p" + i + "." + "x".repeat(200) + "\"]");
        }
        assertThat(ann.hears().get(5)).contains("[8,64,6,", "wamp.error.unavailable", "bytes of registrations");

        ann.peer.vanishes();
        assertThat(realm.state().memoryUsage().count(MemoryUsage.Kind.REGISTRATIONS))
                .isZero();
        assertThat(realm.state().memoryUsage().bytes(MemoryUsage.Kind.REGISTRATIONS))
                .isZero();
    }

    @Test
    void subscriptions_of_all_clients_are_limited_in_bytes() {
        for (int i = 1; i <= 20; i++) {
            ann.says("[32," + i + ",{},\"com.t" + i + "." + "x".repeat(120) + "\"]");
        }
        assertThat(ann.hears().get(19)).contains("[8,32,20,", "wamp.error.unavailable", "bytes of subscriptions");
        try (WampPeer old = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            old.hears();
            old.says("[5,\"com." + "x".repeat(300) + "\"]");
            assertThat(old.hears()).singleElement().asString().startsWith("close 1008 more than 5000 bytes");
        }

        ann.close();
        assertThat(topics.subscriptionBytes()).isZero();
    }

    @Test
    void patterns_of_one_connection_that_match_one_topic_are_limited() {
        for (int i = 1; i <= 17; i++) {
            ann.says("[32," + i + ",{\"match\":\"prefix\"},\"" + "a".repeat(i) + "\"]");
        }
        List<String> heard = ann.hears();
        assertThat(heard).hasSize(17);
        assertThat(heard.subList(0, 16)).allSatisfy(text -> assertThat(text).startsWith("[33,"));
        assertThat(heard.get(16)).contains("[8,32,17,", "wamp.error.unavailable", "more than 16 patterns");

        topics.topic("a".repeat(30)).broadcast(Event.of(1));
        assertThat(ann.hears()).hasSize(16);

        ann.says("[32,18,{\"match\":\"prefix\"},\"b\"]").says("[32,19,{\"match\":\"prefix\"},\"aa\"]");
        assertThat(ann.hears()).containsExactly("[33,18,17]", "[33,19,2]");
    }

    @Test
    void history_is_limited_in_bytes() {
        Topics own = new Topics();
        WampServer kept =
                new WampServer(new Realm("realm1", new OpenApp(), own).history(MatchPolicy.EXACT, "com.h", 100, 3000));
        try (V2Peer peer = V2Peer.joined(kept)) {
            for (int i = 0; i < 5; i++) {
                own.topic("com.h").broadcast(Event.of(i + LONG));
            }
            peer.says("[32,1,{},\"com.h\"]").says("[48,2,{},\"wamp.subscription.get_events\",[1]]");

            assertThat(last(peer)).contains("\"3x", "\"4x").doesNotContain("\"2x");
        }
    }

    @Test
    void long_prefixes_and_procedures_of_v1_are_refused() {
        for (String message :
                List.of("[1,\"p\",\"" + LONG + "\"]", "[1,\"" + LONG + "\",\"u\"]", "[2,\"c\",\"" + LONG + "\"]")) {
            try (WampPeer old = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
                old.hears();
                old.says(message);
                assertThat(old.hears()).singleElement().asString().startsWith("close 1007 ");
            }
        }
    }

    @Test
    void realms_with_the_same_topics_retain_an_event_once() {
        Realm other = new Realm("realm2", new OpenApp(), topics);
        try (V2Peer peer = new V2Peer(new WampServer(other)).joins("realm2", V2Peer.ROLES)) {
            publish(ann, 1, "com.a", ",[\"" + LONG + "\"]");
            assertThat(realm.state().memoryUsage().count(MemoryUsage.Kind.RETAINED))
                    .isEqualTo(1);

            peer.says("[32,1,{\"get_retained\":true},\"com.a\"]");
            assertThat(peer.hears()).hasSize(2);
        }
    }
}
