package dev.sprocket.bridge.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sprocket.core.Connection;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.leaktest.Wire;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Framings, the secret, answers and limits, in memory. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TcpBridgeOptionsTest {
    private final List<String> calls = new ArrayList<>();
    private final MessageComponent<Connection, Message> target = new MessageComponent<>() {
        @Override
        public void onOpen(Connection conn) {
            calls.add("open");
        }

        @Override
        public void onMessage(Connection from, Message message) {
            calls.add(message.text());
        }

        @Override
        public void onClose(Connection conn) {
            calls.add("close");
        }
    };
    private final Topics topics = new Topics();
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @RegisterExtension
    final Wire wire = new Wire();

    private void serve(TcpBridgeBuilder bridge) {
        IoServer.attach(wire.channel(), TcpBridge.stack(bridge));
    }

    @Test
    void up_to_the_end_all_is_one_message() {
        serve(TcpBridge.builder(target).framing(TcpFraming.CLOSE_DELIMITED));
        wire.send("{\n \"a\":").send(" 1\n}\n");
        assertThat(calls).containsExactly("open");

        wire.halfClose();

        assertThat(calls).containsExactly("open", "{\n \"a\": 1\n}\n", "close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void up_to_the_end_of_nothing_is_no_message() {
        serve(TcpBridge.builder(target).framing(TcpFraming.CLOSE_DELIMITED));
        wire.halfClose();

        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void up_to_the_end_a_message_that_is_too_long_closes_before_it_is_all_there() {
        serve(TcpBridge.builder(target).framing(TcpFraming.CLOSE_DELIMITED).maxMessageSize(10));
        wire.send("12345678").send("901");

        assertThat(wire.isOpen()).isFalse();
        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void with_lengths_messages_may_come_in_any_pieces() {
        serve(TcpBridge.builder(target).framing(TcpFraming.LENGTH_PREFIXED));
        for (byte b : new byte[] {0, 0, 0, 2, '{', '}', 0, 0, 0, 0, 0, 0, 0, 1, '7'}) {
            wire.send(new byte[] {b});
        }
        assertThat(calls).containsExactly("open", "{}", "7");
    }

    @Test
    void a_length_past_the_limit_closes_before_the_message_comes() {
        serve(TcpBridge.builder(target).framing(TcpFraming.LENGTH_PREFIXED).maxMessageSize(10));
        wire.sendHex("00 00 00 0a").send("1234567890");
        assertThat(calls).containsExactly("open", "1234567890");

        wire.sendHex("00 00 00 0b");

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_negative_length_closes() {
        serve(TcpBridge.builder(target).framing(TcpFraming.LENGTH_PREFIXED));
        wire.sendHex("ff ff ff ff 00");

        assertThat(wire.isOpen()).isFalse();
        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void an_unfinished_message_at_the_end_is_none() {
        serve(TcpBridge.builder(target).framing(TcpFraming.LENGTH_PREFIXED));
        wire.sendHex("00 00 00 02").send("1").halfClose();

        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void answers_are_framed_as_the_messages_are() {
        topics.topic("t").subscribe(Subscriber.of("s", tasks::add, (topic, event) -> {}));
        serve(TcpBridge.builder(topics).framing(TcpFraming.LENGTH_PREFIXED).acknowledge());
        String push = "{\"topic\":\"t\",\"event\":1}";
        wire.sendHex("00 00 00 " + Integer.toHexString(push.length())).send(push);

        assertThat(wire.receivedHex()).isEqualTo("00 00 00 04 6f 6b 20 31");
    }

    @Test
    void each_line_has_its_answer() {
        topics.topic("t").subscribe(Subscriber.of("s", tasks::add, (topic, event) -> {}));
        serve(TcpBridge.builder(topics).acknowledge());
        wire.send("{\"topic\":\"t\",\"event\":1}\n\n{\"a\":}\n{\"topic\":\"u\",\"event\":1}\n");

        assertThat(wire.received()).isEqualTo("ok 1\nerror line 1, column 6: expected a value\nok 0\n");
    }

    @Test
    void a_client_that_has_ended_its_stream_still_hears_the_answer() {
        serve(TcpBridge.builder(topics).framing(TcpFraming.CLOSE_DELIMITED).acknowledge());
        wire.send("{\"topic\":\"t\",\n\"event\":}").halfClose();

        assertThat(wire.received()).isEqualTo("error line 2, column 9: expected a value\n");
    }

    @Test
    void nothing_is_answered_unless_asked_for() {
        serve(TcpBridge.builder(topics));
        wire.send("{\"topic\":\"t\",\"event\":1}\n7\n");

        assertThat(wire.received()).isEmpty();
    }

    @Test
    void the_secret_is_the_first_line_in_any_pieces_and_what_follows_is_not_lost() {
        serve(TcpBridge.builder(target).secret("open sesame"));
        wire.send("open ").send("sesame");
        assertThat(calls).isEmpty();

        wire.send("\r\n1\n2").send("\n");

        assertThat(calls).containsExactly("open", "1", "2");
    }

    @Test
    void after_the_secret_comes_any_framing() {
        serve(TcpBridge.builder(target).secret("s").framing(TcpFraming.CLOSE_DELIMITED));
        wire.send("s\n{\n}").halfClose();

        assertThat(calls).containsExactly("open", "{\n}", "close");
    }

    @Test
    void who_does_not_know_the_secret_is_closed_and_the_target_never_hears_of_it() {
        serve(TcpBridge.builder(target).secret("open sesame"));
        wire.send("open sesam\n{}\n");

        assertThat(wire.isOpen()).isFalse();
        assertThat(wire.received()).isEmpty();
        assertThat(calls).isEmpty();
    }

    @Test
    void a_first_line_without_end_is_not_kept_for_ever() {
        serve(TcpBridge.builder(target).secret("s"));
        for (int i = 0; i < 1024; i++) {
            wire.send("x");
        }
        assertThat(wire.isOpen()).isTrue();

        wire.send("x");

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void a_first_line_that_comes_a_byte_at_a_time_keeps_no_connection_from_others() {
        serve(TcpBridge.builder(target).secret("open sesame"));
        wire.advance(4_000).send("o").advance(4_000).send("p");
        assertThat(wire.isOpen()).isTrue();

        wire.advance(2_500);

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void who_knows_the_secret_may_take_its_time() {
        serve(TcpBridge.builder(target).secret("s"));
        wire.send("s\n").advance(60_000).send("1\n");

        assertThat(calls).containsExactly("open", "1");
    }

    @Test
    void who_leaves_before_the_secret_is_not_heard_of() {
        serve(TcpBridge.builder(target).secret("s"));
        wire.send("s").halfClose();

        assertThat(calls).isEmpty();
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void who_sends_nothing_for_too_long_is_closed() {
        serve(TcpBridge.builder(target).idleTimeout(Duration.ofSeconds(10)));
        wire.advance(9_000).send("1\n").advance(9_000).send("2\n");
        assertThat(wire.isOpen()).isTrue();

        wire.advance(10_500);

        assertThat(wire.isOpen()).isFalse();
        assertThat(calls).containsExactly("open", "1", "2", "close");
    }

    @Test
    void a_connection_too_many_is_closed() {
        MessageComponent<Connection, Message> stack =
                TcpBridge.stack(TcpBridge.builder(target).maxConnections(1));
        IoServer.attach(wire.channel(), stack);
        try (Wire second = new Wire()) {
            IoServer.attach(second.channel(), stack);
            assertThat(second.isOpen()).isFalse();
        }
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void above_what_subscribers_take_it_stops_reading_and_goes_on_at_half_of_it() {
        topics.topic("t").subscribe(Subscriber.of("s", tasks::add, (topic, event) -> {}));
        topics.topic("u").subscribe(Subscriber.of("s", tasks::add, (topic, event) -> {}));
        serve(TcpBridge.builder(topics).pendingLimit(2000).idleTimeout(Duration.ofSeconds(10)));
        String push = "{\"topic\":\"t\",\"event\":\"" + "x".repeat(1000) + "\"}\n";
        wire.send(push);
        assertThat(wire.channel().config().isAutoRead()).isTrue();

        wire.send(push.replace("\"t\"", "\"u\""));
        assertThat(wire.channel().config().isAutoRead()).isFalse();
        wire.advance(60_000);
        assertThat(wire.channel().config().isAutoRead()).isFalse();
        assertThat(wire.isOpen()).as("who is held is not idle").isTrue();

        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        wire.advance(10);
        assertThat(wire.channel().config().isAutoRead()).isTrue();
    }

    @Test
    void beyond_loopback_it_wants_a_secret() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TcpBridge.builder(topics).bind("0.0.0.0", 0).build())
                .withMessage(
                        "bridge tcp: host 0.0.0.0 accepts unauthenticated messages from other machines (expected: a"
                                + " secret, or a loopback address such as 127.0.0.1)");
        TcpBridge.builder(topics).bind("0.0.0.0", 0).secret("s").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpBridge.builder(topics).secret(""));
    }

    @Test
    void limits_of_nothing_are_mistakes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpBridge.builder(topics).maxMessageSize(0))
                .withMessage("maxMessageSize: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpBridge.builder(topics).idleTimeout(Duration.ZERO))
                .withMessage("idleTimeout: 0 (expected: >= 1)");
    }
}
