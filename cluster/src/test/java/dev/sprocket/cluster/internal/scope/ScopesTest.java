package dev.sprocket.cluster.internal.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.cluster.internal.node.ClusterLog;
import dev.sprocket.cluster.memory.MemoryEngine;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.Gap;
import dev.sprocket.pubsub.Position;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ScopesTest {
    private final MemoryHub hub = new MemoryHub();

    /** Node whose topics have a history if their names contain {@code log}. */
    private final class Node {
        final Scopes scopes;

        Node(String name) {
            MemoryEngine engine = hub.engine();
            NodeId id = NodeId.start(name);
            ClusterLog log = new ClusterLog(engine, id, Runnable::run, 1 << 20, 1 << 20, Duration.ofMinutes(1));
            scopes = new Scopes(log);
            engine.start(id, log.listener());
        }

        Topics topics(String scope) {
            return new Topics(
                    topic -> topic.contains("log")
                            ? TopicSettings.DEFAULT.history(10, Duration.ofHours(1))
                            : TopicSettings.DEFAULT,
                    scopes.log(scope));
        }
    }

    private static List<String> subscribe(Topics topics, String topic) {
        List<String> heard = new ArrayList<>();
        assertThat(topics.topic(topic)
                        .subscribe(Subscriber.of("s", Runnable::run, (name, event) -> heard.add(name + event.json()))))
                .isTrue();
        return heard;
    }

    private static void publish(Topics topics, String topic, int number) {
        CompletableFuture<?> published =
                topics.topic(topic).publish(Event.of(number)).toCompletableFuture();
        assertThat(published).isCompleted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"news", "log", "@realm.log", "@@log", "@", "a b:c"})
    void topics_of_two_scopes_never_meet(String topic) {
        Node a = new Node("a");
        Node b = new Node("b");
        List<List<String>> heard = new ArrayList<>();
        for (String scope : List.of("", "realm", "other.realm")) {
            heard.add(subscribe(a.topics(scope), topic));
        }
        publish(b.topics(""), topic, 1);
        publish(b.topics("realm"), topic, 2);
        publish(b.topics("other.realm"), topic, 3);

        assertThat(heard).containsExactly(List.of(topic + "1"), List.of(topic + "2"), List.of(topic + "3"));
    }

    @Test
    void topic_that_looks_scoped_stays_shared() {
        Node a = new Node("a");
        List<String> ofRealm = subscribe(a.topics("realm"), "log");

        publish(new Node("b").topics(""), "@realm.log", 1);

        assertThat(ofRealm).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "realm", "a.b", "a%2Eb", "@x", "café", ":"})
    void name_in_cluster_returns_its_topic(String scope) {
        Scope own = Scope.of(scope);
        for (String topic : List.of("", "news", "a.b..c", "@", "@@", "@x.y", ".")) {
            String name = own.nameOf(topic);
            assertThat(own.topicOf(name)).as(name).isEqualTo(topic);
            Stream.of("", "realm", "a.b", "a%2Eb", "@x", "café", ":")
                    .filter(other -> !other.equals(scope))
                    .forEach(other ->
                            assertThat(Scope.of(other).topicOf(name)).as(name).isNull());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "realm"})
    void patterns_find_topics_of_their_scope_only(String scope) {
        Node node = new Node("a");
        for (String each : List.of("", "realm")) {
            Topics topics = node.topics(each);
            for (String topic : List.of("log.x", "@log.x", "other.log")) {
                List<String> heard = subscribe(topics, topic);
                publish(topics, topic, 1);
                assertThat(heard).hasSize(1);
            }
        }
        EventLog log = node.scopes.log(scope);

        assertThat(log.topics(MatchPolicy.PREFIX, "", 100)
                        .toCompletableFuture()
                        .join()
                        .names())
                .containsExactlyInAnyOrder("log.x", "@log.x", "other.log");
        assertThat(log.topics(MatchPolicy.PREFIX, "@", 100)
                        .toCompletableFuture()
                        .join()
                        .names())
                .containsExactly("@log.x");
        assertThat(log.topics(MatchPolicy.WILDCARD, ".x", 100)
                        .toCompletableFuture()
                        .join()
                        .names())
                .containsExactlyInAnyOrder("log.x", "@log.x");
    }

    @Test
    void gap_names_the_topic_of_the_realm() {
        Topics topics = new Node("a").topics("realm");
        publish(topics, "log", 1);
        EventLog log = new Node("b").scopes.log("realm");
        Position unknown = Position.of(1, 1, 1);

        Gap gap =
                log.read("log", unknown, 10, 1000).toCompletableFuture().join().gap();

        assertThat(gap).isNotNull().extracting(Gap::topic).isEqualTo("log");
        assertThat(log.find("log", unknown, 10, 1000)
                        .toCompletableFuture()
                        .join()
                        .gap())
                .isNotNull()
                .extracting(Gap::topic)
                .isEqualTo("log");
    }

    @Test
    void event_of_an_unknown_scope_is_ignored() {
        Scopes scopes = new Node("a").scopes;
        EventLog.LoggedEvent event =
                new EventLog.LoggedEvent(Position.of(1, 1, 1), 0, Event.of(1), Audience.ALL, 1, Instant.EPOCH);

        assertThat(scopes.onAppended("@gone.log", event).deliver()).isZero();
        assertThat(scopes.onRelayed("@gone.news", Event.of(1), Audience.ALL, 1).deliver())
                .isZero();
    }

    @Test
    void scope_has_one_receiver() {
        Node node = new Node("a");
        var unused = node.topics("realm");

        assertThatThrownBy(() -> node.topics("realm")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void every_method_of_a_log_is_in_its_scope() {
        assertThat(Stream.of(EventLog.class.getMethods()).filter(ScopesTest::isInherited))
                .as("methods that ScopedLog does not pass on")
                .allSatisfy(
                        method -> assertThat(declaring(ScopedLog.class, method)).isEqualTo(ScopedLog.class));
        assertThat(Stream.of(EventLog.Receiver.class.getMethods()).filter(ScopesTest::isInherited))
                .as("methods that Scopes does not pass on")
                .allSatisfy(
                        method -> assertThat(declaring(Scopes.class, method)).isEqualTo(Scopes.class));
    }

    private static boolean isInherited(Method method) {
        return !Modifier.isStatic(method.getModifiers());
    }

    private static Class<?> declaring(Class<?> type, Method method) throws NoSuchMethodException {
        return type.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass();
    }
}
