package dev.sprocket.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.cluster.internal.node.ClusterLog;
import dev.sprocket.cluster.internal.pattern.OwnPatterns;
import dev.sprocket.cluster.internal.pattern.PatternEntry;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.http.HttpServer;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.access.AccessRequest;
import dev.sprocket.pubsub.access.Authorizer;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.auth.AuthResult;
import dev.sprocket.wamp.auth.SessionIdentity;
import dev.sprocket.wamp.server.Realm;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns, audience and retained events for clients of WAMP v2 at two servers. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class WampNodesTest {
    private static final Pattern WELCOME = Pattern.compile("\\[2,(\\d+),.*");

    private final MemoryHub hub = new MemoryHub();
    private final Server a = new Server("a");
    private final Server b = new Server("b");

    private static final class Open implements WampComponent {
        @Override
        public void onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            topic.broadcast(event, audience);
        }
    }

    /** Server whose patterns the other one knows at once. Clients are the user whom they claim to be. */
    private final class Server implements OwnPatterns.Directory {
        final MemoryEngine engine = hub.engine();
        final NodeId id;
        final ClusterLog log;
        final Topics topics;
        final WampServer wamp;

        Server(String name) {
            id = NodeId.start(name);
            log = new ClusterLog(engine, id, Runnable::run, 1 << 20, 1 << 20, Duration.ofMinutes(1));
            log.ownPatterns().connect(this);
            topics = new Topics(
                    topic -> topic.startsWith("log")
                            ? TopicSettings.DEFAULT.history(10, Duration.ofHours(1))
                            : TopicSettings.DEFAULT,
                    log);
            engine.start(id, log.listener());
            Realm realm = new Realm("realm1", new Open(), topics)
                    .limits(RealmLimits.DEFAULT.realmBytes(20_000))
                    .authenticator(joining -> AuthResult.admit(SessionIdentity.of(
                            joining.authid().orElse("nobody"), joining.authid().orElse("nobody") + "s")));
            wamp = new WampServer(realm);
        }

        @Override
        public CompletionStage<Void> put(PatternEntry entry, long number) {
            other().log.patterns().add(id, entry);
            log.ownPatterns().onAcknowledged(other().id, number);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void remove(PatternEntry entry) {
            other().log.patterns().remove(id, entry);
        }

        @Override
        public Set<NodeId> others() {
            return Set.of(other().id);
        }

        @Override
        public boolean isReachable() {
            return true;
        }

        private Server other() {
            return this == a ? b : a;
        }
    }

    /** Session of a client. */
    private static final class Client {
        final WsPeer peer;
        final long session;
        private int requests;

        Client(Server server, String authid) {
            peer = WsPeer.on(
                    MemorySocket.to(new HttpServer(new WsServer(server.wamp))),
                    "/",
                    "Sec-WebSocket-Protocol: wamp.2.json");
            peer.send("[1,\"realm1\",{\"authid\":\"" + authid + "\",\"authmethods\":[\"test\"],"
                    + "\"roles\":{\"publisher\":{},\"subscriber\":{}}}]");
            List<String> answers = peer.texts();
            Matcher welcome = WELCOME.matcher(answers.get(0));
            assertThat(welcome.matches()).as(answers.toString()).isTrue();
            session = Long.parseLong(welcome.group(1));
        }

        Client subscribe(String options, String topic) {
            peer.send("[32," + ++requests + "," + options + ",\"" + topic + "\"]");
            return this;
        }

        @CanIgnoreReturnValue
        Client publish(String options, String topic, int number) {
            peer.send("[16," + ++requests + "," + options + ",\"" + topic + "\",[" + number + "]]");
            return this;
        }

        /** Returns the arguments of the events that have arrived. */
        List<String> events() {
            return peer.texts().stream()
                    .filter(text -> text.startsWith("[36,"))
                    .map(text -> text.substring(text.lastIndexOf('[') + 1, text.indexOf(']', text.lastIndexOf('['))))
                    .toList();
        }
    }

    @Test
    void prefix_and_wildcard_hear_the_other_server_in_order() {
        Client prefix = new Client(b, "ann").subscribe("{\"match\":\"prefix\"}", "log.");
        Client both =
                new Client(b, "bob").subscribe("{\"match\":\"wildcard\"}", ".x").subscribe("{}", "plain.x");
        Client publisher = new Client(a, "eve");
        for (int i = 0; i < 6; i++) {
            publisher.publish("{}", i % 2 == 0 ? "log.x" : "plain.x", i);
        }
        assertThat(prefix.events()).containsExactly("0", "2", "4");
        assertThat(both.events()).containsExactly("0", "1", "1", "2", "3", "3", "4", "5", "5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log.x", "plain.x"})
    void audience_holds_on_both_servers(String topic) {
        Client ann = new Client(b, "ann").subscribe("{}", topic);
        Client bob = new Client(b, "bob").subscribe("{\"match\":\"wildcard\"}", ".x");
        Client local = new Client(a, "bob").subscribe("{}", topic);
        Client eve = new Client(a, "eve").subscribe("{}", topic).subscribe("{\"match\":\"prefix\"}", topic);
        eve.publish("{}", topic, 1)
                .publish("{\"exclude_me\":false}", topic, 2)
                .publish("{\"exclude\":[" + ann.session + "]}", topic, 3)
                .publish("{\"eligible\":[" + bob.session + "]}", topic, 4)
                .publish("{\"exclude_authid\":[\"bob\"]}", topic, 5)
                .publish("{\"eligible_authid\":[\"bob\"]}", topic, 6)
                .publish("{\"exclude_authrole\":[\"anns\"]}", topic, 7)
                .publish("{\"eligible_authrole\":[\"anns\",\"eves\"]}", topic, 8);
        assertThat(ann.events()).containsExactly("1", "2", "5", "8");
        assertThat(bob.events()).containsExactly("1", "2", "3", "4", "6", "7");
        assertThat(local.events()).containsExactly("1", "2", "3", "6", "7");
        assertThat(eve.events()).containsExactly("2", "2");
    }

    @Test
    void denied_pattern_does_not_hear_the_other_server() {
        AccessControl.of(b.topics).authorizer(new Authorizer() {
            @Override
            public AccessDecision authorize(AccessRequest request) {
                return AccessDecision.ALLOW;
            }

            @Override
            public AccessDecision authorizePattern(AccessRequest request) {
                return request.name().startsWith("open.") ? AccessDecision.ALLOW : AccessDecision.deny("secret");
            }
        });
        Client client = new Client(b, "ann")
                .subscribe("{\"match\":\"prefix\"}", "open.")
                .subscribe("{\"match\":\"prefix\"}", "secret.")
                .subscribe("{\"match\":\"prefix\"}", "");
        new Client(a, "eve").publish("{}", "open.1", 1).publish("{}", "secret.1", 2);
        assertThat(client.events()).containsExactly("1");
        assertThat(a.log.patterns().size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"log.x", "plain.x"})
    void retained_event_is_found_on_each_server(String topic) {
        Client eve = new Client(a, "eve").publish("{\"retain\":true}", topic, 1);
        eve.publish("{\"retain\":true,\"eligible_authid\":[\"ann\"]}", topic, 2);
        for (Server server : List.of(a, b)) {
            for (String pattern : List.of(topic, topic.replace(".x", "."))) {
                String options = pattern.equals(topic)
                        ? "{\"get_retained\":true}"
                        : "{\"get_retained\":true,\"match\":\"prefix\"}";
                assertThat(new Client(server, "ann").subscribe(options, pattern).events())
                        .containsExactly("2");
                assertThat(new Client(server, "bob").subscribe(options, pattern).events())
                        .containsExactly("1");
            }
        }
        new Client(b, "bob").peer.send("[16,1,{\"retain\":true},\"" + topic + "\"]");
        assertThat(new Client(a, "ann")
                        .subscribe("{\"get_retained\":true}", topic)
                        .events())
                .isEmpty();
        eve.publish("{\"retain\":true}", topic, 3);
        assertThat(b.topics.clearRetained(topic)).isTrue();
        assertThat(new Client(a, "ann")
                        .subscribe("{\"get_retained\":true}", topic)
                        .events())
                .isEmpty();
    }

    @Test
    void retained_events_are_refused_while_the_engine_is_away() {
        Client eve = new Client(a, "eve");
        a.engine.disconnect();
        Client local = new Client(a, "ann").subscribe("{}", "plain.x");
        eve.peer.send("[16,1,{\"retain\":true,\"acknowledge\":true},\"plain.x\",[1]]");
        assertThat(eve.peer.texts()).hasSize(1).first().asString().startsWith("[8,16,1,{},\"wamp.error.unavailable\"");
        assertThat(local.events()).isEmpty();
        local.peer.send("[32,2,{\"get_retained\":true},\"plain.y\"]");
        assertThat(local.peer.texts())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("[8,32,2,{},\"wamp.error.unavailable\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"log.", "plain."})
    void publisher_is_told_of_an_event_beyond_the_limits(String prefix) {
        Client ann = new Client(b, "ann").subscribe("{\"match\":\"prefix\"}", prefix);
        Client eve = new Client(a, "eve");
        String options = "{\"retain\":true,\"acknowledge\":true}";
        int kept = 0;
        String last = "[17,";
        while (last.startsWith("[17,")) {
            eve.publish(options, prefix + kept, kept);
            last = eve.peer.texts().get(0);
            kept++;
        }
        kept--;
        assertThat(last)
                .startsWith("[8,16," + (kept + 1)
                        + ",{},\"wamp.error.unavailable\",[\"event published, but not retained: ");
        assertThat(ann.events()).hasSize(kept + 1); // the last one was delivered
        eve.publish(options, prefix + "more", 0);
        assertThat(eve.peer.texts()).singleElement().asString().contains("[\"limit of retained events of all servers");
        assertThat(ann.events()).isEmpty();
        eve.peer.send("[16," + (kept + 3) + "," + options + ",\"" + prefix + "0\"]");
        assertThat(eve.peer.texts()).singleElement().asString().startsWith("[17,");
        assertThat(new Client(b, "bob")
                        .subscribe("{\"get_retained\":true}", prefix + "1")
                        .events())
                .containsExactly("1");
        assertThat(new Client(b, "bob")
                        .subscribe("{\"get_retained\":true}", prefix + kept)
                        .events())
                .isEmpty();
    }
}
