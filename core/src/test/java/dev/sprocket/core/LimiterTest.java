package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.spi.PeerLog;
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

    /** A channel from an address, whose clock stands still. */
    private static final class From extends EmbeddedChannel {
        private final SocketAddress address;

        private From(String ip) {
            address = new InetSocketAddress(ip, 5000);
            freezeTime();
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return address;
        }

        void pass(long millis) {
            advanceTimeBy(millis, TimeUnit.MILLISECONDS);
            runScheduledPendingTasks();
            runPendingTasks();
        }
    }

    private final From channel = new From("192.0.2.1");

    private Peer peer(LimiterBuilder limits) {
        return new Peer(channel, limits.around(app));
    }

    private static void say(Peer peer, int count) {
        for (int i = 0; i < count; i++) {
            peer.says("m");
        }
    }

    @Test
    void connections_in_all() {
        Limiter<Connection, Message> limiter = Limiter.builder().connections(2).around(app);
        try (LogLines log = LogLines.record();
                Peer one = new Peer(limiter);
                Peer two = new Peer(limiter);
                Peer three = new Peer(limiter)) {
            assertThat(one.isConnected() && two.isConnected()).isTrue();
            assertThat(three.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "open");
            assertThat(limiter.rejectedConnections()).isEqualTo(1);
            assertThat(log.with("reason=connection 3 (expected: <= 2)")).hasSize(1);
            one.leaves();
            assertThat(limiter.connections()).isEqualTo(1);
            try (Peer four = new Peer(limiter)) {
                assertThat(four.isConnected()).isTrue();
            }
        }
        assertThat(limiter.connections()).isZero();
        assertThat(app.calls().stream().filter("close"::equals)).hasSize(3);
    }

    @Test
    void connections_of_one_address() {
        Limiter<Connection, Message> limiter = Limiter.builder().perAddress(1).around(app);
        try (Peer one = new Peer(new From("192.0.2.1"), limiter);
                Peer other = new Peer(new From("192.0.2.2"), limiter);
                Peer again = new Peer(new From("192.0.2.1"), limiter)) {
            assertThat(one.isConnected() && other.isConnected()).isTrue();
            assertThat(again.isConnected()).isFalse();
            one.leaves();
            try (Peer later = new Peer(new From("192.0.2.1"), limiter)) {
                assertThat(later.isConnected()).isTrue();
            }
        }
        assertThat(limiter.connections()).isZero();
    }

    @Test
    void addresses_of_one_ipv6_network_count_as_one() throws Exception {
        Limiter<Connection, Message> limiter = Limiter.builder().perAddress(2).around(app);
        try (Peer one = new Peer(new From("2001:db8:1:1::1"), limiter);
                Peer two = new Peer(new From("2001:db8:1:1:ffff::2"), limiter);
                Peer three = new Peer(new From("2001:db8:1:1:1:2:3:4"), limiter);
                Peer neighbour = new Peer(new From("2001:db8:1:2::1"), limiter)) {
            assertThat(one.isConnected() && two.isConnected() && neighbour.isConnected())
                    .isTrue();
            assertThat(three.isConnected()).isFalse();
            two.leaves();
            try (Peer later = new Peer(new From("2001:db8:1:1::9"), limiter)) {
                assertThat(later.isConnected()).isTrue();
            }
        }
        assertThat(limiter.connections()).isZero();
    }

    @Test
    void ipv4_written_as_ipv6_counts_as_ipv4() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = mapped[11] = (byte) 0xff;
        System.arraycopy(InetAddress.getByName("192.0.2.1").getAddress(), 0, mapped, 12, 4);

        assertThat(ClientAddress.of(Inet6Address.getByAddress(null, mapped, -1)))
                .isEqualTo(ClientAddress.of(InetAddress.getByName("192.0.2.1")))
                .isNotEqualTo(ClientAddress.of(InetAddress.getByName("192.0.2.2")));
    }

    @Test
    void messages_past_the_limit_are_refused_until_time_has_passed() {
        Limiter<Connection, Message> limiter =
                Limiter.builder().messages(4, RateLimitAction.REJECT).around(app);
        try (LogLines log = LogLines.record();
                Peer peer = new Peer(channel, limiter)) {
            say(peer, 7);
            assertThat(app.calls()).hasSize(1 + 4);
            channel.pass(250);
            say(peer, 2);
            assertThat(app.calls()).hasSize(1 + 5);
            channel.pass(10_000);
            say(peer, 5);
            assertThat(app.calls()).as("no more than a second is saved up").hasSize(1 + 9);
            assertThat(limiter.rejectedMessages()).isEqualTo(5);
            PeerLog.flush();
            assertThat(log.with("rate limit exceeded: "))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("repeated=4, peer=192.0.2.1");
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void too_many_messages_close_the_connection() {
        Limiter<Connection, Message> limiter =
                Limiter.builder().messages(2, RateLimitAction.CLOSE).around(app);
        try (LogLines log = LogLines.record();
                Peer peer = new Peer(channel, limiter)) {
            say(peer, 4);
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "m", "m", "close");
            assertThat(limiter.closedConnections()).isEqualTo(1);
            assertThat(log.with("reason=more than 2 messages a second")).hasSize(1);
        }
    }

    @Test
    void bytes_count_apart_from_messages() {
        try (Peer peer =
                peer(Limiter.builder().messages(100, RateLimitAction.REJECT).bytes(10, RateLimitAction.CLOSE))) {
            peer.says("0123456789");
            assertThat(peer.isConnected()).isTrue();
            peer.says("x");
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "0123456789", "close");
        }
    }

    @Test
    void whoever_is_held_loses_nothing_and_is_read_from_when_the_debt_is_paid() {
        Limiter<Connection, Message> limiter =
                Limiter.builder().messages(2, RateLimitAction.PAUSE).around(app);
        try (Peer peer = new Peer(channel, limiter)) {
            say(peer, 2);
            assertThat(channel.config().isAutoRead()).isTrue();
            say(peer, 4); // read before: two seconds of debt
            assertThat(app.calls()).hasSize(1 + 6);
            assertThat(channel.config().isAutoRead()).isFalse();
            channel.pass(1_500);
            assertThat(channel.config().isAutoRead()).isFalse();
            channel.pass(500);
            assertThat(channel.config().isAutoRead()).isTrue();
            assertThat(limiter.pausedConnections()).isEqualTo(1);
            say(peer, 1);
            assertThat(channel.config().isAutoRead()).isFalse();
        }
    }

    @Test
    void bytes_can_be_held_too() {
        try (Peer peer = peer(Limiter.builder().bytes(10, RateLimitAction.PAUSE))) {
            peer.says("0123456789").says("01234");
            assertThat(app.calls()).hasSize(3);
            assertThat(channel.config().isAutoRead()).isFalse();
            channel.pass(500);
            assertThat(channel.config().isAutoRead()).isTrue();
        }
    }

    @Test
    void what_has_no_socket_cannot_be_held_and_is_refused() throws Exception {
        Limiter<Connection, Message> limiter =
                Limiter.builder().messages(1, RateLimitAction.PAUSE).around(app);
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
    void limits_of_nothing_are_refused() {
        LimiterBuilder limits = Limiter.builder();
        assertThatThrownBy(() -> limits.connections(0)).hasMessage("connections: 0 (expected: >= 1)");
        assertThatThrownBy(() -> limits.perAddress(-1)).hasMessage("connections from an address: -1 (expected: >= 1)");
        assertThatThrownBy(() -> limits.messages(0, RateLimitAction.PAUSE))
                .hasMessage("messages a second: 0 (expected: >= 1)");
        assertThatThrownBy(() -> limits.bytes(0, RateLimitAction.PAUSE))
                .hasMessage("bytes a second: 0 (expected: >= 1)");
    }
}
