package dev.sprocket.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Peer;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.TestConnection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.leaktest.LogLines;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LimiterTest {
    private final Recorder<Connection> app = new Recorder<>();

    /** Channel with an address and a frozen clock. */
    private static final class AddressedChannel extends EmbeddedChannel {
        private final SocketAddress address;

        private AddressedChannel(String ip) {
            address = new InetSocketAddress(ip, 5000);
            freezeTime();
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return address;
        }

        void advance(long millis) {
            advanceTimeBy(millis, TimeUnit.MILLISECONDS);
            runScheduledPendingTasks();
            runPendingTasks();
        }
    }

    private final AddressedChannel channel = new AddressedChannel("192.0.2.1");

    private Peer peer(Limiter<Connection, Message> limiter) {
        return new Peer(channel, limiter);
    }

    private static void send(Peer peer, int count) {
        for (int i = 0; i < count; i++) {
            peer.send("m");
        }
    }

    @Test
    void limits_total_connections() {
        Limiter<Connection, Message> limiter = new Limiter<Connection, Message>(app).connections(2);
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer one = new Peer(limiter);
                Peer two = new Peer(limiter);
                Peer three = new Peer(limiter)) {
            assertThat(one.isConnected() && two.isConnected()).isTrue();
            assertThat(three.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "open");
            assertThat(limiter.rejectedConnections()).isEqualTo(1);
            assertThat(log.containing("reason=\"too many connections (max-connections: 2)\""))
                    .hasSize(1);
            one.disconnect();
            assertThat(limiter.connections()).isEqualTo(1);
            try (Peer four = new Peer(limiter)) {
                assertThat(four.isConnected()).isTrue();
            }
        }
        assertThat(limiter.connections()).isZero();
        assertThat(app.calls().stream().filter("close"::equals)).hasSize(3);
    }

    @Test
    void limits_connections_per_address() {
        Limiter<Connection, Message> limiter = new Limiter<Connection, Message>(app).perAddress(1);
        try (Peer one = new Peer(new AddressedChannel("192.0.2.1"), limiter);
                Peer other = new Peer(new AddressedChannel("192.0.2.2"), limiter);
                Peer again = new Peer(new AddressedChannel("192.0.2.1"), limiter)) {
            assertThat(one.isConnected() && other.isConnected()).isTrue();
            assertThat(again.isConnected()).isFalse();
            one.disconnect();
            try (Peer later = new Peer(new AddressedChannel("192.0.2.1"), limiter)) {
                assertThat(later.isConnected()).isTrue();
            }
        }
        assertThat(limiter.connections()).isZero();
    }

    @Test
    void ipv6_network_counts_as_one_address() throws Exception {
        Limiter<Connection, Message> limiter = new Limiter<Connection, Message>(app).perAddress(2);
        try (Peer one = new Peer(new AddressedChannel("2001:db8:1:1::1"), limiter);
                Peer two = new Peer(new AddressedChannel("2001:db8:1:1:ffff::2"), limiter);
                Peer three = new Peer(new AddressedChannel("2001:db8:1:1:1:2:3:4"), limiter);
                Peer otherNetwork = new Peer(new AddressedChannel("2001:db8:1:2::1"), limiter)) {
            assertThat(one.isConnected() && two.isConnected() && otherNetwork.isConnected())
                    .isTrue();
            assertThat(three.isConnected()).isFalse();
            two.disconnect();
            try (Peer later = new Peer(new AddressedChannel("2001:db8:1:1::9"), limiter)) {
                assertThat(later.isConnected()).isTrue();
            }
        }
        assertThat(limiter.connections()).isZero();
    }

    @Test
    void ipv4_mapped_address_counts_as_ipv4() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(InetAddress.getByName("192.0.2.1").getAddress(), 0, mapped, 12, 4);

        assertThat(ClientAddress.of(Inet6Address.getByAddress(null, mapped, -1)))
                .isEqualTo(ClientAddress.of(InetAddress.getByName("192.0.2.1")))
                .isNotEqualTo(ClientAddress.of(InetAddress.getByName("192.0.2.2")));
    }

    @Test
    void rejects_messages_until_bucket_refills() {
        Limiter<Connection, Message> limiter = new Limiter<Connection, Message>(app).messages(4, Limiter.Action.REJECT);
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer peer = new Peer(channel, limiter)) {
            send(peer, 7);
            assertThat(app.calls()).hasSize(1 + 4);
            channel.advance(250);
            send(peer, 2);
            assertThat(app.calls()).hasSize(1 + 5);
            channel.advance(10_000);
            send(peer, 5);
            assertThat(app.calls()).as("at most one second accumulates").hasSize(1 + 9);
            assertThat(limiter.rejectedMessages()).isEqualTo(5);
            PeerLog.flush();
            assertThat(log.containing("rate limit exceeded: "))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("repeated=4, source=192.0.2.1");
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void closes_connection_above_message_rate() {
        Limiter<Connection, Message> limiter = new Limiter<Connection, Message>(app).messages(2, Limiter.Action.CLOSE);
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer peer = new Peer(channel, limiter)) {
            send(peer, 4);
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "m", "m", "close");
            assertThat(limiter.closedConnections()).isEqualTo(1);
            assertThat(log.containing("reason=\"more than 2 messages a second")).hasSize(1);
        }
    }

    @Test
    void bytes_are_limited_separately_from_messages() {
        try (Peer peer = peer(new Limiter<Connection, Message>(app)
                .messages(100, Limiter.Action.REJECT)
                .bytes(10, Limiter.Action.CLOSE))) {
            peer.send("0123456789");
            assertThat(peer.isConnected()).isTrue();
            peer.send("x");
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "0123456789", "close");
        }
    }

    @Test
    void paused_connection_loses_nothing_and_resumes_after_debt() {
        Limiter<Connection, Message> limiter = new Limiter<Connection, Message>(app).messages(2, Limiter.Action.PAUSE);
        try (Peer peer = new Peer(channel, limiter)) {
            send(peer, 2);
            assertThat(channel.config().isAutoRead()).isTrue();
            send(peer, 4); // already read: two seconds of debt
            assertThat(app.calls()).hasSize(1 + 6);
            assertThat(channel.config().isAutoRead()).isFalse();
            channel.advance(1_500);
            assertThat(channel.config().isAutoRead()).isFalse();
            channel.advance(500);
            assertThat(channel.config().isAutoRead()).isTrue();
            assertThat(limiter.pausedConnections()).isEqualTo(1);
            send(peer, 1);
            assertThat(channel.config().isAutoRead()).isFalse();
        }
    }

    @Test
    void byte_limit_can_pause_reads() {
        try (Peer peer = peer(new Limiter<Connection, Message>(app).bytes(10, Limiter.Action.PAUSE))) {
            peer.send("0123456789").send("01234");
            assertThat(app.calls()).hasSize(3);
            assertThat(channel.config().isAutoRead()).isFalse();
            channel.advance(500);
            assertThat(channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void rejects_instead_of_pausing_without_a_socket() throws Exception {
        Limiter<Connection, Message> limiter = new Limiter<Connection, Message>(app).messages(1, Limiter.Action.PAUSE);
        TestConnection conn = new TestConnection();
        limiter.onOpen(conn);
        for (int i = 0; i < 20; i++) {
            limiter.onMessage(conn, Message.text("m"));
        }
        limiter.onClose(conn);
        assertThat(limiter.rejectedMessages()).isGreaterThanOrEqualTo(1);
        assertThat(app.calls()).hasSize(2 + 20 - (int) limiter.rejectedMessages());
    }

    @Test
    void copy_starts_without_connections_and_counts() {
        Limiter<Connection, Message> limiter = new Limiter<Connection, Message>(app).connections(1);
        try (Peer first = new Peer(limiter);
                Peer second = new Peer(limiter)) {
            assertThat(first.isConnected()).isTrue();
            assertThat(second.isConnected()).isFalse();
            Limiter<Connection, Message> copy = limiter.perAddress(5);

            assertThat(copy.connections()).isZero();
            assertThat(copy.rejectedConnections()).isZero();
            try (Peer third = new Peer(copy)) {
                assertThat(third.isConnected()).isTrue();
                assertThat(limiter.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void rejects_limits_below_one() {
        Limiter<Connection, Message> limits = new Limiter<>(app);
        assertThatThrownBy(() -> limits.connections(0)).hasMessage("connections: 0 (expected: >= 1)");
        assertThatThrownBy(() -> limits.perAddress(-1)).hasMessage("connections from an address: -1 (expected: >= 1)");
        assertThatThrownBy(() -> limits.messages(0, Limiter.Action.PAUSE))
                .hasMessage("messages a second: 0 (expected: >= 1)");
        assertThatThrownBy(() -> limits.bytes(0, Limiter.Action.PAUSE))
                .hasMessage("bytes a second: 0 (expected: >= 1)");
    }
}
