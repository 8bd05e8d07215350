package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sprocket.pubsub.Topics;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed messages close the connection with 1007 and a reason. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ProtocolErrorTest {
    private final RecordingApp app = new RecordingApp();
    private final Topics topics = new Topics();

    private static String json(int column, String expected) {
        return "JSON, line 1, column " + column + ": " + expected;
    }

    static Stream<Arguments> malformedMessages() {
        String types = " (expected: 1, 2, 5, 6 or 7)";
        return Stream.of(
                arguments("", json(1, "expected an array")),
                arguments("hello", json(1, "expected an array")),
                arguments("null", json(1, "expected an array")),
                arguments("5", json(1, "expected an array")),
                arguments("{\"5\":\"t\"}", json(1, "expected an array")),
                arguments("[]", "empty message"),
                arguments("[5", json(3, "expected ',' or ']'")),
                arguments("[5,\"t\"", json(7, "expected ',' or ']'")),
                arguments("[5,\"t\"]]", json(8, "expected the end")),
                arguments("[5,\"t\"][5,\"u\"]", json(8, "expected the end")),
                arguments("[5,\"t\",]", json(8, "expected a value")),
                arguments("[5 \"t\"]", json(4, "expected ',' or ']'")),
                arguments("[\"5\",\"t\"]", json(2, "expected an integer")),
                arguments("[5.0,\"t\"]", json(2, "expected an integer")),
                arguments("[null,\"t\"]", json(2, "expected an integer")),
                arguments("[0,\"s\",1,\"x\"]", "message type 0" + types),
                arguments("[3,1,1]", "message type 3" + types),
                arguments("[4,1,\"e\",\"d\"]", "message type 4" + types),
                arguments("[8,\"t\",1]", "message type 8" + types),
                arguments("[9,\"t\"]", "message type 9" + types),
                arguments("[-1]", "message type -1" + types),
                arguments("[1]", "too few items (expected: prefix)"),
                arguments("[1,\"p\"]", "too few items (expected: uri)"),
                arguments("[1,1,\"u\"]", json(4, "expected a string")),
                arguments("[1,\"p\",null]", json(8, "expected a string")),
                arguments("[2]", "too few items (expected: call id)"),
                arguments("[2,1]", "too few items (expected: procedure)"),
                arguments("[2,null,\"p\"]", json(4, "expected a call id that is a string or a number")),
                arguments("[2,[1],\"p\"]", json(4, "expected a call id that is a string or a number")),
                arguments("[2,{},\"p\"]", json(4, "expected a call id that is a string or a number")),
                arguments("[2,true,\"p\"]", json(4, "expected a call id that is a string or a number")),
                arguments("[2,1,2]", json(6, "expected a string")),
                arguments("[2,1,\"p\",x]", json(10, "expected a value")),
                arguments("[5]", "too few items (expected: topic)"),
                arguments("[5,7]", json(4, "expected a string")),
                arguments("[5,[\"t\"]]", json(4, "expected a string")),
                arguments("[5,\"\"]", "topic of 0 characters (expected: 1-512)"),
                arguments("[5,\"" + "x".repeat(513) + "\"]", "topic of 513 characters (expected: 1-512)"),
                arguments("[6]", "too few items (expected: topic)"),
                arguments("[6,{}]", json(4, "expected a string")),
                arguments("[7]", "too few items (expected: topic)"),
                arguments("[7,\"t\"]", "too few items (expected: event)"),
                arguments("[7,1,1]", json(4, "expected a string")),
                arguments("[7,\"t\",tru]", json(8, "expected true")),
                arguments("[7,\"t\",1,[1]]", json(11, "expected a string")),
                arguments("[7,\"t\",1,{}]", json(10, "expected true, false or an array of session ids")),
                arguments("[7,\"t\",1,{\"0\":\"a\"}]", json(10, "expected true, false or an array of session ids")),
                arguments("[7,\"t\",1,[],\"a\"]", json(13, "expected an array")),
                arguments("[7,\"t\",1,[],true]", json(13, "expected an array")),
                arguments("[7,\"t\",1,[],7]", json(13, "expected an array")),
                arguments("[7,\"t\",1,[],{}]", json(13, "expected an array")),
                arguments("[7,\"t\",1,[],[null]]", json(14, "expected a string")),
                arguments("[7,\"t\"," + "[".repeat(64), json(71, "nested too deep (expected: <= 64)")),
                arguments("[2,1,\"p\"," + "[".repeat(20_000), json(73, "nested too deep (expected: <= 64)")));
    }

    @ParameterizedTest
    @MethodSource("malformedMessages")
    void malformed_message_closes_1007_with_reason(String wire, String reason) {
        try (WampPeer other = new WampPeer(app, topics);
                WampPeer peer = new WampPeer(app, topics)) {
            other.send("[5,\"t\"]").received();
            peer.received();
            app.calls();

            peer.send(wire).send("[5,\"after\"]");

            assertThat(peer.received()).containsExactly("close 1007 " + reason);
            assertThat(app.calls()).isEmpty();
            peer.sendClose();
            assertThat(app.calls()).containsExactly("close");
            assertThat(other.received()).isEmpty();
            assertThat(other.send("[5,\"u\"]").isConnected()).isTrue();
            assertThat(app.calls()).containsExactly("subscribe u");
        }
    }

    @Test
    void binary_message_is_rejected() {
        try (WampPeer peer = new WampPeer(app, topics)) {
            peer.received();

            assertThat(peer.sendBinary("[5,\"t\"]").received())
                    .containsExactly("close 1007 binary message (expected: text)");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void protocol_error_ends_subscriptions() {
        try (WampPeer peer = new WampPeer(app, topics)) {
            peer.send("[5,\"t\"]").send("nonsense");
            app.calls();
            peer.disconnect();

            assertThat(app.calls()).containsExactly("unsubscribe t", "close");
            assertThat(topics.all()).isEmpty();
        }
    }

    @Test
    void application_close_code_ends_callbacks() {
        try (WampPeer peer = new WampPeer(app, topics)) {
            peer.received();
            app.calls();
            app.conns.get(0).close(4000, "enough");
            peer.send("[5,\"t\"]");

            assertThat(peer.received()).containsExactly("close 4000 enough");
            assertThat(app.conns.get(0).isOpen()).isFalse();
            assertThat(app.conns.get(0).prefix("a", "b")).isFalse();
            assertThat(app.calls()).isEmpty();
        }
        assertThat(app.calls()).containsExactly("close");
    }

    @Test
    void close_without_code_is_normal() {
        try (WampPeer peer = new WampPeer(app, topics)) {
            peer.received();
            app.conns.get(0).close();

            assertThat(peer.received()).containsExactly("close 1000");
        }
    }
}
