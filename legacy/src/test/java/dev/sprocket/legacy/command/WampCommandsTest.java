package dev.sprocket.legacy.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.http.HttpServer;
import dev.sprocket.legacy.command.Command.Close;
import dev.sprocket.legacy.command.Command.Run;
import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.Topic;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.testkit.WampPeer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.WampConnection;
import dev.sprocket.wamp.server.WampServer;
import dev.sprocket.websocket.WsServer;
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
                case "fail" -> new WampCommand.CallError(call, "error:no", "no").details(List.of(1));
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

    private List<String> responses(String request) {
        WampPeer peer = WampPeer.to(CommandAdapter.wamp(app));
        peer.messages();
        List<String> responses = peer.send(request).messages();
        peer.disconnect();
        return responses;
    }

    @Test
    void prefix_command_sends_prefix() {
        WampPeer peer = WampPeer.to(CommandAdapter.wamp(app));
        peer.receives("[1,\"blog\",\"http://example.com/blog#\"]").receivesNothingElse();
        peer.disconnect();
    }

    @Test
    void call_result_command_sends_result() {
        assertThat(responses("[2,\"1\",\"add\",1,2]")).containsExactly("[3,\"1\",3]");
    }

    @Test
    void call_error_command_sends_error() {
        assertThat(responses("[2,\"1\",\"fail\"]")).containsExactly("[4,\"1\",\"error:no\",\"no\",[1]]");
    }

    @Test
    void exception_of_command_fails_procedure() {
        assertThat(responses("[2,\"1\",\"throw\"]")).containsExactly("[4,\"1\",\"error:thrown\",\"thrown\"]");
    }

    @Test
    void unknown_procedure_returns_error() {
        assertThat(responses("[2,\"1\",\"other\"]"))
                .containsExactly("[4,\"1\",\"wamp.error.no_such_procedure\",\"no procedure other\"]");
    }

    @Test
    void event_and_broadcast_commands_send_events() {
        assertThat(responses("[5,\"news\"]")).containsExactly("[8,\"news\",\"welcome\"]");
        WampServer server = new WampServer(CommandAdapter.wamp(app));
        WampPeer ann = WampPeer.to(server);
        WampPeer bob = WampPeer.to(server);
        ann.subscribe("news").messages();
        bob.publish("news", "{\"a\":1}");
        assertThat(ann.messages()).containsExactly("[8,\"news\",{\"a\":1}]");
        ann.disconnect();
        bob.disconnect();
    }

    @Test
    void event_before_close_command_is_delivered() {
        WampPeer peer = WampPeer.to(CommandAdapter.wamp(app));
        peer.subscribe("news").messages();
        assertThat(peer.send("[2,\"1\",\"leave\"]").messages())
                .containsExactly("[3,\"1\",\"bye\"]", "[8,\"farewell\",1]");
        peer.isClosedWith(1000);
        peer.disconnect();
        assertThat(app.log).containsExactly("subscribe news", "close");
    }

    @Test
    void disconnect_unsubscribes_before_onClose() {
        WampPeer peer = WampPeer.to(CommandAdapter.wamp(app));
        peer.subscribe("news").messages();
        peer.disconnect();
        assertThat(app.log).containsExactly("subscribe news", "unsubscribe news", "close");
    }

    @Test
    void acknowledged_publish_fails_without_onPublish() {
        WsServer server = new WsServer(new WampServer(CommandAdapter.wamp(new WampCommandComponent() {})));
        WsPeer peer = WsPeer.toStack(new HttpServer(server), "/", "Sec-WebSocket-Protocol: wamp.2.json");
        peer.send("[1,\"realm1\",{\"roles\":{\"publisher\":{}}}]").texts();

        peer.send("[16,1,{\"acknowledge\":true},\"t\",[1]]");

        assertThat(peer.texts()).singleElement().asString().startsWith("[8,16,1,{},\"wamp.error.not_authorized\",");
        peer.socket().close();
    }

    @Test
    void equal_commands_are_equal() throws Exception {
        Topic topic = new Topics().topic("news");
        assertThat(app.onPublish(null, topic, Event.of(1), Audience.except("x")))
                .isEqualTo(new WampCommand.Broadcast(topic, Event.of(1), Audience.except("x")))
                .isNotEqualTo(new WampCommand.Broadcast(topic, Event.of(1)))
                .isNotEqualTo(new WampCommand.Broadcast(topic, Event.of(2), Audience.except("x")));
    }
}
