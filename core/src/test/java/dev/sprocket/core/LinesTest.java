package dev.sprocket.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
            peer.says("one\ntwo\r\n\nfour\n");

            assertThat(app.calls()).containsExactly("open", "one", "two", "", "four");
        }
    }

    @Test
    void a_CR_alone_is_part_of_the_line() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.says("a\rb\n");

            assertThat(app.calls()).containsExactly("open", "a\rb");
        }
    }

    @Test
    void an_unfinished_line_waits() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.says("half");
            assertThat(app.calls()).containsExactly("open");

            peer.says(" a line\n");
            assertThat(app.calls()).containsExactly("open", "half a line");
        }
    }

    @Test
    void the_end_of_the_stream_ends_a_line() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.says("one\ntwo");
            peer.endsItsStream();

            assertThat(app.calls()).containsExactly("open", "one", "two", "close");
        }
    }

    @Test
    void the_end_of_the_stream_after_an_LF_is_no_line() {
        try (Peer peer = new Peer(new Lines(app))) {
            peer.says("one\n");
            peer.endsItsStream();

            assertThat(app.calls()).containsExactly("open", "one", "close");
        }
    }

    @Test
    void lines_may_be_cut_at_every_byte() {
        byte[] bytes = "é\r\n€uro\n\n😀!\n".getBytes(UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            Recorder<Connection> lines = new Recorder<>();
            try (Peer peer = new Peer(new Lines(lines))) {
                peer.says(Arrays.copyOf(bytes, cut)).says(Arrays.copyOfRange(bytes, cut, bytes.length));

                assertThat(lines.calls()).as("cut at %d", cut).containsExactly("open", "é", "€uro", "", "😀!");
            }
        }
    }

    @Test
    void a_line_of_the_limit_passes() {
        try (Peer peer = new Peer(new Lines(app, 5))) {
            peer.says("12345\n");

            assertThat(app.calls()).containsExactly("open", "12345");
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"123456\nafter\n", "123456", "123456789\r\nafter\n"})
    void a_longer_line_closes_and_nothing_is_delivered_any_more(String tooLong) {
        try (Peer peer = new Peer(new Lines(app, 5))) {
            peer.says("ok\n").says(tooLong);

            assertThat(app.calls()).containsExactly("open", "ok", "close");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void bytes_that_are_not_UTF_8_arrive_as_replacement_characters() {
        try (Peer peer = new Peer(new Lines((MessageComponent<Connection, Message>) (from, line) -> {
            app.onMessage(from, line);
            assertThat(line.isBinary()).isFalse();
            assertThat(line.bytes()).isEqualTo("a\uFFFDb".getBytes(UTF_8));
        }))) {
            peer.says(new byte[] {'a', (byte) 0xFF, 'b', '\n'});

            assertThat(app.calls()).containsExactly("a\uFFFDb");
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void what_is_sent_gets_an_LF() {
        try (Peer peer = new Peer(new Lines(new EchoServer()))) {
            peer.says("a\r\nb\n\n");

            assertThat(peer.hears()).isEqualTo("a\nb\n\n");
        }
    }

    @Test
    void a_component_that_fails_closes_its_connection() {
        Recorder<Connection> failing = new Recorder<>() {
            @Override
            public void onMessage(Connection from, Message line) {
                throw new IllegalStateException("on " + line.text());
            }
        };
        try (Peer peer = new Peer(new Lines(failing))) {
            peer.says("one\ntwo\n");

            assertThat(failing.calls()).containsExactly("open", "error: on one", "close");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void a_failure_below_goes_up_to_the_component() {
        ForwardingComponent<Connection, Message> broken = new ForwardingComponent<>(new Lines(app)) {
            @Override
            public void onMessage(Connection from, Message bytes) {
                throw new IllegalStateException("below");
            }
        };
        try (Peer peer = new Peer(broken)) {
            peer.says("x\n");

            assertThat(app.calls()).containsExactly("open", "error: below", "close");
        }
    }

    @Test
    void a_limit_below_one_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lines(app, 0))
                .withMessage("limit: 0 (expected: >= 1)");
    }
}
