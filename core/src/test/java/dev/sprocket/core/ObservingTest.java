package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.spi.PeerLog;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The decorators that only look: at time, and at what is said. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ObservingTest {
    private final AtomicLong clock = new AtomicLong();

    /** Takes as many milliseconds as the message says, ten to open and none to close. */
    private final class Sleeper implements MessageComponent<Connection, Message> {
        @Override
        public void onOpen(Connection conn) {
            pass(10);
        }

        @Override
        public void onMessage(Connection from, Message message) {
            if (message.text().equals("throw")) {
                pass(300);
                throw new IllegalStateException("boom\nINFO not a line");
            }
            pass(Integer.parseInt(message.text()));
        }

        @Override
        public void onError(Connection conn, Throwable cause) {
            pass(400);
        }

        private void pass(int millis) {
            clock.addAndGet(Duration.ofMillis(millis).toNanos());
        }
    }

    @Test
    void slow_callbacks_are_named_with_their_time() {
        var slow = new SlowCallbackWarning<Connection, Message>(Duration.ofMillis(50), clock::get, new Sleeper());
        try (LogLines log = LogLines.record();
                Peer peer = new Peer(slow)) {
            peer.says("50").says("51").says("throw");
            assertThat(log.with("slow callback"))
                    .containsExactly(
                            "slow callback: callback=Sleeper.onMessage peer=embedded ms=51.0 threshold=50.0"
                                    + " (wrap the component in ExecuteOn)",
                            "slow callback: callback=Sleeper.onError peer=embedded ms=400.0 threshold=50.0"
                                    + " (wrap the component in ExecuteOn)");
            PeerLog.flush();
            assertThat(log.with("repeated="))
                    .singleElement()
                    .asString()
                    .contains("Sleeper.onMessage")
                    .contains("repeated=1");
        }
    }

    @Test
    void a_threshold_of_nothing_is_refused() {
        assertThatThrownBy(() -> new SlowCallbackWarning<Connection, Message>(Duration.ZERO, new Sleeper()))
                .hasMessage("threshold: PT0S (expected: > 0)");
    }

    @Test
    void messages_are_logged_by_their_size() {
        try (LogLines log = LogLines.record();
                Peer peer = new Peer(new MessageLogger<>("wire", new Sleeper()))) {
            peer.says("1").says("throw").leaves();
            assertThat(log.all())
                    .containsExactly(
                            "embedded opened",
                            "embedded sent binary message of 1 bytes",
                            "embedded sent binary message of 5 bytes",
                            "embedded failed: java.lang.IllegalStateException: boom\\u000aINFO not a line",
                            "embedded closed");
        }
    }

    @Test
    void content_is_logged_on_request_and_cannot_fake_lines() {
        Recorder<Connection> app = new Recorder<>();
        try (LogLines log = LogLines.record();
                Peer peer = new Peer(new MessageLogger<>("wire", app).withContent())) {
            peer.says("hi\r\nINFO me").says(new byte[] {(byte) 0xFF, 0}).says("x".repeat(600));
            assertThat(log.with(" sent "))
                    .containsExactly(
                            "embedded sent binary message of 11 bytes: hi\\u000d\\u000aINFO me",
                            "embedded sent binary message of 2 bytes: ff00",
                            "embedded sent binary message of 600 bytes: " + "x".repeat(500) + "… (600 characters)");
            assertThat(app.calls()).hasSize(4);
        }
    }

    @Test
    void what_a_layer_made_of_messages_is_logged_too() throws Exception {
        MessageComponent<Connection, Integer> app = (from, number) -> {};
        try (LogLines log = LogLines.record()) {
            TestConnection conn = new TestConnection();
            new MessageLogger<>("wire", app).onMessage(conn, 42);
            new MessageLogger<>("wire", app).withContent().onMessage(conn, 42);
            assertThat(log.with(" sent ")).hasSize(2).first().asString().endsWith("sent a Integer");
            assertThat(log.with(" sent ")).last().asString().endsWith("sent 42");
        }
    }
}
