package dev.sprocket.core.filter;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.net.Cidr;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Address of one client: an IPv4 address, or the /64 of an IPv6 address.
 *
 * <p>A /64 is the smallest assignment to one site (RFC 6177), and has too many addresses to be tracked separately.
 */
@ThreadSafe
final class ClientAddress {
    /** Length of an IPv6 network in bytes, of 16. */
    private static final int NETWORK = 8;

    private final byte[] bytes;

    private ClientAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns null for addresses without an IP address, such as Unix domain sockets. */
    static @Nullable ClientAddress of(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null ? of(inet.getAddress()) : null;
    }

    static ClientAddress of(InetAddress address) {
        byte[] plain = Cidr.plain(address.getAddress());
        boolean whole = plain.length < 16 || address instanceof Inet6Address six && six.isLinkLocalAddress();
        return new ClientAddress(whole ? plain : Arrays.copyOf(plain, NETWORK));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientAddress group && Arrays.equals(bytes, group.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
