package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ConnectionFilter;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.RejectedException;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets connections through by their addresses:
 *
 * <pre>{@code
 * new IpFilter<>(app).deny("192.0.2.0/24").deny("2001:db8::7")
 * new IpFilter<>(app).allow("10.0.0.0/8").deny("10.0.0.13")   // nobody else
 * }</pre>
 *
 * <p>What is denied stays out. If anything is allowed, only that comes in. A rule that changes holds for connections that
 * are open already, too: those that it keeps out are closed. Under HTTP a refused request is answered with 403. The
 * rule {@code unix} is about all connections through a Unix domain socket, which are in no range.
 */
@ThreadSafe
@ConcurrentComponent
public final class IpFilter<C extends Connection, M> extends ForwardingComponent<C, M> implements ConnectionFilter {
    private static final PeerLog LOG = PeerLog.of(IpFilter.class);

    private final Set<Cidr> allowed = new CopyOnWriteArraySet<>();
    private final Set<Cidr> denied = new CopyOnWriteArraySet<>();
    private volatile Set<C> open = ConcurrentHashMap.newKeySet();
    private final LongAdder refused = new LongAdder();

    /** Lets everybody through, until it is told rules. */
    public IpFilter(MessageComponent<? super C, ? super M> inner) {
        super(inner);
    }

    /** Allows an address, a range or {@code unix}, as {@link PeerSet#of} reads it. */
    public IpFilter<C, M> allow(String range) {
        return allow(PeerSet.range(range));
    }

    /** Allows a range; if it is the first, whoever is in no other is kept out from now on. */
    public IpFilter<C, M> allow(Cidr range) {
        allowed.add(range);
        return recheck();
    }

    /** No longer allows a range; if it was the last, all are allowed. */
    public IpFilter<C, M> disallow(Cidr range) {
        allowed.remove(range);
        return recheck();
    }

    /** Denies an address, a range or {@code unix}, as {@link PeerSet#of} reads it. */
    public IpFilter<C, M> deny(String range) {
        return deny(PeerSet.range(range));
    }

    /** Denies a range, whatever else allows it. */
    public IpFilter<C, M> deny(Cidr range) {
        denied.add(range);
        return recheck();
    }

    /** No longer denies a range. */
    public IpFilter<C, M> undeny(Cidr range) {
        denied.remove(range);
        return this;
    }

    /**
     * Takes over the open connections of a filter that this one replaces, and closes those that its own rules keep out. Later
     * changes of its rules hold for them too. To be called before this one is used.
     */
    public void takeOver(IpFilter<C, M> before) {
        open = before.open;
        recheck();
    }

    /** The ranges that are allowed; if there is none, all are. */
    public Set<Cidr> allowed() {
        return Set.copyOf(allowed);
    }

    /** The ranges that are denied. */
    public Set<Cidr> denied() {
        return Set.copyOf(denied);
    }

    /** How many connections were refused, or closed when a rule changed. */
    public long rejected() {
        return refused.sum();
    }

    /** Whether a connection from there would be let through now. */
    public boolean accepts(SocketAddress address) {
        return rule(address) == null;
    }

    /** The rule that keeps an address out, or null. */
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

    /** Whoever opens meanwhile is either seen here, or has seen the rule. */
    private IpFilter<C, M> recheck() {
        for (C conn : open) {
            String rule = conn.isOpen() ? rule(conn.remoteAddress()) : null;
            if (rule != null) {
                refuse(conn, rule);
            }
        }
        return this;
    }

    private void refuse(C conn, String rule) {
        refused.increment();
        LOG.info(conn, "{} refused ({})", conn, rule);
        CloseableWithCause.close(conn, new RejectedException(RejectedException.Kind.FORBIDDEN, "address not allowed"));
    }

    @Override
    public Component<?> delegate() {
        return inner();
    }

    @Override
    public void onOpen(C conn) throws Exception {
        open.add(conn);
        String rule = rule(conn.remoteAddress());
        if (rule == null) {
            super.onOpen(conn);
        } else {
            open.remove(conn);
            refuse(conn, rule);
        }
    }

    @Override
    public void onClose(C conn) throws Exception {
        if (open.remove(conn)) {
            super.onClose(conn);
        }
    }
}
