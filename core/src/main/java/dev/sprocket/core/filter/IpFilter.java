package dev.sprocket.core.filter;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.net.Cidr;
import dev.sprocket.core.internal.net.PeerSet;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Filters connections by their IP addresses.
 *
 * <pre>{@code
 * new IpFilter<>(app).deny("192.0.2.0/24", "2001:db8::7");
 * new IpFilter<>(app).allow("10.0.0.0/8").deny("10.0.0.13"); // all others are rejected
 * }</pre>
 *
 * <p>A denied address is always rejected. If any range is allowed, all other addresses are rejected. Under HTTP a
 * rejected request is answered with 403. The rule {@code unix} applies to all connections through a Unix domain socket,
 * which are in no range.
 *
 * <p>The options return copies, which start without connections, blocked addresses or counts. While the server runs,
 * {@link #block} closes the open connections of an address and rejects new ones.
 */
@ThreadSafe
@ConcurrentComponent
public final class IpFilter<C extends Connection, M> extends Guard<C, M, String> {
    private static final PeerLog LOG = PeerLog.of(IpFilter.class);

    private final MessageComponent<? super C, ? super M> inner;
    private final Rules rules;
    private volatile Live<C> live;
    private final LongAdder rejected = new LongAdder();

    private record Rules(Set<Cidr> allowed, Set<Cidr> denied) {
        /** Returns the rule that rejects an address, or null. */
        @Nullable
        String rejecting(SocketAddress address) {
            for (Cidr range : denied) {
                if (range.matches(address)) {
                    return "denied: " + range;
                }
            }
            for (Cidr range : allowed) {
                if (range.matches(address)) {
                    return null;
                }
            }
            return allowed.isEmpty() ? null : "allowed: " + allowed;
        }
    }

    /** State of a running filter. Shared by filters that replace each other. */
    private static final class Live<C> {
        final Set<C> open = ConcurrentHashMap.newKeySet();
        final Set<Cidr> blocked = new CopyOnWriteArraySet<>();
        volatile Rules rules;

        Live(Rules rules) {
            this.rules = rules;
        }

        /** Returns the rule that rejects an address, or null. */
        @Nullable
        String rejecting(SocketAddress address) {
            for (Cidr range : blocked) {
                if (range.matches(address)) {
                    return "blocked: " + range;
                }
            }
            return rules.rejecting(address);
        }
    }

    /** Creates a filter without rules, which accepts all connections. */
    public IpFilter(MessageComponent<? super C, ? super M> inner) {
        this(inner, new Rules(Set.of(), Set.of()));
    }

    private IpFilter(MessageComponent<? super C, ? super M> inner, Rules rules) {
        super(inner);
        this.inner = inner;
        this.rules = rules;
        this.live = new Live<>(rules);
    }

    /**
     * Returns a copy that also allows these addresses, ranges or {@code unix}.
     *
     * <p>A range is written as {@code 10.0.0.0/8} or {@code fd00::/8} (RFC 4632, RFC 4291 2.3), else {@link
     * IllegalArgumentException}.
     *
     * <p>The first allowed range rejects all addresses outside of it.
     */
    public IpFilter<C, M> allow(String... ranges) {
        return new IpFilter<>(inner, new Rules(extended(rules.allowed, ranges), rules.denied));
    }

    /**
     * Returns a copy that also denies these addresses, ranges or {@code unix}.
     *
     * <p>Denied ranges take precedence over allowed ones.
     */
    public IpFilter<C, M> deny(String... ranges) {
        return new IpFilter<>(inner, new Rules(rules.allowed, extended(rules.denied, ranges)));
    }

    private static Set<Cidr> extended(Set<Cidr> ranges, String... added) {
        Set<Cidr> all = new LinkedHashSet<>(ranges);
        for (String range : added) {
            all.add(PeerSet.range(range));
        }
        return all;
    }

    /**
     * Denies an address, a range or {@code unix} from now on, and closes its open connections.
     *
     * <p>For use while the server runs; takes precedence over allowed ranges.
     */
    public void block(String range) {
        live.blocked.add(PeerSet.range(range));
        recheck();
    }

    /** Ends {@link #block} for the same address or range. */
    public void unblock(String range) {
        live.blocked.remove(PeerSet.range(range));
    }

    /**
     * Takes over the open connections and blocked addresses of the filter that this one replaces.
     *
     * <p>Both then have the rules of this filter, and connections that it rejects are closed. Must be called before
     * this filter is used.
     */
    public void takeOver(IpFilter<C, M> before) {
        Live<C> shared = before.live;
        shared.rules = rules;
        live = shared;
        recheck();
    }

    /** Returns the allowed ranges; if there are none, all are allowed. */
    public Set<String> allowed() {
        return texts(live.rules.allowed);
    }

    /** Returns the denied ranges, without the blocked ones. */
    public Set<String> denied() {
        return texts(live.rules.denied);
    }

    /** Returns the ranges that are {@linkplain #block blocked} now. */
    public Set<String> blocked() {
        return texts(live.blocked);
    }

    private static Set<String> texts(Set<Cidr> ranges) {
        return ranges.stream().map(Cidr::toString).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the number of connections that were rejected, or closed after a rule change. */
    public long rejected() {
        return rejected.sum();
    }

    /** Reports whether a connection from this address would be accepted now. */
    public boolean accepts(SocketAddress address) {
        return live.rejecting(address) == null;
    }

    /**
     * Closes open connections that the rules reject. A connection that opens concurrently is either found here or
     * checked against the new rule.
     */
    private void recheck() {
        for (C conn : live.open) {
            String rule = conn.isOpen() ? live.rejecting(conn.remoteAddress()) : null;
            if (rule != null) {
                reject(conn, rule);
            }
        }
    }

    @Override
    protected void reject(C conn, String rule) {
        live.open.remove(conn);
        rejected.increment();
        CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.ADDRESS);
        LOG.info(conn, "connection rejected: peer={} rule={}", conn, rule);
        conn.close(CloseReason.forbidden("address not allowed"));
    }

    @Override
    public boolean ignoresContent() {
        return true;
    }

    @Override
    protected Optional<String> admit(C conn) {
        live.open.add(conn);
        return Optional.ofNullable(live.rejecting(conn.remoteAddress()));
    }

    @Override
    protected void onClose(C conn, MessageComponent<? super C, ? super M> inner) throws Exception {
        live.open.remove(conn);
        super.onClose(conn, inner);
    }
}
