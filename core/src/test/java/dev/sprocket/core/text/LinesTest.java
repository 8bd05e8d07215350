package dev.sprocket.core.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
import dev.sprocket.core.Recorder;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LinesTest {
    private final Recorder<Connection> app = new Recorder<>();

    @Test
    void LF_and_CR_LF_end_a_line() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.send("one\ntwo\r\n\nfour\n");

            assertThat(app.calls()).containsExactly("open", "one", "two", "", "four");
        }
    }

    @Test
    void single_CR_is_part_of_the_line() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.send("a\rb\n");

            assertThat(app.calls()).containsExactly("open", "a\rb");
        }
    }

    @Test
    void incomplete_line_is_buffered() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.send("half");
            assertThat(app.calls()).containsExactly("open");

            peer.send(" a line\n");
            assertThat(app.calls()).containsExactly("open", "half a line");
        }
    }

    @Test
    void end_of_stream_ends_a_line() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.send("one\ntwo");
            peer.shutdownOutput();

            assertThat(app.calls()).containsExactly("open", "one", "two", "close");
        }
    }

    @Test
    void end_of_stream_after_LF_adds_no_line() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.send("one\n");
            peer.shutdownOutput();

            assertThat(app.calls()).containsExactly("open", "one", "close");
        }
    }

    @Test
    void lines_may_be_split_at_every_byte() {
        byte[] bytes = "é\r\n€uro\n\n😀!\n".getBytes(UTF_8);
        for (int split = 0; split <= bytes.length; split++) {
            Recorder<Connection> lines = new Recorder<>();
            try (Peer peer = new Peer(new Lines(lines))) {
                peer.send(Arrays.copyOf(bytes, split)).send(Arrays.copyOfRange(bytes, split, bytes.length));

                assertThat(lines.calls()).as("split at %d", split).containsExactly("open", "é", "€uro", "", "😀!");
            }
        }
    }

    @Test
    void line_at_the_limit_is_delivered() {
        try (Peer peer = new Peer(new Lines(app).limit(5))) {
            peer.send("12345\n");

            assertThat(app.calls()).containsExactly("open", "12345");
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"123456\nafter\n", "123456", "123456789\r\nafter\n"})
    void longer_line_closes_connection_without_delivery(String tooLong) {
        try (Peer peer = new Peer(new Lines(app).limit(5))) {
            peer.send("ok\n").send(tooLong);

            assertThat(app.calls()).containsExactly("open", "ok", "close");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void invalid_utf8_arrives_as_replacement_characters() {
        try (Peer peer = new Peer(new Lines((MessageComponent<Connection, Message>) (from, line) -> {
            app.onMessage(from, line);
            assertThat(line.isBinary()).isFalse();
            assertThat(line.bytes()).isEqualTo("a\uFFFDb".getBytes(UTF_8));
        }))) {
            peer.send(new byte[] {'a', (byte) 0xFF, 'b', '\n'});

            assertThat(app.calls()).containsExactly("a\uFFFDb");
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void outbound_messages_end_with_LF() {
        try (Peer peer = new Peer(new Lines(new EchoServer()))) {
            peer.send("a\r\nb\n\n");

            assertThat(peer.received()).isEqualTo("a\nb\n\n");
        }
    }

    @Test
    void failing_component_closes_its_connection() {
        Recorder<Connection> failing = new Recorder<>() {
            @Override
            public void onMessage(Connection from, Message line) {
                throw new IllegalStateException("on " + line.text());
            }
        };
        try (Peer peer = new Peer(new Lines(failing))) {
            peer.send("one\ntwo\n");

            assertThat(failing.calls()).containsExactly("open", "error: on one", "close");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void failure_below_is_passed_to_the_component() {
        ForwardingComponent<Connection, Message> broken = new ForwardingComponent<>(new Lines(app)) {
            @Override
            public void onMessage(Connection from, Message bytes) {
                throw new IllegalStateException("below");
            }
        };
        try (Peer peer = new Peer(broken)) {
            peer.send("x\n");

            assertThat(app.calls()).containsExactly("open", "error: below", "close");
        }
    }

    @Test
    void rejects_limit_below_one() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lines(app).limit(0))
                .withMessage("limit: 0 (expected: >= 1)");
    }
}
