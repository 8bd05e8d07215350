package dev.sprocket.core.internal.net;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Range of IP addresses, such as {@code 10.0.0.0/8} or {@code fd00::/8} (RFC 4632, RFC 4291 2.3).
 *
 * <p>May be a single address such as {@code 192.0.2.7}. An IPv4-mapped IPv6 address ({@code ::ffff:10.0.0.1}) is the
 * IPv4 address. {@link #UNIX} stands for peers without an IP address.
 */
@ThreadSafe
public final class Cidr {
    /** Range of all peers of Unix domain sockets, without IP addresses. Written {@code unix} in sets of peers. */
    public static final Cidr UNIX = new Cidr(new byte[0], 0);

    private static final int MAPPED_BITS = 96;

    private final byte[] network;
    private final int bits;

    private Cidr(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /**
     * Parses a range; bits after the prefix are ignored. Never queries DNS.
     *
     * @throws IllegalArgumentException unless the text is an IP address with an optional {@code /} and prefix length
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] written = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (written == null) {
            throw new IllegalArgumentException(
                    "address range: " + text + " (expected: such as 10.0.0.0/8, fd00::/8, ::1)");
        }
        int maxPrefix = written.length * 8;
        int prefix = slash < 0 ? maxPrefix : prefix(text, text.substring(slash + 1), maxPrefix);
        byte[] network = plain(written);
        if (network.length < written.length) {
            if (prefix < MAPPED_BITS) {
                throw new IllegalArgumentException(
                        "address range: " + text + " (expected: a prefix of 96 to 128 for IPv4 written as IPv6)");
            }
            prefix -= MAPPED_BITS;
        }
        for (int i = 0; i < network.length; i++) {
            network[i] &= mask(prefix, i);
        }
        return new Cidr(network, prefix);
    }

    private static int prefix(String text, String digits, int maxPrefix) {
        boolean number = !digits.isEmpty()
                && digits.length() <= 3
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        int prefix = number ? Integer.parseInt(digits) : -1;
        if (prefix < 0 || prefix > maxPrefix) {
            throw new IllegalArgumentException(
                    "address range: " + text + " (expected: a prefix of 0 to " + maxPrefix + ")");
        }
        return prefix;
    }

    /** Reports whether an address is in the range. */
    public boolean matches(InetAddress address) {
        byte[] other = plain(address.getAddress());
        if (other.length != network.length) {
            return false;
        }
        for (int i = 0; i * 8 < bits; i++) {
            if (((other[i] ^ network[i]) & mask(bits, i)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Reports whether a peer is in the range. Peers without an IP address can only be in {@link #UNIX}. */
    public boolean matches(@Nullable SocketAddress address) {
        if (network.length == 0) {
            return address instanceof UnixDomainSocketAddress;
        }
        return address instanceof InetSocketAddress inet && inet.getAddress() != null && matches(inet.getAddress());
    }

    /** Returns the bits of a byte that belong to the prefix. */
    private static int mask(int bits, int index) {
        int left = bits - index * 8;
        return left >= 8 ? 0xff : left <= 0 ? 0 : 0xff << (8 - left) & 0xff;
    }

    /** Converts an IPv4-mapped IPv6 address to IPv4. */
    public static byte[] plain(byte[] address) {
        if (address.length != 16 || address[10] != -1 || address[11] != -1) {
            return address;
        }
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return address;
            }
        }
        return Arrays.copyOfRange(address, 12, 16);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Cidr cidr && bits == cidr.bits && Arrays.equals(network, cidr.network);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(network) + bits;
    }

    /** Returns the range as read by {@link #parse}, without the ignored bits. */
    @Override
    public String toString() {
        return network.length == 0 ? "unix" : NetUtil.bytesToIpAddress(network) + "/" + bits;
    }
}
