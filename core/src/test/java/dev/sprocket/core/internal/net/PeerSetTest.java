package dev.sprocket.core.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PeerSetTest {
    private static final UnixDomainSocketAddress SOCKET = UnixDomainSocketAddress.of("/run/site.sock");

    @Test
    void unix_contains_all_unix_sockets_and_no_address() {
        PeerSet peers = PeerSet.of(List.of("unix", "10.0.0.0/8"));

        assertThat(peers.contains(SOCKET)).isTrue();
        assertThat(peers.contains(new InetSocketAddress("10.1.2.3", 1))).isTrue();
        assertThat(peers.contains(new InetSocketAddress("127.0.0.1", 1))).isFalse();
        assertThat(peers).hasToString("[10.0.0.0/8, unix]");
    }

    @Test
    void ranges_contain_no_unix_socket() {
        assertThat(PeerSet.of(List.of("0.0.0.0/0", "::/0")).contains(SOCKET)).isFalse();
    }

    @Test
    void rejects_other_entries() {
        assertThatThrownBy(() -> PeerSet.check("unix:/run/nginx.sock"))
                .hasMessage("peer: unix:/run/nginx.sock (expected: unix, for all Unix domain sockets)");
        assertThatThrownBy(() -> PeerSet.check("localhost")).hasMessageContaining("(expected: such as 10.0.0.0/8");
    }
}
