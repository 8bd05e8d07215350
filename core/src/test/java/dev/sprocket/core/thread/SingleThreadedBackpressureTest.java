package dev.sprocket.core.thread;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Peer;
import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SingleThreadedBackpressureTest {
    private final Semaphore allowed = new Semaphore(0);
    private final BlockingQueue<String> delivered = new LinkedBlockingQueue<>();

    private final SingleThreaded<Connection, Message> slow =
            new SingleThreaded<>((Connection from, Message message) -> {
                assertThat(allowed.tryAcquire(20, SECONDS)).isTrue();
                delivered.add(message.text());
            });

    /** Records changes of auto-read, and can block while it is disabled. */
    private static final class RecordingChannel extends EmbeddedChannel {
        final BlockingQueue<Boolean> autoReadChanges = new LinkedBlockingQueue<>();

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

    private void awaitDelivered(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            assertThat(delivered.poll(20, SECONDS)).isNotNull();
        }
    }

    @Test
    void reads_pause_at_64_messages_and_resume_at_32() throws Exception {
        RecordingChannel channel = new RecordingChannel();
        try (Peer peer = new Peer(channel, slow)) {
            for (int i = 0; i < 63; i++) {
                peer.send("m" + i);
            }
            assertThat(channel.config().isAutoRead()).as("63 pending").isTrue();
            peer.send("m63");
            assertThat(channel.config().isAutoRead()).as("64 pending").isFalse();
            assertThat(channel.autoReadChanges.take()).isFalse();

            allowed.release(31);
            awaitDelivered(31);
            assertThat(channel.config().isAutoRead()).as("33 pending").isFalse();
            allowed.release();
            assertThat(channel.autoReadChanges.poll(20, SECONDS))
                    .as("32 pending")
                    .isTrue();
            assertThat(channel.config().isAutoRead()).isTrue();

            allowed.release(32);
            awaitDelivered(33);
            assertThat(channel.autoReadChanges).isEmpty();
        }
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
            allowed.release(65);
        }
    }

    @Test
    void reads_resume_if_component_catches_up_during_pause() throws Exception {
        RecordingChannel channel = new RecordingChannel();
        CountDownLatch caughtUp = new CountDownLatch(64);
        SingleThreaded<Connection, Message> app = new SingleThreaded<>((Connection from, Message message) -> {
            assertThat(allowed.tryAcquire(20, SECONDS)).isTrue();
            caughtUp.countDown();
        });
        try (Peer peer = new Peer(channel, app)) {
            channel.beforeDisable = () -> {
                allowed.release(64);
                try {
                    // not a measurement: gives the component time to catch up, unless it has to wait
                    boolean all = caughtUp.await(300, MILLISECONDS);
                    assertThat(all || caughtUp.getCount() > 0).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            for (int i = 0; i < 64; i++) {
                peer.send("m" + i);
            }
            assertThat(caughtUp.await(20, SECONDS)).isTrue();

            assertThat(channel.autoReadChanges.poll(20, SECONDS)).isNotNull();
            assertThat(channel.autoReadChanges.poll(20, SECONDS)).isNotNull();
            assertThat(channel.config().isAutoRead()).isTrue();
        }
    }
}
