package dev.sprocket.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Peer;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.net.Cidr;
import dev.sprocket.leaktest.LogLines;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class IpFilterTest {
    private final Recorder<Connection> app = new Recorder<>();
    private IpFilter<Connection, Message> filter = new IpFilter<>(app);

    /** Creates a peer with this address. */
    private Peer from(String ip) {
        return new Peer(
                new EmbeddedChannel() {
                    @Override
                    protected SocketAddress remoteAddress0() {
                        return address(ip);
                    }
                },
                filter);
    }

    private static InetSocketAddress address(String ip) {
        return new InetSocketAddress(ip, 5000);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,,10.1.2.3,false",
        "10.0.0.0/8,,11.1.2.3,true",
        "10.1.2.3,,10.1.2.3,false",
        "10.1.2.3,,10.1.2.4,true",
        "::ffff:10.1.2.3,,10.1.2.3,false",
        "10.1.2.3,,::ffff:10.1.2.3,false",
        "2001:db8::/32,,2001:db8:1::1,false",
        "2001:db8::/32,,2001:db9::1,true",
        ",10.0.0.0/8,10.1.2.3,true",
        ",10.0.0.0/8,11.1.2.3,false",
        "10.0.0.13,10.0.0.0/8,10.0.0.12,true",
        "10.0.0.13,10.0.0.0/8,10.0.0.13,false",
    })
    void deny_takes_precedence_over_allow(String deny, String allow, String ip, boolean accepted) {
        if (deny != null) {
            filter = filter.deny(deny);
        }
        if (allow != null) {
            filter = filter.allow(allow);
        }
        assertThat(filter.accepts(address(ip))).isEqualTo(accepted);
        try (Peer peer = from(ip)) {
            assertThat(peer.isConnected()).isEqualTo(accepted);
            peer.send("hello");
        }
        assertThat(app.calls()).isEqualTo(accepted ? java.util.List.of("open", "hello", "close") : java.util.List.of());
        assertThat(filter.rejected()).isEqualTo(accepted ? 0 : 1);
    }

    @Test
    void unix_rule_applies_to_unix_sockets_only() {
        SocketAddress socket = java.net.UnixDomainSocketAddress.of("/run/site.sock");
        filter = filter.allow("10.0.0.0/8");
        assertThat(filter.accepts(socket)).isFalse();
        filter = filter.allow("unix");
        assertThat(filter.accepts(socket)).isTrue();
        assertThat(filter.accepts(address("127.0.0.1"))).isFalse();
        filter = filter.deny("0.0.0.0/0", "::/0");
        assertThat(filter.accepts(socket)).isTrue();
        filter = filter.deny("unix");
        assertThat(filter.accepts(socket)).isFalse();
        assertThat(filter.denied()).containsExactlyInAnyOrder("0.0.0.0/0", "::/0", "unix");
        assertThat(Cidr.UNIX).hasToString("unix").isNotEqualTo(Cidr.parse("0.0.0.0/0"));
        assertThatThrownBy(() -> filter.deny("unix:/run/site.sock")).hasMessageContaining("expected: unix, for all");
    }

    @Test
    void logs_one_line_with_the_rule_per_rejection() {
        filter = filter.deny("10.0.0.0/8").allow("192.0.2.0/24");
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer denied = from("10.1.2.3");
                Peer other = from("198.51.100.1")) {
            assertThat(log.containing("rejected"))
                    .containsExactly(
                            "connection rejected: peer=10.1.2.3:5000 rule=\"denied: 10.0.0.0/8\"",
                            "connection rejected: peer=198.51.100.1:5000 rule=\"allowed: [192.0.2.0/24]\"");
        }
    }

    @Test
    void blocking_closes_only_matching_connections() {
        filter = filter.allow("0.0.0.0/0");
        try (Peer in = from("10.1.2.3");
                Peer out = from("192.0.2.1")) {
            in.send("a");
            filter.block("192.0.2.0/24");
            out.channel.runPendingTasks();
            assertThat(out.isConnected()).isFalse();
            assertThat(in.isConnected()).isTrue();
            assertThat(app.calls()).containsExactly("open", "open", "a", "close");
            assertThat(filter.rejected()).isEqualTo(1);
        }
        assertThat(app.calls()).endsWith("close", "close");
    }

    @Test
    void unblocked_address_is_accepted_again() {
        filter.block("10.0.0.0/8");
        assertThat(filter.blocked()).containsExactly("10.0.0.0/8");
        assertThat(filter.accepts(address("10.1.2.3"))).isFalse();

        filter.unblock("10.0.0.0/8");
        assertThat(filter.blocked()).isEmpty();
        try (Peer peer = from("10.1.2.3")) {
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void copy_has_its_own_connections_and_blocked_addresses() {
        filter.block("192.0.2.1");
        try (Peer rejected = from("192.0.2.1");
                Peer peer = from("10.1.2.3")) {
            assertThat(rejected.isConnected()).isFalse();
            IpFilter<Connection, Message> copy = filter.deny("172.16.0.0/12");
            copy.block("10.0.0.0/8");
            peer.channel.runPendingTasks();

            assertThat(peer.isConnected()).isTrue();
            assertThat(copy.accepts(address("192.0.2.1"))).isTrue();
            assertThat(copy.rejected()).isZero();
            assertThat(filter.denied()).isEmpty();
        }
    }

    @Test
    void successor_applies_its_rules_to_open_connections() {
        filter.block("192.0.2.1");
        IpFilter<Connection, Message> successor = filter.allow("172.16.0.0/12", "192.0.2.0/24");
        try (Peer peer = from("10.1.2.3")) {
            successor.takeOver(filter);
            peer.channel.runPendingTasks();

            assertThat(peer.isConnected()).isFalse();
            assertThat(successor.accepts(address("192.0.2.1"))).isFalse();
            assertThat(filter.accepts(address("10.1.2.3"))).isFalse();
        }
    }

    @Test
    void connection_without_address_is_in_no_range() {
        IpFilter<Connection, Message> deniesAll = filter.deny("0.0.0.0/0", "::/0");
        try (Peer unknown = new Peer(deniesAll)) {
            assertThat(unknown.isConnected()).isTrue();
        }
        try (Peer unknown = new Peer(deniesAll.allow("0.0.0.0/0"))) {
            assertThat(unknown.isConnected()).isFalse();
        }
    }

    @Test
    void invalid_range_is_named_in_the_error() {
        assertThatThrownBy(() -> filter.deny("10.0.0.0/33"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10.0.0.0/33");
    }
}
