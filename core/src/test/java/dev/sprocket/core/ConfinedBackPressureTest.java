package dev.sprocket.core;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

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
final class ConfinedBackPressureTest {
    private final Semaphore allowed = new Semaphore(0);
    private final BlockingQueue<String> delivered = new LinkedBlockingQueue<>();

    private final SingleThreaded<Connection, Message> slow =
            new SingleThreaded<>((Connection from, Message message) -> {
                assertThat(allowed.tryAcquire(20, SECONDS)).isTrue();
                delivered.add(message.text());
            });

    /** Tells when reading is switched on, and stops in the middle of switching it off. */
    private static final class Switch extends EmbeddedChannel {
        final BlockingQueue<Boolean> switched = new LinkedBlockingQueue<>();

        @Nullable
        Runnable whileSwitchingOff;

        private final class Config extends DefaultChannelConfig {
            Config() {
                super(Switch.this);
            }

            @Override
            public ChannelConfig setAutoRead(boolean on) {
                if (!on && whileSwitchingOff != null) {
                    whileSwitchingOff.run();
                }
                super.setAutoRead(on);
                switched.add(on);
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
    void a_connection_with_64_waiting_messages_is_not_read_until_32_are_left() throws Exception {
        Switch channel = new Switch();
        try (Peer peer = new Peer(channel, slow)) {
            for (int i = 0; i < 63; i++) {
                peer.says("m" + i);
            }
            assertThat(channel.config().isAutoRead()).as("63 waiting").isTrue();
            peer.says("m63");
            assertThat(channel.config().isAutoRead()).as("64 waiting").isFalse();
            assertThat(channel.switched.take()).isFalse();

            allowed.release(31);
            awaitDelivered(31);
            assertThat(channel.config().isAutoRead()).as("33 waiting").isFalse();
            allowed.release();
            assertThat(channel.switched.poll(20, SECONDS)).as("32 waiting").isTrue();
            assertThat(channel.config().isAutoRead()).isTrue();

            allowed.release(32);
            awaitDelivered(33);
            assertThat(channel.switched).isEmpty();
        }
    }

    @Test
    void one_busy_connection_does_not_stop_the_reading_of_others() {
        EmbeddedChannel calm = new EmbeddedChannel();
        try (Peer busy = new Peer(slow);
                Peer other = new Peer(calm, slow)) {
            other.says("x");
            for (int i = 0; i < 64; i++) {
                busy.says("m" + i);
            }

            assertThat(busy.channel.config().isAutoRead()).isFalse();
            assertThat(calm.config().isAutoRead()).isTrue();
            allowed.release(65);
        }
    }

    @Test
    void a_component_that_catches_up_while_reading_is_being_switched_off_does_not_leave_it_off() throws Exception {
        Switch channel = new Switch();
        CountDownLatch caughtUp = new CountDownLatch(64);
        SingleThreaded<Connection, Message> app = new SingleThreaded<>((Connection from, Message message) -> {
            assertThat(allowed.tryAcquire(20, SECONDS)).isTrue();
            caughtUp.countDown();
        });
        try (Peer peer = new Peer(channel, app)) {
            channel.whileSwitchingOff = () -> {
                allowed.release(64);
                try {
                    // Not a measurement: time for the component to catch up now, if nothing makes it wait.
                    boolean all = caughtUp.await(300, MILLISECONDS);
                    assertThat(all || caughtUp.getCount() > 0).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            for (int i = 0; i < 64; i++) {
                peer.says("m" + i);
            }
            assertThat(caughtUp.await(20, SECONDS)).isTrue();

            assertThat(channel.switched.poll(20, SECONDS)).isNotNull();
            assertThat(channel.switched.poll(20, SECONDS)).isNotNull();
            assertThat(channel.config().isAutoRead()).isTrue();
        }
    }
}
