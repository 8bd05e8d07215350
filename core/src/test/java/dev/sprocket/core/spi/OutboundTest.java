package dev.sprocket.core.spi;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.Peer;
import dev.sprocket.core.Recorder;
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

    /** A peer that may stop reading. */
    private static final class Stuck extends EmbeddedChannel {
        boolean reads;

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (reads) {
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

    private final Stuck channel = new Stuck();
    private final App app = new App();

    /** Sends as many blocks as wait within the limit. */
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
    void a_peer_that_does_not_read_is_closed_past_the_limit() {
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
    void a_peer_that_reads_may_be_sent_any_amount() {
        channel.reads = true;
        try (Peer peer = new Peer(channel, app)) {
            for (int i = 0; i < 64; i++) {
                assertThat(app.conn().send(Message.binary(new byte[BLOCK]))).isTrue();
            }
            assertThat(peer.isConnected()).isTrue();
            assertThat(peer.hears()).hasSize(64 * BLOCK);
        }
    }

    @Test
    void a_peer_that_catches_up_may_fall_behind_again() {
        try (Peer peer = new Peer(channel, app)) {
            fill(peer);
            channel.reads = true;
            app.conn().send("x");
            assertThat(peer.hears()).endsWith("x");
            channel.reads = false;

            fill(peer);

            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void close_waits_five_seconds_for_what_is_queued() {
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
    void close_ends_as_soon_as_all_is_sent() {
        channel.freezeTime();
        try (Peer peer = new Peer(channel, app)) {
            app.conn().send("last words");
            app.conn().close();
            assertThat(peer.isConnected()).isTrue();
            channel.reads = true;
            channel.flush();

            assertThat(peer.hears()).isEqualTo("last words");
            assertThat(peer.isConnected()).isFalse();
            channel.advanceTimeBy(10, SECONDS);
            channel.runScheduledPendingTasks();
            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @Test
    void a_closing_connection_delivers_nothing_more() {
        try (Peer peer = new Peer(channel, app)) {
            app.conn().send("last words");
            app.conn().close();
            peer.says("too late");

            assertThat(app.calls()).containsExactly("open");
        }
        assertThat(app.calls()).containsExactly("open", "close");
    }
}
