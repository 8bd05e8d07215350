package dev.sprocket.core.internal.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Peer;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.io.IoServer;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class OutboundTest {
    private static final int BLOCK = 64 * 1024;

    /** Channel that can stop writing to its peer. */
    private static final class StallingChannel extends EmbeddedChannel {
        boolean writable;

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (writable) {
                super.doWrite(in);
            }
        }
    }

    private static final class App extends Recorder<Connection> {
        @Nullable
        Connection conn;

        @Override
        public void onOpen(Connection opened) throws Exception {
            conn = opened;
            super.onOpen(opened);
        }

        Connection conn() {
            return Objects.requireNonNull(conn);
        }
    }

    private final StallingChannel channel = new StallingChannel();
    private final App app = new App();

    /** Sends as many blocks as fit into the limit. */
    @CanIgnoreReturnValue
    private int fill(Peer peer) {
        int blocks = 0;
        while ((blocks + 1) * (BLOCK + 96L) <= IoServer.DEFAULT_OUTBOUND_LIMIT) {
            assertThat(app.conn().send(Message.binary(new byte[BLOCK]))).isTrue();
            peer.channel.runPendingTasks();
            blocks++;
        }
        return blocks;
    }

    @Test
    void closes_slow_reader_beyond_the_limit() {
        try (Peer peer = new Peer(channel, app)) {
            int blocks = fill(peer);
            assertThat(blocks).isBetween(14, 16);
            assertThat(peer.isConnected()).isTrue();

            app.conn().send(Message.binary(new byte[BLOCK]));
            peer.channel.runPendingTasks();

            assertThat(app.conn().isOpen()).isFalse();
            assertThat(app.conn().send("more")).isFalse();
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @Test
    void reader_receives_any_amount() {
        channel.writable = true;
        try (Peer peer = new Peer(channel, app)) {
            for (int i = 0; i < 64; i++) {
                assertThat(app.conn().send(Message.binary(new byte[BLOCK]))).isTrue();
            }
            assertThat(peer.isConnected()).isTrue();
            assertThat(peer.received()).hasSize(64 * BLOCK);
        }
    }

    @Test
    void reader_may_fall_behind_again_after_catching_up() {
        try (Peer peer = new Peer(channel, app)) {
            fill(peer);
            channel.writable = true;
            app.conn().send("x");
            assertThat(peer.received()).endsWith("x");
            channel.writable = false;

            fill(peer);

            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void close_waits_five_seconds_for_queued_data() {
        channel.freezeTime();
        try (Peer peer = new Peer(channel, app)) {
            app.conn().send("last words");
            app.conn().close();
            assertThat(app.conn().isOpen()).isFalse();

            channel.advanceTimeBy(4_999, MILLISECONDS);
            channel.runScheduledPendingTasks();
            assertThat(peer.isConnected()).isTrue();
            channel.advanceTimeBy(1, MILLISECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();

            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @Test
    void close_completes_when_queued_data_is_sent() {
        channel.freezeTime();
        try (Peer peer = new Peer(channel, app)) {
            app.conn().send("last words");
            app.conn().close();
            assertThat(peer.isConnected()).isTrue();
            channel.writable = true;
            channel.flush();

            assertThat(peer.received()).isEqualTo("last words");
            assertThat(peer.isConnected()).isFalse();
            channel.advanceTimeBy(10, SECONDS);
            channel.runScheduledPendingTasks();
            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @Test
    void closing_connection_delivers_no_messages() {
        try (Peer peer = new Peer(channel, app)) {
            app.conn().send("last words");
            app.conn().close();
            peer.send("too late");

            assertThat(app.calls()).containsExactly("open");
        }
        assertThat(app.calls()).containsExactly("open", "close");
    }
}
