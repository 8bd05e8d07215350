package dev.sprocket.core.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.Peer;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.internal.log.PeerLog;
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
    private final IpFilter<Connection, Message> filter = new IpFilter<>(app);

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
            filter.deny(deny);
        }
        if (allow != null) {
            filter.allow(allow);
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
        filter.allow("10.0.0.0/8");
        assertThat(filter.accepts(socket)).isFalse();
        filter.allow("unix");
        assertThat(filter.accepts(socket)).isTrue();
        assertThat(filter.accepts(address("127.0.0.1"))).isFalse();
        filter.deny("0.0.0.0/0").deny("::/0");
        assertThat(filter.accepts(socket)).isTrue();
        assertThat(filter.deny("unix").accepts(socket)).isFalse();
        assertThat(filter.denied()).contains(Cidr.UNIX).hasSize(3);
        assertThat(Cidr.UNIX).hasToString("unix").isNotEqualTo(Cidr.parse("0.0.0.0/0"));
        assertThatThrownBy(() -> filter.deny("unix:/run/site.sock")).hasMessageContaining("expected: unix, for all");
    }

    @Test
    void logs_one_line_with_the_rule_per_rejection() {
        filter.deny("10.0.0.0/8").allow("192.0.2.0/24");
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
    void new_rule_closes_only_matching_connections() {
        try (Peer in = from("10.1.2.3");
                Peer out = from("192.0.2.1")) {
            in.send("a");
            filter.deny("192.0.2.0/24");
            out.channel.runPendingTasks();
            assertThat(out.isConnected()).isFalse();
            assertThat(in.isConnected()).isTrue();
            assertThat(app.calls()).containsExactly("open", "open", "a", "close");

            filter.allow("172.16.0.0/12");
            in.channel.runPendingTasks();
            assertThat(in.isConnected()).isFalse();
            assertThat(filter.rejected()).isEqualTo(2);
        }
        assertThat(app.calls()).endsWith("close", "close");
    }

    @Test
    void removed_rule_no_longer_rejects() {
        Cidr range = Cidr.parse("10.0.0.0/8");
        filter.deny(range).allow("192.0.2.1");
        filter.undeny(range).disallow(Cidr.parse("192.0.2.1"));
        assertThat(filter.denied()).isEmpty();
        assertThat(filter.allowed()).isEmpty();
        try (Peer peer = from("10.1.2.3")) {
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void connection_without_address_is_in_no_range() {
        filter.deny("0.0.0.0/0").deny("::/0");
        try (Peer unknown = new Peer(filter)) {
            assertThat(unknown.isConnected()).isTrue();
            filter.allow("0.0.0.0/0");
            unknown.channel.runPendingTasks();
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
