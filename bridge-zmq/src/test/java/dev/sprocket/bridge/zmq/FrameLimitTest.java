package dev.sprocket.bridge.zmq;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import zmq.Msg;
import zmq.io.Metadata;

/** Frames of an incomplete message. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class FrameLimitTest {
    private final FrameLimit limit = new FrameLimit(3);
    private final Metadata one = new Metadata();
    private final Metadata two = new Metadata();

    /** Treats a frame like JeroMQ: a command is not passed to the socket. */
    private boolean isKept(Metadata connection, boolean more) {
        Msg frame = limit.allocate(1);
        frame.setFlags(more ? Msg.MORE : 0);
        frame.setMetadata(connection);
        return !frame.isCommand();
    }

    @Test
    void frames_over_limit_are_dropped_except_the_last() {
        for (int i = 0; i < 3; i++) {
            assertThat(isKept(one, true)).isTrue();
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(isKept(one, true)).isFalse();
        }
        assertThat(isKept(two, true)).as("another connection").isTrue();
        assertThat(isKept(one, false)).as("the last").isTrue();
        assertThat(isKept(one, true)).as("of the next message").isTrue();
    }

    @Test
    void protocol_commands_stay_commands() {
        Msg ping = limit.allocate(1);
        ping.setFlags(Msg.COMMAND);
        assertThat(ping.isCommand()).isTrue();
    }
}
