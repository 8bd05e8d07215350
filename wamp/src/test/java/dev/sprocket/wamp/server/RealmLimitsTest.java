package dev.sprocket.wamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.PublishedEvent;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.OpenApp;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.V2Peer;
import dev.sprocket.wamp.WampPeer;
import dev.sprocket.wamp.internal.broker.RetainOption;
import dev.sprocket.wamp.internal.broker.RetainedEvents;
import dev.sprocket.wamp.internal.broker.V2Event;
import dev.sprocket.wamp.internal.broker.V2Recipients;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.message.OptionReader;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.internal.session.MemoryUsage;
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

/** Limits on the number and bytes of entries per client and realm. */
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
        List<String> received = peer.received();
        return received.get(received.size() - 1);
    }

    @CanIgnoreReturnValue
    private static String publish(V2Peer peer, int request, String topic, String payload) {
        peer.send("[16," + request + ",{\"acknowledge\":true,\"retain\":true},\"" + topic + "\"" + payload + "]");
        return last(peer);
    }

    @Test
    void retained_events_are_limited_per_client_and_realm() {
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
    void retained_event_is_replaced_when_memory_is_full() {
        String payload = ",[\"" + LONG + "\"]";
        assertThat(publish(ann, 1, "com.a", payload)).startsWith("[17,1,");
        assertThat(publish(ann, 2, "com.b", payload)).startsWith("[17,2,");

        assertThat(publish(ann, 3, "com.a", ",[1]")).startsWith("[17,3,");

        bob.send("[32,1,{\"get_retained\":true},\"com.a\"]");
        assertThat(last(bob)).startsWith("[36,").endsWith(",[1]]");
    }

    @Test
    void rejected_retained_publish_is_not_delivered() {
        bob.send("[32,1,{\"match\":\"prefix\"},\"com.\"]").received();

        assertThat(publish(ann, 1, "com.a", ",[\"" + LONG.repeat(4) + "\"]")).contains("wamp.error.unavailable");

        assertThat(bob.received()).isEmpty();
    }

    @Test
    void publish_without_arguments_removes_retained_event() {
        publish(ann, 1, "com.a", ",[1]");
        publish(ann, 2, "com.b", ",[2]");
        publish(ann, 3, "com.c", ",[3]");
        publish(ann, 4, "com.a", "");
        publish(ann, 5, "com.b", ",[],{}");
        assertThat(realm.clearRetained("com.c")).isTrue();
        assertThat(realm.clearRetained("com.c")).isFalse();

        bob.send("[32,1,{\"match\":\"prefix\",\"get_retained\":true},\"com.\"]");

        assertThat(bob.received()).containsExactly("[33,1,1]");
    }

    @Test
    void retained_event_expires_by_own_or_realm_ttl() {
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

    @Test
    void retained_event_expires_with_the_history_of_its_topic() {
        AtomicLong now = new AtomicLong();
        RetainedEvents retained = new RetainedEvents(now::get);
        Topics own = new Topics(id -> id.equals("com.plain")
                ? TopicSettings.DEFAULT
                : TopicSettings.DEFAULT.history(5, Duration.ofSeconds(10)));
        retained.attachTo(own);
        MemoryUsage owner = MemoryUsage.forRealm().forClient();
        retain(retained, "com.plain", RetainOption.of(owner, RealmLimits.DEFAULT, 0), 1);
        retain(retained, "com.kept", RetainOption.of(owner, RealmLimits.DEFAULT, 0), 2);
        retain(retained, "com.short", RetainOption.of(owner, RealmLimits.DEFAULT, 5000), 3);
        retain(retained, "com.long", RetainOption.of(owner, RealmLimits.DEFAULT, 50_000), 4);
        Topic all = own.pattern(MatchPolicy.PREFIX, "com.");
        Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> {});

        now.set(TimeUnit.SECONDS.toNanos(5));
        assertThat(retained.find(all, subscriber)).hasSize(3);
        now.set(TimeUnit.SECONDS.toNanos(10));
        assertThat(retained.find(all, subscriber))
                .singleElement()
                .extracting(PublishedEvent::topic)
                .isEqualTo("com.plain");
        assertThat(owner.count(MemoryUsage.Kind.RETAINED)).isEqualTo(1);
    }

    @Test
    void publisher_is_told_when_another_one_was_faster() {
        RetainedEvents retained = new RetainedEvents();
        MemoryUsage owner = MemoryUsage.forRealm().forClient();
        RetainOption first = RetainOption.of(owner, RealmLimits.DEFAULT, 0);
        retain(retained, "com.a", first, 1);
        long bytes = owner.bytes(MemoryUsage.Kind.RETAINED);
        RetainOption second = RetainOption.of(owner, RealmLimits.DEFAULT.clientBytes(bytes), 0);
        retain(retained, "com.b", second, 2);

        assertThat(first.result().stage()).isCompleted();
        assertThat(second.result().stage())
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("event published, but not retained: more than " + bytes + " bytes");
        assertThat(owner.bytes(MemoryUsage.Kind.RETAINED)).isEqualTo(bytes);
    }

    private void retain(RetainedEvents retained, String topic, RetainOption retention, int number) {
        V2Recipients terms = V2Recipients.of(new OptionReader(Map.of("retain", true)));
        V2Event event = new V2Event(number, Map.of(), terms, CallArguments.of(number), retention);
        retained.onPublished(new PublishedEvent(topic, Event.ofPayload(event), number), Audience.ALL);
    }

    @Test
    void ttl_of_wrong_type_is_rejected() {
        ann.send("[16,1,{\"acknowledge\":true,\"retain\":true,\"_ttl\":\"5\"},\"com.a\",[1]]");

        assertThat(last(ann)).contains("wamp.error.invalid_argument", "_ttl");
    }

    @Test
    void retained_event_does_not_retain_message_buffer() {
        byte[] message = ("[[1]" + " ".repeat(100_000)).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        CallArguments small =
                new CallArguments(JsonSerializer.JSON, new dev.sprocket.wamp.spi.Serializer.Slice(message, 1, 4), null);

        assertThat(small.compact()).isNotSameAs(small);
        assertThat(small.compact().list()).isEqualTo(List.of(1L));
    }

    @Test
    void pattern_with_too_many_retained_events_is_rejected() {
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
    void pending_calls_are_limited_per_client_and_realm() {
        for (int i = 1; i <= 3; i++) {
            ann.send("[48," + i + ",{},\"app.never\",[\"" + LONG + "\"]]");
            bob.send("[48," + i + ",{},\"app.never\",[\"" + LONG + "\"]]");
        }
        assertThat(ann.received()).singleElement().asString().contains("[8,48,3,", "wamp.error.unavailable");
        assertThat(bob.received()).hasSize(2).allSatisfy(text -> assertThat(text)
                .contains("wamp.error.unavailable"));

        ann.send("[49,1,{}]").send("[48,4,{},\"app.never\",[\"" + LONG + "\"]]");
        assertThat(ann.received()).singleElement().asString().contains("[8,48,1,", "wamp.error.canceled");
    }

    @Test
    void v1_calls_are_limited_by_parsed_size() {
        try (WampPeer v1 = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            v1.received();
            v1.send("[2,\"a\",\"app.never\",\"" + "x".repeat(200) + "\"]")
                    .send("[2,\"b\",\"app.never\",\"" + "x".repeat(200) + "\"]");

            assertThat(v1.received()).singleElement().asString().startsWith("[4,\"b\",\"wamp.error.unavailable\"");
        }
    }

    @Test
    void calls_of_leaving_client_are_released() {
        ann.send("[48,1,{},\"app.never\",[\"" + LONG.repeat(2) + "\"]]");
        ann.peer.disconnect();
        assertThat(realm.router().state().memoryUsage().bytes(MemoryUsage.Kind.CALLS))
                .isZero();
        assertThat(realm.router().state().memoryUsage().count(MemoryUsage.Kind.CALLS))
                .isZero();
    }

    @Test
    void pending_invocations_of_callee_are_limited() {
        bob.send("[64,1,{},\"com.slow\"]").received();
        try (V2Peer cid = V2Peer.joined(server)) {
            ann.send("[48,1,{},\"com.slow\",[\"" + LONG + "\"]]").send("[48,2,{},\"com.slow\",[\"" + LONG + "\"]]");
            cid.send("[48,1,{},\"com.slow\",[\"" + LONG + "\"]]");

            assertThat(bob.received()).hasSize(2);
            assertThat(cid.received()).singleElement().asString().contains("unavailable", "callee");
            bob.send("[70,1,{}]");
            cid.send("[48,2,{},\"com.slow\",[\"" + LONG + "\"]]");
            assertThat(bob.received()).hasSize(1);
        }
    }

    @Test
    void repeated_cancel_interrupts_callee_once() {
        bob.send("[64,1,{},\"com.slow\"]").received();
        ann.send("[48,1,{},\"com.slow\"]");
        for (int i = 0; i < 10; i++) {
            ann.send("[49,1,{\"mode\":\"kill\"}]");
        }

        assertThat(bob.received().stream().filter(text -> text.startsWith("[69,")))
                .hasSize(1);
    }

    @Test
    void testaments_are_limited_in_bytes_and_released() {
        for (int i = 1; i <= 3; i++) {
            ann.send("[48," + i + ",{},\"wamp.session.add_testament\",[\"com.will\",[\"" + LONG + "\"]]]");
        }
        assertThat(ann.received().get(2)).contains("wamp.error.unavailable", "bytes of testaments");
        ann.send("[48,4,{},\"wamp.session.flush_testaments\"]").received();
        ann.send("[48,5,{},\"wamp.session.add_testament\",[\"com.will\",[\"" + LONG + "\"]]]");
        assertThat(last(ann)).isEqualTo("[50,5,{}]");

        ann.peer.disconnect();
        assertThat(realm.router().state().memoryUsage().bytes(MemoryUsage.Kind.TESTAMENTS))
                .isZero();
    }

    @Test
    void registrations_are_limited_in_bytes_and_released() {
        for (int i = 1; i <= 6; i++) {
            ann.send("[64," + i + ",{},\"com.p" + i + "." + "x".repeat(200) + "\"]");
        }
        assertThat(ann.received().get(5)).contains("[8,64,6,", "wamp.error.unavailable", "bytes of registrations");

        ann.peer.disconnect();
        assertThat(realm.router().state().memoryUsage().count(MemoryUsage.Kind.REGISTRATIONS))
                .isZero();
        assertThat(realm.router().state().memoryUsage().bytes(MemoryUsage.Kind.REGISTRATIONS))
                .isZero();
    }

    @Test
    void subscriptions_of_all_clients_are_limited_in_bytes() {
        for (int i = 1; i <= 20; i++) {
            ann.send("[32," + i + ",{},\"com.t" + i + "." + "x".repeat(120) + "\"]");
        }
        assertThat(ann.received().get(19)).contains("[8,32,20,", "wamp.error.unavailable", "bytes of subscriptions");
        try (WampPeer v1 = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
            v1.received();
            v1.send("[5,\"com." + "x".repeat(300) + "\"]");
            assertThat(v1.received()).singleElement().asString().startsWith("close 1008 more than 5000 bytes");
        }

        ann.close();
        assertThat(topics.subscriptionBytes()).isZero();
    }

    @Test
    void overlapping_patterns_of_connection_are_limited() {
        for (int i = 1; i <= 17; i++) {
            ann.send("[32," + i + ",{\"match\":\"prefix\"},\"" + "a".repeat(i) + "\"]");
        }
        List<String> received = ann.received();
        assertThat(received).hasSize(17);
        assertThat(received.subList(0, 16)).allSatisfy(text -> assertThat(text).startsWith("[33,"));
        assertThat(received.get(16)).contains("[8,32,17,", "wamp.error.unavailable", "more than 16 patterns");

        topics.topic("a".repeat(30)).broadcast(Event.of(1));
        assertThat(ann.received()).hasSize(16);

        ann.send("[32,18,{\"match\":\"prefix\"},\"b\"]").send("[32,19,{\"match\":\"prefix\"},\"aa\"]");
        assertThat(ann.received()).containsExactly("[33,18,17]", "[33,19,2]");
    }

    @Test
    void history_is_limited_in_bytes() {
        Topics own = new Topics(
                id -> TopicSettings.DEFAULT.history(new TopicSettings.History(100, Duration.ofHours(1), 3000)));
        WampServer withHistory = new WampServer(new Realm("realm1", new OpenApp(), own));
        try (V2Peer peer = V2Peer.joined(withHistory)) {
            for (int i = 0; i < 5; i++) {
                own.topic("com.h").broadcast(Event.of(i + LONG));
            }
            peer.send("[32,1,{},\"com.h\"]").send("[48,2,{},\"wamp.subscription.get_events\",[1]]");

            assertThat(last(peer)).contains("\"3x", "\"4x").doesNotContain("\"2x");
        }
    }

    @Test
    void long_v1_prefixes_and_procedures_are_rejected() {
        for (String message :
                List.of("[1,\"p\",\"" + LONG + "\"]", "[1,\"" + LONG + "\",\"u\"]", "[2,\"c\",\"" + LONG + "\"]")) {
            try (WampPeer v1 = new WampPeer(new WsServer(server), "wamp", Unpooled.EMPTY_BUFFER)) {
                v1.received();
                v1.send(message);
                assertThat(v1.received()).singleElement().asString().startsWith("close 1007 ");
            }
        }
    }

    @Test
    void realms_with_the_same_topics_retain_an_event_once() {
        Realm other = new Realm("realm2", new OpenApp(), topics);
        try (V2Peer peer = new V2Peer(new WampServer(other)).join("realm2", V2Peer.ROLES)) {
            publish(ann, 1, "com.a", ",[\"" + LONG + "\"]");
            assertThat(realm.router().state().memoryUsage().count(MemoryUsage.Kind.RETAINED))
                    .isEqualTo(1);

            peer.send("[32,1,{\"get_retained\":true},\"com.a\"]");
            assertThat(peer.received()).hasSize(2);
        }
    }
}
