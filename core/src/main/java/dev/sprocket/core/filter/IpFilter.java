package dev.sprocket.core.filter;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Filters connections by their IP addresses.
 *
 * <pre>{@code
 * new IpFilter<>(app).deny("192.0.2.0/24").deny("2001:db8::7");
 * new IpFilter<>(app).allow("10.0.0.0/8").deny("10.0.0.13"); // all others are rejected
 * }</pre>
 *
 * <p>A denied address is always rejected. If any range is allowed, all other addresses are rejected. A rule change also
 * applies to open connections: those that it rejects are closed. Under HTTP a rejected request is answered with 403.
 * The rule {@code unix} applies to all connections through a Unix domain socket, which are in no range.
 */
@ThreadSafe
@ConcurrentComponent
public final class IpFilter<C extends Connection, M> extends Guard<C, M, String> {
    private static final PeerLog LOG = PeerLog.of(IpFilter.class);

    private final Set<Cidr> allowed = new CopyOnWriteArraySet<>();
    private final Set<Cidr> denied = new CopyOnWriteArraySet<>();
    private volatile Set<C> open = ConcurrentHashMap.newKeySet();
    private final LongAdder rejected = new LongAdder();

    /** Creates a filter without rules, which accepts all connections. */
    public IpFilter(MessageComponent<? super C, ? super M> inner) {
        super(inner);
    }

    /** Allows an address, a range or {@code unix}, as read by {@link PeerSet#of}. */
    public IpFilter<C, M> allow(String range) {
        return allow(PeerSet.range(range));
    }

    /** Allows a range. The first allowed range rejects all addresses outside of it. */
    public IpFilter<C, M> allow(Cidr range) {
        allowed.add(range);
        return recheck();
    }

    /** Removes an allowed range. Without allowed ranges all addresses are allowed. */
    public IpFilter<C, M> disallow(Cidr range) {
        allowed.remove(range);
        return recheck();
    }

    /** Denies an address, a range or {@code unix}, as read by {@link PeerSet#of}. */
    public IpFilter<C, M> deny(String range) {
        return deny(PeerSet.range(range));
    }

    /** Denies a range, which takes precedence over allowed ranges. */
    public IpFilter<C, M> deny(Cidr range) {
        denied.add(range);
        return recheck();
    }

    /** Removes a denied range. */
    public IpFilter<C, M> undeny(Cidr range) {
        denied.remove(range);
        return this;
    }

    /**
     * Takes over the open connections of the filter that this one replaces. Connections that this filter's rules reject
     * are closed; later rule changes apply to the others, too. Must be called before this filter is used.
     */
    public void takeOver(IpFilter<C, M> before) {
        open = before.open;
        recheck();
    }

    /** Returns the allowed ranges; if there are none, all are allowed. */
    public Set<Cidr> allowed() {
        return Set.copyOf(allowed);
    }

    /** Returns the denied ranges. */
    public Set<Cidr> denied() {
        return Set.copyOf(denied);
    }

    /** Returns the number of connections that were rejected, or closed after a rule change. */
    public long rejected() {
        return rejected.sum();
    }

    /** Reports whether a connection from this address would be accepted now. */
    public boolean accepts(SocketAddress address) {
        return rule(address) == null;
    }

    /** Returns the rule that rejects an address, or null. */
    private @Nullable String rule(SocketAddress address) {
        for (Cidr range : denied) {
            if (range.matches(address)) {
                return "denied: " + range;
            }
        }
        if (allowed.isEmpty()) {
            return null;
        }
        for (Cidr range : allowed) {
            if (range.matches(address)) {
                return null;
            }
        }
        return "allowed: " + allowed;
    }

    /**
     * Closes open connections that the rules reject. A connection that opens concurrently is either found here or
     * checked against the new rule.
     */
    private IpFilter<C, M> recheck() {
        for (C conn : open) {
            String rule = conn.isOpen() ? rule(conn.remoteAddress()) : null;
            if (rule != null) {
                reject(conn, rule);
            }
        }
        return this;
    }

    @Override
    protected void reject(C conn, String rule) {
        open.remove(conn);
        rejected.increment();
        LOG.info(conn, "connection rejected: peer={} rule={}", conn, rule);
        conn.close(CloseReason.forbidden("address not allowed"));
    }

    @Override
    public boolean ignoresContent() {
        return true;
    }

    @Override
    protected Optional<String> admit(C conn) {
        open.add(conn);
        return Optional.ofNullable(rule(conn.remoteAddress()));
    }

    @Override
    protected void onClose(C conn, MessageComponent<? super C, ? super M> inner) throws Exception {
        open.remove(conn);
        super.onClose(conn, inner);
    }
}
