package dev.sprocket.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.TestConnection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.leaktest.LogLines;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests the decorators that log callbacks. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LoggingDecoratorsTest {
    private final AtomicLong clock = new AtomicLong();

    /** Advances the clock by the milliseconds in the message, and by ten on open. */
    private final class Sleeper implements MessageComponent<Connection, Message> {
        @Override
        public void onOpen(Connection conn) {
            advance(10);
        }

        @Override
        public void onMessage(Connection from, Message message) {
            if (message.text().equals("throw")) {
                advance(300);
                throw new IllegalStateException("boom\nINFO not a line");
            }
            advance(Integer.parseInt(message.text()));
        }

        @Override
        public void onError(Connection conn, Throwable cause) {
            advance(400);
        }

        private void advance(int millis) {
            clock.addAndGet(Duration.ofMillis(millis).toNanos());
        }
    }

    @Test
    void slow_callback_warning_has_name_and_time() {
        var slow = new SlowCallbackWarning<Connection, Message>(Duration.ofMillis(50), clock::get, new Sleeper());
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer peer = new Peer(slow)) {
            peer.send("50").send("51").send("throw");
            assertThat(log.containing("slow callback"))
                    .containsExactly(
                            "slow callback: callback=Sleeper.onMessage peer=embedded durationMs=51.0 thresholdMs=50.0"
                                    + " (wrap the component in ExecuteOn)",
                            "slow callback: callback=Sleeper.onError peer=embedded durationMs=400.0 thresholdMs=50.0"
                                    + " (wrap the component in ExecuteOn)");
            PeerLog.flush();
            assertThat(log.containing("repeated="))
                    .singleElement()
                    .asString()
                    .contains("Sleeper.onMessage")
                    .contains("repeated=1");
        }
    }

    @Test
    void rejects_threshold_of_zero() {
        assertThatThrownBy(() -> new SlowCallbackWarning<Connection, Message>(Duration.ZERO, new Sleeper()))
                .hasMessage("threshold: PT0S (expected: > 0)");
    }

    @Test
    void logs_messages_with_their_size() {
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer peer = new Peer(new MessageLogger<>("wire", new Sleeper()))) {
            peer.send("1").send("throw").disconnect();
            assertThat(log.lines())
                    .containsExactly(
                            "connection opened: peer=embedded",
                            "message received: peer=embedded message=\"binary message of 1 bytes\"",
                            "message received: peer=embedded message=\"binary message of 5 bytes\"",
                            "callback failed: peer=embedded cause=\"java.lang.IllegalStateException: boom\\u000aINFO"
                                    + " not a line\"",
                            "connection closed: peer=embedded");
        }
    }

    @Test
    void logged_content_is_escaped() {
        Recorder<Connection> app = new Recorder<>();
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer peer = new Peer(new MessageLogger<>("wire", app).logContent())) {
            peer.send("hi\r\nINFO me").send(new byte[] {(byte) 0xFF, 0}).send("x".repeat(600));
            assertThat(log.containing("message received: "))
                    .containsExactly(
                            "message received: peer=embedded message=\"binary message of 11 bytes: hi\\u000d\\u000aINFO"
                                    + " me\"",
                            "message received: peer=embedded message=\"binary message of 2 bytes: ff00\"",
                            "message received: peer=embedded message=\"binary message of 600 bytes: " + "x".repeat(500)
                                    + "… (600 characters)\"");
            assertThat(app.calls()).hasSize(4);
        }
    }

    @Test
    void logs_messages_of_other_types() throws Exception {
        MessageComponent<Connection, Integer> app = (from, number) -> {};
        try (LogLines log = LogLines.record(PeerLog::flush)) {
            TestConnection conn = new TestConnection();
            new MessageLogger<>("wire", app).onMessage(conn, 42);
            new MessageLogger<>("wire", app).logContent().onMessage(conn, 42);
            assertThat(log.containing("message received: "))
                    .hasSize(2)
                    .first()
                    .asString()
                    .endsWith(" message=Integer");
            assertThat(log.containing("message received: ")).last().asString().endsWith(" message=42");
        }
    }
}
