package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Command;
import dev.sprocket.core.Command.Close;
import dev.sprocket.core.Command.Run;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class WampCommandsTest {
    private static final class App implements WampCommandComponent {
        final List<String> log = new ArrayList<>();

        @Override
        public Command onOpen(WampConnection conn) {
            return new WampCommand.Prefix(conn, "blog", "http://example.com/blog#");
        }

        @Override
        public Command onCall(WampConnection conn, Call call) throws Exception {
            return switch (call.procedure()) {
                case "add" -> new Run(() -> new WampCommand.CallResult(call, 3));
                case "fail" -> new WampCommand.CallError(call, "error:no", "no", List.of(1));
                case "throw" ->
                    new Run(() -> {
                        throw new CallException("error:thrown", "thrown");
                    });
                case "leave" -> Command.all(new WampCommand.CallResult(call, "bye"), new Close(conn));
                default -> WampCommandComponent.super.onCall(conn, call);
            };
        }

        @Override
        public Command onSubscribe(WampConnection conn, Topic topic) {
            log.add("subscribe " + topic.id());
            return new WampCommand.Event(conn, topic, Event.of("welcome"));
        }

        @Override
        public Command onUnsubscribe(WampConnection conn, Topic topic) {
            log.add("unsubscribe " + topic.id());
            return Command.NONE;
        }

        @Override
        public Command onPublish(WampConnection conn, Topic topic, Event event, Audience audience) {
            return new WampCommand.Broadcast(topic, event, audience);
        }

        @Override
        public Command onClose(WampConnection conn) {
            log.add("close");
            return new WampCommand.Event(conn, "farewell", Event.of(1));
        }
    }

    private final App app = new App();

    private List<String> answers(String request) {
        try (WampPeer peer = new WampPeer(new WampCommandAdapter(app))) {
            peer.hears();
            return peer.says(request).hears();
        }
    }

    @Test
    void a_prefix_is_a_command() {
        try (WampPeer peer = new WampPeer(new WampCommandAdapter(app))) {
            assertThat(peer.hears()).last().isEqualTo("[1,\"blog\",\"http://example.com/blog#\"]");
        }
    }

    @Test
    void a_call_result_is_a_command_also_of_a_function() {
        assertThat(answers("[2,\"1\",\"add\",1,2]")).containsExactly("[3,\"1\",3]");
    }

    @Test
    void a_call_error_is_a_command() {
        assertThat(answers("[2,\"1\",\"fail\"]")).containsExactly("[4,\"1\",\"error:no\",\"no\",[1]]");
    }

    @Test
    void what_a_command_throws_is_what_the_procedure_threw() {
        assertThat(answers("[2,\"1\",\"throw\"]")).containsExactly("[4,\"1\",\"error:thrown\",\"thrown\"]");
    }

    @Test
    void a_procedure_that_nobody_knows_is_answered() {
        assertThat(answers("[2,\"1\",\"other\"]"))
                .containsExactly("[4,\"1\",\"wamp.error.no_such_procedure\",\"no procedure other\"]");
    }

    @Test
    void an_event_is_a_command_and_so_is_a_broadcast() {
        assertThat(answers("[5,\"news\"]")).containsExactly("[8,\"news\",\"welcome\"]");
        WampCommandAdapter commands = new WampCommandAdapter(app);
        Topics topics = new Topics();
        try (WampPeer ann = new WampPeer(commands, topics);
                WampPeer bob = new WampPeer(commands, topics)) {
            ann.says("[5,\"news\"]").hears();
            bob.says("[7,\"news\",{\"a\":1}]");
            assertThat(ann.hears()).containsExactly("[8,\"news\",{\"a\":1}]");
        }
    }

    @Test
    void a_farewell_event_arrives_and_nothing_is_told_after_the_close() {
        try (WampPeer peer = new WampPeer(new WampCommandAdapter(app))) {
            peer.says("[5,\"news\"]").hears();
            assertThat(peer.says("[2,\"1\",\"leave\"]").hears())
                    .startsWith("[3,\"1\",\"bye\"]", "[8,\"farewell\",1]")
                    .hasSize(3);
        }
        assertThat(app.log).containsExactly("subscribe news", "close");
    }

    @Test
    void a_peer_that_leaves_unsubscribes_first() {
        WampPeer peer = new WampPeer(new WampCommandAdapter(app));
        peer.says("[5,\"news\"]").hears();
        peer.close();
        assertThat(app.log).containsExactly("subscribe news", "unsubscribe news", "close");
    }

    @Test
    void two_that_say_the_same_are_equal() throws Exception {
        Topic topic = new Topics().topic("news");
        assertThat(app.onPublish(null, topic, Event.of(1), Audience.except("x")))
                .isEqualTo(new WampCommand.Broadcast(topic, Event.of(1), Audience.except("x")))
                .isNotEqualTo(new WampCommand.Broadcast(topic, Event.of(1)))
                .isNotEqualTo(new WampCommand.Broadcast(topic, Event.of(2), Audience.except("x")));
    }
}
