package dev.sprocket.checks.access;

import static dev.sprocket.checks.access.MatrixSite.name;
import static dev.sprocket.pubsub.access.Action.CALL;
import static dev.sprocket.pubsub.access.Action.PUBLISH;
import static dev.sprocket.pubsub.access.Action.REGISTER;
import static dev.sprocket.pubsub.access.Action.SUBSCRIBE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Access by all ways, of all peers, with all grants; each cell over the wire. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
@Tag("slow")
final class AccessMatrixTest {
    private static final String FENCE = "fence";
    private static final Set<Who> BACKENDS = EnumSet.of(Who.BACKEND, Who.LOCAL_BACKEND);

    private MatrixSite site;
    /** Client that hears all events of the publishing ways. */
    private Wamp2 listener;

    private final Map<Who, Wamp2> main = new EnumMap<>(Who.class);
    private final Map<Who, Wamp2> second = new EnumMap<>(Who.class);
    private final Map<Who, Wamp2> raw = new EnumMap<>(Who.class);
    private final Map<Who, Link> v1 = new EnumMap<>(Who.class);

    @BeforeAll
    void start() throws Exception {
        site = MatrixSite.start();
        listener = site.wamp2(Who.ROLE);
        listener.subscribe(FENCE, "");
        for (Grant grant : Grant.values()) {
            assertThat(listener.subscribe(name(PUBLISH, grant), "")).isTrue();
        }
        for (Who who : Who.CLIENTS) {
            main.put(who, fenced(site.wamp2(who)));
            second.put(who, fenced(site.second(who)));
            raw.put(who, fenced(site.rawSocket(who)));
            Link old = site.webSocket("ws", "wamp", who);
            old.receive();
            old.send("[5,\"" + FENCE + "\"]");
            v1.put(who, old);
        }
    }

    private static Wamp2 fenced(Wamp2 peer) throws Exception {
        assertThat(peer.subscribe(FENCE, "")).isTrue();
        return peer;
    }

    @AfterAll
    void stop() throws Exception {
        for (Map<Who, Wamp2> peers : List.of(main, second, raw)) {
            for (Wamp2 peer : peers.values()) {
                peer.close();
            }
        }
        for (Link old : v1.values()) {
            old.close();
        }
        listener.close();
        site.close();
    }

    /** Returns the rows of the matrix. A new way in or out adds its row here. */
    private List<Way> ways() {
        List<Way> all = new ArrayList<>();
        // topics, out
        all.add(Way.of("SUBSCRIBE of WAMP v1", SUBSCRIBE, Who.CLIENTS, this::subscribesV1));
        all.add(Way.of("SUBSCRIBE of WAMP v2", SUBSCRIBE, Who.CLIENTS, (who, g) -> subscribes(main.get(who), g)));
        all.add(Way.of("SUBSCRIBE on another route", SUBSCRIBE, Who.CLIENTS, (w, g) -> subscribes(second.get(w), g)));
        all.add(Way.of("SUBSCRIBE over RawSocket", SUBSCRIBE, Who.CLIENTS, (w, g) -> subscribes(raw.get(w), g)));
        all.add(Way.of("SUBSCRIBE of a pattern", SUBSCRIBE, Who.CLIENTS, this::subscribesPattern)
                .expect((who, grant) ->
                        grant != Grant.SELF && grant.includes(who, Grant.AUTHENTICATED) && who.isAuthenticated()));
        all.add(Way.of("retained event", SUBSCRIBE, Who.CLIENTS, this::receivesRetained));
        all.add(Way.of("event stream", SUBSCRIBE, Who.CLIENTS, (w, g) -> site.stream(name(SUBSCRIBE, g), w)));
        all.add(Way.of(
                "event stream of two topics",
                SUBSCRIBE,
                Who.CLIENTS,
                (who, grant) -> site.streamOfTwo(name(SUBSCRIBE, grant), who)));
        Set<Grant> subscribable = EnumSet.complementOf(EnumSet.of(Grant.NOBODY, Grant.BACKEND));
        all.add(Way.of("event history", SUBSCRIBE, Who.CLIENTS, this::readsHistory)
                .grants(subscribable));
        all.add(Way.of("wamp.subscription.lookup", SUBSCRIBE, Who.CLIENTS, this::looksUp)
                .grants(subscribable));
        all.add(Way.of("GET of a topic", SUBSCRIBE, BACKENDS, (w, g) -> site.readTopic(name(SUBSCRIBE, g), w)));
        all.add(Way.of("GET of kept events", SUBSCRIBE, BACKENDS, (w, g) -> site.readEvents(name(SUBSCRIBE, g), w)));
        // topics, in
        all.add(publishing("PUBLISH of WAMP v1", Who.CLIENTS, this::publishesV1));
        all.add(publishing(
                "PUBLISH of WAMP v2", Who.CLIENTS, (w, g) -> main.get(w).publish(name(PUBLISH, g))));
        all.add(publishing(
                "PUBLISH on another route", Who.CLIENTS, (w, g) -> second.get(w).publish(name(PUBLISH, g))));
        all.add(publishing(
                "PUBLISH over RawSocket", Who.CLIENTS, (w, g) -> raw.get(w).publish(name(PUBLISH, g))));
        all.add(publishing("testament", Who.CLIENTS, this::leavesTestament));
        all.add(publishing("HTTP push by a user", Who.CLIENTS, (w, g) -> site.pushAsUser(name(PUBLISH, g), w)));
        all.add(publishing("HTTP push with a token", Set.of(Who.BACKEND), (w, g) -> site.push(name(PUBLISH, g))));
        Set<Who> local = Set.of(Who.LOCAL_BACKEND);
        all.add(publishing("HTTP push at loopback", local, (w, g) -> site.pushLocally(name(PUBLISH, g))));
        all.add(publishing("TCP", local, (w, g) -> site.pushByTcp(name(PUBLISH, g))));
        all.add(publishing("ZeroMQ", local, (w, g) -> site.pushByZmq(name(PUBLISH, g))));
        all.add(Way.of("DELETE of retained", PUBLISH, BACKENDS, (w, g) -> site.clearRetained(name(PUBLISH, g), w)));
        all.add(Way.of("DELETE of events", PUBLISH, BACKENDS, (w, g) -> site.clearEvents(name(PUBLISH, g), w)));
        // procedures
        all.add(Way.of("CALL of WAMP v1", CALL, Who.CLIENTS, this::callsV1));
        all.add(Way.of(
                "CALL of WAMP v2", CALL, Who.CLIENTS, (w, g) -> main.get(w).call(name(CALL, g))));
        all.add(Way.of("CALL on another route", CALL, Who.CLIENTS, (w, g) -> second.get(w)
                .call(name(CALL, g))));
        all.add(Way.of(
                "CALL over RawSocket", CALL, Who.CLIENTS, (w, g) -> raw.get(w).call(name(CALL, g))));
        all.add(Way.of("REGISTER", REGISTER, Who.CLIENTS, (w, g) -> main.get(w).register(name(REGISTER, g))));
        all.add(Way.of("REGISTER over RawSocket", REGISTER, Who.CLIENTS, (w, g) -> raw.get(w)
                .register(name(REGISTER, g))));
        return all;
    }

    @TestFactory
    Stream<DynamicTest> each_way_asks_the_policy() {
        return ways().stream().flatMap(way -> way.peers().stream()
                .map(who -> DynamicTest.dynamicTest(way.name() + " as " + who, () -> check(way, who))));
    }

    /** Compares a line of cells: one peer on one way, with all grants. */
    private static void check(Way way, Who who) throws Exception {
        Map<Grant, Boolean> expected = new LinkedHashMap<>();
        Map<Grant, Boolean> actual = new LinkedHashMap<>();
        for (Grant grant : way.grants()) {
            expected.put(grant, way.expectation().isAllowed(who, grant));
            actual.put(grant, way.attempt().isEffective(who, grant));
        }
        assertThat(actual).isEqualTo(expected);
    }

    /** Returns a way whose event arrives exactly if the peer is told so. */
    private Way publishing(String name, Set<Who> peers, Way.Attempt attempt) {
        return Way.of(name, PUBLISH, peers, (who, grant) -> {
            boolean accepted = attempt.isEffective(who, grant);
            assertThat(listener.eventsUntilFence(site.fence()).contains(name(PUBLISH, grant)))
                    .isEqualTo(accepted);
            return accepted;
        });
    }

    private boolean subscribes(Wamp2 peer, Grant grant) throws Exception {
        return hears(peer, name(SUBSCRIBE, grant), "");
    }

    private boolean subscribesPattern(Who who, Grant grant) throws Exception {
        return hears(main.get(who), name(SUBSCRIBE, grant), "\"match\":\"prefix\"");
    }

    /** Subscribes, and reports whether events arrive. */
    private boolean hears(Wamp2 peer, String topic, String options) throws Exception {
        boolean subscribed = peer.subscribe(topic, options);
        assertThat(site.push(topic)).isTrue();
        assertThat(peer.eventsUntilFence(site.fence()).contains(topic)).isEqualTo(subscribed);
        if (subscribed) {
            peer.unsubscribe(topic);
        }
        return subscribed;
    }

    private boolean receivesRetained(Who who, Grant grant) throws Exception {
        String topic = name(SUBSCRIBE, grant);
        Wamp2 peer = main.get(who);
        if (grant != Grant.DEFAULT) {
            JsonArray published = listener.request(16, "{\"acknowledge\":true,\"retain\":true},\"" + topic + "\",[1]");
            assertThat(published.get(0).getAsInt()).isEqualTo(17);
        }
        boolean subscribed = peer.subscribe(topic, "\"get_retained\":true");
        assertThat(peer.eventsUntilFence(site.fence()).contains(topic)).isEqualTo(subscribed && grant != Grant.DEFAULT);
        if (subscribed) {
            peer.unsubscribe(topic);
        }
        return subscribed;
    }

    /** Runs a step while somebody who may is subscribed to a topic. */
    private boolean whileSubscribed(Grant grant, Way.Attempt step, Who who) throws Exception {
        try (Wamp2 owner = site.wamp2(grant == Grant.STAFF || grant == Grant.LIST ? Who.ROLE : Who.USER)) {
            assertThat(owner.subscribe(name(SUBSCRIBE, grant), "")).isTrue();
            return step.isEffective(who, grant);
        }
    }

    private boolean readsHistory(Who who, Grant grant) throws Exception {
        return whileSubscribed(
                grant,
                (peer, same) -> {
                    try (Wamp2 reader = site.wamp2(grant == Grant.STAFF || grant == Grant.LIST ? Who.ROLE : Who.USER)) {
                        String id = reader.meta("wamp.subscription.lookup", "\"" + name(SUBSCRIBE, grant) + "\"")
                                .get(3)
                                .getAsJsonArray()
                                .get(0)
                                .toString();
                        JsonArray response = main.get(peer).meta("wamp.subscription.get_events", id);
                        return response.get(0).getAsInt() == 50;
                    }
                },
                who);
    }

    private boolean looksUp(Who who, Grant grant) throws Exception {
        return whileSubscribed(
                grant,
                (peer, same) -> {
                    JsonArray response =
                            main.get(peer).meta("wamp.subscription.lookup", "\"" + name(SUBSCRIBE, grant) + "\"");
                    return !response.get(3).getAsJsonArray().get(0).isJsonNull();
                },
                who);
    }

    private boolean leavesTestament(Who who, Grant grant) throws Exception {
        try (Wamp2 peer = site.wamp2(who)) {
            JsonArray response = peer.meta("wamp.session.add_testament", "\"" + name(PUBLISH, grant) + "\",[1],{}");
            boolean accepted = response.get(0).getAsInt() == 50;
            peer.goodbye();
            return accepted;
        }
    }

    private boolean subscribesV1(Who who, Grant grant) throws Exception {
        Link peer = v1.get(who);
        String topic = name(SUBSCRIBE, grant);
        peer.send("[5,\"" + topic + "\"]");
        awaitCall(peer);
        assertThat(site.push(topic)).isTrue();
        String fence = "[8,\"" + FENCE + "\"," + site.fence() + "]";
        boolean heard = false;
        for (String text = peer.receive(); !text.equals(fence); text = peer.receive()) {
            heard |= text.startsWith("[8,\"" + topic + "\"");
        }
        peer.send("[6,\"" + topic + "\"]");
        return heard;
    }

    /** Waits until the server has handled all earlier messages, and skips the events before that. */
    private static void awaitCall(Link peer) throws Exception {
        peer.send("[2,\"fence\",\"fence.nothing\"]");
        String text = peer.receive();
        while (!text.startsWith("[4,\"fence\"")) {
            text = peer.receive();
        }
    }

    /** Publishes without an acknowledgement; the effect is what the listener hears. */
    private boolean publishesV1(Who who, Grant grant) throws Exception {
        Link peer = v1.get(who);
        peer.send("[7,\"" + name(PUBLISH, grant) + "\",1]");
        awaitCall(peer);
        return grant.includes(who, Grant.BACKEND);
    }

    private boolean callsV1(Who who, Grant grant) throws Exception {
        Link peer = v1.get(who);
        peer.send("[2,\"cell\",\"" + name(CALL, grant) + "\"]");
        String text = peer.receive();
        while (!text.startsWith("[4,\"cell\"")) {
            text = peer.receive();
        }
        String error = JsonParser.parseString(text).getAsJsonArray().get(2).getAsString();
        assertThat(error).isIn("wamp.error.not_authorized", "wamp.error.no_such_procedure");
        return error.equals("wamp.error.no_such_procedure");
    }

    @Test
    void name_of_a_hole_is_nobodys_topic() throws Exception {
        for (Who who : Who.CLIENTS) {
            assertThat(main.get(who).subscribe("sub.self.{user}", ""))
                    .as("%s", who)
                    .isFalse();
            assertThat(site.stream("sub.self.%7Buser%7D", who)).as("%s", who).isFalse();
        }
    }

    @Test
    void only_subscribers_publish_in_a_room() throws Exception {
        Wamp2 user = main.get(Who.USER);
        assertThat(user.publish("room")).isFalse();
        assertThat(user.subscribe("room", "")).isTrue();
        assertThat(user.publish("room")).isTrue();
        assertThat(main.get(Who.OTHER_USER).publish("room")).isFalse();
        user.unsubscribe("room");
        assertThat(user.publish("room")).isFalse();
    }
}
