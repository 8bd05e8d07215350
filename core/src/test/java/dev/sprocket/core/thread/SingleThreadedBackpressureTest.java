package dev.sprocket.core.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Peer;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Backpressure of one thread; callbacks run when the test says so. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SingleThreadedBackpressureTest {
    private final ManualExecutor thread = new ManualExecutor();
    private final List<String> delivered = new ArrayList<>();

    private final SingleThreaded<Connection, Message> slow =
            new SingleThreaded<>(thread, (Connection from, Message message) -> delivered.add(message.text()));

    /** Records changes of auto-read, and runs a task before it is disabled. */
    private static final class RecordingChannel extends EmbeddedChannel {
        final List<Boolean> autoReadChanges = new ArrayList<>();

        @Nullable
        Runnable beforeDisable;

        private final class Config extends DefaultChannelConfig {
            Config() {
                super(RecordingChannel.this);
            }

            @Override
            public ChannelConfig setAutoRead(boolean on) {
                if (!on && beforeDisable != null) {
                    beforeDisable.run();
                }
                super.setAutoRead(on);
                autoReadChanges.add(on);
                return this;
            }
        }

        private final ChannelConfig config = new Config();

        @Override
        public ChannelConfig config() {
            return config == null ? super.config() : config;
        }
    }

    private void deliver(int count) {
        int before = delivered.size();
        while (delivered.size() < before + count) {
            thread.runOne();
        }
    }

    @Test
    void reads_pause_at_64_messages_and_resume_at_32() {
        RecordingChannel channel = new RecordingChannel();
        try (Peer peer = new Peer(channel, slow)) {
            for (int i = 0; i < 63; i++) {
                peer.send("m" + i);
            }
            assertThat(channel.config().isAutoRead()).as("63 pending").isTrue();
            peer.send("m63");
            assertThat(channel.config().isAutoRead()).as("64 pending").isFalse();

            deliver(31);
            channel.runPendingTasks();
            assertThat(channel.config().isAutoRead()).as("33 pending").isFalse();
            deliver(1);
            channel.runPendingTasks();
            assertThat(channel.config().isAutoRead()).as("32 pending").isTrue();

            deliver(32);
            channel.runPendingTasks();
            assertThat(channel.autoReadChanges).containsExactly(false, true);
        }
        thread.runAll();
    }

    @Test
    void busy_connection_does_not_pause_reads_of_others() {
        EmbeddedChannel calm = new EmbeddedChannel();
        try (Peer busy = new Peer(slow);
                Peer other = new Peer(calm, slow)) {
            other.send("x");
            for (int i = 0; i < 64; i++) {
                busy.send("m" + i);
            }

            assertThat(busy.channel.config().isAutoRead()).isFalse();
            assertThat(calm.config().isAutoRead()).isTrue();
            thread.runAll();
        }
        thread.runAll();
    }

    @Test
    void reads_resume_if_component_catches_up_during_pause() throws Exception {
        RecordingChannel channel = new RecordingChannel();
        Thread other = new Thread(thread::runAll);
        channel.beforeDisable = () -> {
            other.start();
            // it may have to wait for the end of the pause; it uses the channel while this thread does not
            while (other.isAlive() && other.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
        };
        try (Peer peer = new Peer(channel, slow)) {
            for (int i = 0; i < 64; i++) {
                peer.send("m" + i);
            }
            other.join(20_000);
            channel.runPendingTasks();

            assertThat(delivered).hasSizeGreaterThanOrEqualTo(32);
            assertThat(channel.autoReadChanges).containsExactly(false, true);
            assertThat(channel.config().isAutoRead()).isTrue();
            thread.runAll();
        }
        thread.runAll();
    }
}
