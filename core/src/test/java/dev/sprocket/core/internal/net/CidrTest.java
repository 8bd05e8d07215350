package dev.sprocket.core.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CidrTest {
    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255",
        "10.0.0.0/8, 10.0.0.0",
        "192.0.2.128/25, 192.0.2.128",
        "192.0.2.7, 192.0.2.7",
        "0.0.0.0/0, 203.0.113.9",
        "fd00::/8, fdff::1",
        "2001:db8:8000::/33, 2001:db8:ffff::",
        "::1, ::1",
        "::/0, 2001:db8::1",
    })
    void matches_addresses_with_same_prefix(String range, String inside) throws Exception {
        assertThat(Cidr.parse(range).matches(address(inside))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 11.0.0.0",
        "192.0.2.128/25, 192.0.2.127",
        "192.0.2.7, 192.0.2.6",
        "2001:db8:8000::/33, 2001:db8:7fff::",
        "::1, ::2",
        "0.0.0.0/0, ::1",
        "::/0, 127.0.0.1",
    })
    void does_not_match_other_addresses(String range, String outside) throws Exception {
        assertThat(Cidr.parse(range).matches(address(outside))).isFalse();
    }

    @Test
    void ipv4_mapped_address_is_ipv4() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
        assertThat(Cidr.parse("10.0.0.0/8").matches(Inet6Address.getByAddress(null, mapped, 0)))
                .isTrue();
        assertThat(Cidr.parse("::ffff:10.0.0.0/104")).isEqualTo(Cidr.parse("10.0.0.0/8"));
    }

    @Test
    void ignores_bits_after_the_prefix() {
        assertThat(Cidr.parse("10.1.2.3/8"))
                .isEqualTo(Cidr.parse("10.0.0.0/8"))
                .hasSameHashCodeAs(Cidr.parse("10.0.0.0/8"))
                .hasToString("10.0.0.0/8");
        assertThat(Cidr.parse("::1")).hasToString("::1/128");
    }

    @Test
    void address_without_ip_is_in_no_range() {
        assertThat(Cidr.parse("0.0.0.0/0").matches(UnixDomainSocketAddress.of("/tmp/x")))
                .isFalse();
        assertThat(Cidr.parse("0.0.0.0/0").matches(InetSocketAddress.createUnresolved("name", 1)))
                .isFalse();
        assertThat(Cidr.parse("127.0.0.0/8").matches(new InetSocketAddress("127.0.0.1", 1)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", "::/-1"})
    void invalid_range_is_named_in_the_error(String invalid) {
        assertThatThrownBy(() -> Cidr.parse(invalid))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("address range: " + invalid + " (expected: ");
    }

    @Test
    void mapped_range_requires_prefix_of_at_least_96() {
        assertThatThrownBy(() -> Cidr.parse("::ffff:10.0.0.0/8"))
                .hasMessageContaining("a prefix of 96 to 128 for IPv4 written as IPv6");
    }
}
