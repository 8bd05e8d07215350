package dev.sprocket.core.internal.net;

import com.google.errorprone.annotations.ThreadSafe;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Set of peers: address ranges as read by {@link Cidr#parse}, and {@code unix}.
 *
 * <p>{@code unix} contains all peers that connect through a Unix domain socket.
 */
@ThreadSafe
public final class PeerSet {
    private static final String UNIX = "unix";

    private final List<Cidr> ranges;
    private final boolean unix;

    private PeerSet(List<Cidr> ranges, boolean unix) {
        this.ranges = ranges;
        this.unix = unix;
    }

    /** Creates a set. Throws {@link IllegalArgumentException} for an entry that is neither a range nor {@code unix}. */
    public static PeerSet of(Collection<String> entries) {
        List<Cidr> ranges = new ArrayList<>();
        boolean unix = false;
        for (String entry : entries) {
            Cidr range = range(entry);
            if (range == Cidr.UNIX) {
                unix = true;
            } else {
                ranges.add(range);
            }
        }
        return new PeerSet(List.copyOf(ranges), unix);
    }

    /** Returns one entry of a set. */
    public static Cidr range(String entry) {
        if (entry.equals(UNIX) || entry.equals("unix:")) {
            return Cidr.UNIX;
        }
        try {
            return Cidr.parse(entry);
        } catch (IllegalArgumentException e) {
            throw entry.startsWith("unix")
                    ? new IllegalArgumentException(
                            "peer: " + entry + " (expected: unix, for all Unix domain sockets)", e)
                    : e;
        }
    }

    /** Checks one entry. Throws {@link IllegalArgumentException} if it is neither a range nor {@code unix}. */
    public static void check(String entry) {
        var unused = of(List.of(entry));
    }

    /** Reports whether the set contains a peer with this address. */
    public boolean contains(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return unix;
        }
        for (Cidr range : ranges) {
            if (range.matches(address)) {
                return true;
            }
        }
        return false;
    }

    /** Reports whether the set contains peers of Unix domain sockets. */
    public boolean containsUnix() {
        return unix;
    }

    /** Returns the entries, such as {@code [10.0.0.0/8, unix]}. */
    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        ranges.forEach(range -> all.add(range.toString()));
        if (unix) {
            all.add(UNIX);
        }
        return all.toString();
    }
}
