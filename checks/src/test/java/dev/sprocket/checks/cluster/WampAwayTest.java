package dev.sprocket.checks.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sprocket.cluster.memory.MemoryHub;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.WampPeer;
import dev.sprocket.testkit.WsPeer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Clients of WAMP while the engine answers late, or is away. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class WampAwayTest {
    private final MemoryHub hub = new MemoryHub();
    private final MemoryNode a = new MemoryNode(hub, "a");
    private final MemoryNode b = new MemoryNode(hub, "b");
    private final WsPeer ann = a.v2();

    @AfterEach
    void close() {
        a.close();
        b.close();
    }

    private static ListAppender<ILoggingEvent> logged() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        ((Logger) LoggerFactory.getLogger(Topics.class)).addAppender(lines);
        return lines;
    }

    @AfterEach
    void stopLogging() {
        ((Logger) LoggerFactory.getLogger(Topics.class)).detachAndStopAllAppenders();
    }

    @Test
    void acknowledged_publish_without_engine_is_unavailable() {
        List<String> local = a.hear("log", "plain");
        a.engine.disconnect();
        ann.send("[16,1,{\"acknowledge\":true},\"log\",[1]]");
        assertThat(ann.texts())
                .containsExactly("[8,16,1,{},\"wamp.error.unavailable\","
                        + "[\"the log of the topic is not available: engine is away\"]]");
        ann.send("[16,2,{\"acknowledge\":true},\"plain\",[2]]");
        assertThat(ann.texts()).singleElement().asString().startsWith("[17,2,");
        assertThat(local).containsExactly("2");
    }

    @Test
    void acknowledgement_waits_for_the_log() {
        List<String> local = a.hear("log");
        hub.stop();
        ann.send("[16,1,{\"acknowledge\":true},\"log\",[1]]").send("[16,2,{},\"log\",[2]]");
        assertThat(ann.texts()).isEmpty();
        hub.resume();
        assertThat(ann.texts()).singleElement().asString().startsWith("[17,1,");
        assertThat(local).containsExactly("1", "2");
    }

    @Test
    void publish_whose_answer_is_lost_is_unavailable() {
        a.hear("log");
        hub.stop();
        ann.send("[16,1,{\"acknowledge\":true},\"log\",[1]]");
        a.engine.disconnect();
        hub.resume();
        assertThat(ann.texts()).singleElement().asString().startsWith("[8,16,1,{},\"wamp.error.unavailable\"");
    }

    @Test
    void publication_id_is_the_same_everywhere() {
        for (String topic : List.of("log", "plain")) {
            WsPeer here = a.v2().send("[32,1,{},\"" + topic + "\"]");
            WsPeer there = b.v2().send("[32,1,{},\"" + topic + "\"]");
            here.texts();
            there.texts();
            ann.send("[16," + (topic.equals("log") ? 1 : 2) + ",{\"acknowledge\":true},\"" + topic + "\",[1]]");
            String publication = ann.texts().get(0).replaceAll(".*,(\\d+)]", "$1");
            assertThat(here.texts()).singleElement().asString().contains("," + publication + ",{");
            assertThat(there.texts()).singleElement().asString().contains("," + publication + ",{");
        }
    }

    @Test
    void subscribed_waits_for_the_engine() {
        for (String topic : List.of("log", "plain")) {
            WsPeer bob = a.v2();
            hub.stop();
            bob.send("[32,1,{},\"" + topic + "\"]").send("[32,2,{},\"other\"]");
            assertThat(bob.texts()).isEmpty();
            b.publish(topic, 1); // carried out after the subscription
            hub.resume();
            b.publish(topic, 2);
            assertThat(bob.texts()).satisfies(texts -> {
                assertThat(texts.get(0)).startsWith("[33,1,");
                assertThat(texts.get(1)).startsWith("[33,2,");
                assertThat(texts.get(texts.size() - 1)).endsWith(",[2]]");
            });
        }
    }

    @Test
    void subscribed_to_topic_without_log_completes_while_away() {
        a.engine.disconnect();
        ann.send("[32,1,{},\"plain\"]");
        assertThat(ann.texts()).singleElement().asString().startsWith("[33,1,");
        a.publish("plain", 1);
        assertThat(ann.texts()).singleElement().asString().endsWith(",[1]]");
        a.engine.reconnect();
        b.publish("plain", 2);
        assertThat(ann.texts()).singleElement().asString().endsWith(",[2]]");
    }

    @Test
    void subscribing_to_topic_with_log_waits_until_engine_returns() {
        a.engine.disconnect();
        ann.send("[32,1,{},\"log\"]");
        assertThat(ann.texts()).isEmpty();
        a.engine.reconnect();
        b.publish("log", 1);
        assertThat(ann.texts())
                .satisfiesExactly(subscribed -> assertThat(subscribed).startsWith("[33,1,"), event -> assertThat(event)
                        .endsWith(",[1]]"));
    }

    @Test
    void subscribing_to_topic_with_log_is_refused_later() {
        MemoryNode c = new MemoryNode(hub, "c", Duration.ZERO);
        c.engine.disconnect();
        WsPeer bob = c.v2().send("[32,1,{},\"log\"]").send("[32,2,{},\"plain\"]");
        assertThat(bob.texts()).isEmpty();
        c.log.sweep();
        assertThat(bob.texts())
                .satisfiesExactly(
                        refused -> assertThat(refused)
                                .startsWith("[8,32,1,{},\"wamp.error.unavailable\",[\"the log of the topic is not"),
                        subscribed -> assertThat(subscribed).startsWith("[33,2,"));
        assertThat(c.log.subscribed()).isEqualTo(1);
        c.engine.reconnect();
        b.publish("log", 1);
        assertThat(bob.texts()).isEmpty();
    }

    @Test
    void v1_subscription_begins_when_engine_returns() {
        MemoryNode c = new MemoryNode(hub, "c", Duration.ZERO);
        c.engine.disconnect();
        WampPeer bob = c.v1().subscribe("log");
        c.log.sweep();
        c.engine.reconnect();
        b.publish("log", 1);
        bob.receivesEvent("log", "1").receivesNothingElse();
        c.close();
    }

    @Test
    void end_of_session_cancels_a_pending_subscription() {
        for (String topic : List.of("log", "plain")) {
            for (String end : List.of("[6,{},\"wamp.close.normal\"]", "")) {
                WsPeer bob = a.v2();
                hub.stop();
                bob.send("[32,1,{},\"" + topic + "\"]");
                if (end.isEmpty()) {
                    bob.disconnect();
                } else {
                    bob.send(end);
                }
                hub.resume();
                bob.texts();
                assertThat(a.topics.topic(topic).size()).isZero();
                assertThat(a.log.subscribed()).isZero();
            }
        }
    }

    @Test
    void unacknowledged_publishes_are_counted_and_logged_once() {
        ListAppender<ILoggingEvent> lines = logged();
        WampPeer bob = a.v1();
        a.engine.disconnect();
        bob.publish("log", "1");
        ann.send("[16,1,{},\"log\",[1]]");
        assertThat(ann.texts()).isEmpty();
        bob.receivesNothingElse();
        assertThat(a.log.counters().appendsFailed.sum()).isEqualTo(2);
        a.engine.reconnect();
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        begin -> assertThat(begin)
                                .startsWith("events of publishers without")
                                .contains("engine is away"),
                        end -> assertThat(end).startsWith("log accepts events again: lostEvents=2 "));
    }

    @Test
    void disclosed_publisher_reaches_other_nodes() {
        WsPeer bob = b.v2().send("[32,1,{},\"plain\"]");
        bob.texts();
        ann.send("[16,1,{},\"plain\",[1]]").send("[16,2,{\"disclose_me\":true},\"plain\",[2]]");
        assertThat(bob.texts())
                .satisfiesExactly(silent -> assertThat(silent).contains(",{},[1]]"), disclosed -> assertThat(disclosed)
                        .containsPattern("\"publisher\":\\d+")
                        .contains("\"publisher_authid\":", "\"publisher_authrole\":\"anonymous\""));
    }
}
