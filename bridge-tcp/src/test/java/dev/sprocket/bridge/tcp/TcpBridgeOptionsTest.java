package dev.sprocket.bridge.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
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

/** Framings, secret, acknowledgements and limits, in memory. */
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

    private void serve(TcpBridge.Builder bridge) {
        IoServer.attach(wire.channel(), TcpBridge.stack(bridge));
    }

    @Test
    void close_delimited_stream_is_one_message() {
        serve(TcpBridge.builder(target).framing(TcpFraming.CLOSE_DELIMITED));
        wire.send("{\n \"a\":").send(" 1\n}\n");
        assertThat(calls).containsExactly("open");

        wire.halfClose();

        assertThat(calls).containsExactly("open", "{\n \"a\": 1\n}\n", "close");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void close_delimited_empty_stream_is_no_message() {
        serve(TcpBridge.builder(target).framing(TcpFraming.CLOSE_DELIMITED));
        wire.halfClose();

        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void close_delimited_message_over_limit_closes_early() {
        serve(TcpBridge.builder(target).framing(TcpFraming.CLOSE_DELIMITED).maxMessageSize(10));
        wire.send("12345678").send("901");

        assertThat(wire.isOpen()).isFalse();
        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void length_prefixed_messages_may_arrive_in_pieces() {
        serve(TcpBridge.builder(target).framing(TcpFraming.LENGTH_PREFIXED));
        for (byte b : new byte[] {0, 0, 0, 2, '{', '}', 0, 0, 0, 0, 0, 0, 0, 1, '7'}) {
            wire.send(new byte[] {b});
        }
        assertThat(calls).containsExactly("open", "{}", "7");
    }

    @Test
    void length_over_limit_closes_before_the_message() {
        serve(TcpBridge.builder(target).framing(TcpFraming.LENGTH_PREFIXED).maxMessageSize(10));
        wire.sendHex("00 00 00 0a").send("1234567890");
        assertThat(calls).containsExactly("open", "1234567890");

        wire.sendHex("00 00 00 0b");

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void negative_length_closes_the_connection() {
        serve(TcpBridge.builder(target).framing(TcpFraming.LENGTH_PREFIXED));
        wire.sendHex("ff ff ff ff 00");

        assertThat(wire.isOpen()).isFalse();
        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void incomplete_last_message_is_dropped() {
        serve(TcpBridge.builder(target).framing(TcpFraming.LENGTH_PREFIXED));
        wire.sendHex("00 00 00 02").send("1").halfClose();

        assertThat(calls).containsExactly("open", "close");
    }

    @Test
    void acknowledgements_use_the_framing_of_messages() {
        topics.topic("t").subscribe(Subscriber.of("s", tasks::add, (topic, event) -> {}));
        serve(TcpBridge.builder(topics).framing(TcpFraming.LENGTH_PREFIXED).acknowledge());
        String push = "{\"topic\":\"t\",\"event\":1}";
        wire.sendHex("00 00 00 " + Integer.toHexString(push.length())).send(push);

        assertThat(wire.receivedHex()).isEqualTo("00 00 00 04 6f 6b 20 31");
    }

    @Test
    void each_line_is_acknowledged() {
        topics.topic("t").subscribe(Subscriber.of("s", tasks::add, (topic, event) -> {}));
        serve(TcpBridge.builder(topics).acknowledge());
        wire.send("{\"topic\":\"t\",\"event\":1}\n\n{\"a\":}\n{\"topic\":\"u\",\"event\":1}\n");

        assertThat(wire.received()).isEqualTo("ok 1\nerror line 1, column 6: expected a value\nok 0\n");
    }

    @Test
    void half_closed_client_gets_the_acknowledgement() {
        serve(TcpBridge.builder(topics).framing(TcpFraming.CLOSE_DELIMITED).acknowledge());
        wire.send("{\"topic\":\"t\",\n\"event\":}").halfClose();

        assertThat(wire.received()).isEqualTo("error line 2, column 9: expected a value\n");
    }

    @Test
    void no_acknowledgements_by_default() {
        serve(TcpBridge.builder(topics));
        wire.send("{\"topic\":\"t\",\"event\":1}\n7\n");

        assertThat(wire.received()).isEmpty();
    }

    @Test
    void secret_line_may_arrive_in_pieces_with_data() {
        serve(TcpBridge.builder(target).secret("open sesame"));
        wire.send("open ").send("sesame");
        assertThat(calls).isEmpty();

        wire.send("\r\n1\n2").send("\n");

        assertThat(calls).containsExactly("open", "1", "2");
    }

    @Test
    void any_framing_may_follow_the_secret() {
        serve(TcpBridge.builder(target).secret("s").framing(TcpFraming.CLOSE_DELIMITED));
        wire.send("s\n{\n}").halfClose();

        assertThat(calls).containsExactly("open", "{\n}", "close");
    }

    @Test
    void wrong_secret_closes_before_onOpen() {
        serve(TcpBridge.builder(target).secret("open sesame"));
        wire.send("open sesam\n{}\n");

        assertThat(wire.isOpen()).isFalse();
        assertThat(wire.received()).isEmpty();
        assertThat(calls).isEmpty();
    }

    @Test
    void first_line_over_limit_closes() {
        serve(TcpBridge.builder(target).secret("s"));
        for (int i = 0; i < 1024; i++) {
            wire.send("x");
        }
        assertThat(wire.isOpen()).isTrue();

        wire.send("x");

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void slow_first_line_closes_after_timeout() {
        serve(TcpBridge.builder(target).secret("open sesame"));
        wire.advance(4_000).send("o").advance(4_000).send("p");
        assertThat(wire.isOpen()).isTrue();

        wire.advance(2_500);

        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void no_handshake_timeout_after_the_secret() {
        serve(TcpBridge.builder(target).secret("s"));
        wire.send("s\n").advance(60_000).send("1\n");

        assertThat(calls).containsExactly("open", "1");
    }

    @Test
    void disconnect_before_the_secret_is_not_reported() {
        serve(TcpBridge.builder(target).secret("s"));
        wire.send("s").halfClose();

        assertThat(calls).isEmpty();
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void idle_connection_is_closed() {
        serve(TcpBridge.builder(target).idleTimeout(Duration.ofSeconds(10)));
        wire.advance(9_000).send("1\n").advance(9_000).send("2\n");
        assertThat(wire.isOpen()).isTrue();

        wire.advance(10_500);

        assertThat(wire.isOpen()).isFalse();
        assertThat(calls).containsExactly("open", "1", "2", "close");
    }

    @Test
    void connection_over_limit_is_closed() {
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
    void reading_pauses_above_pending_limit_and_resumes_at_half() {
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
    void non_loopback_address_requires_a_secret() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TcpBridge.builder(topics).bind("0.0.0.0", 0).build())
                .withMessage(
                        "bridge tcp: host 0.0.0.0 accepts unauthenticated messages from other machines (expected: a"
                                + " secret, or a loopback address such as 127.0.0.1)");
        assertThat(TcpBridge.builder(topics).bind("0.0.0.0", 0).secret("s").build())
                .isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpBridge.builder(topics).secret(""));
    }

    @Test
    void zero_limits_are_rejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpBridge.builder(topics).maxMessageSize(0))
                .withMessage("maxMessageSize: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpBridge.builder(topics).idleTimeout(Duration.ZERO))
                .withMessage("idleTimeout: 0 (expected: >= 1)");
    }
}
