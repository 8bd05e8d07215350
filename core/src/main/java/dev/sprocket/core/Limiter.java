package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ConnectionFilter;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.RejectionListener;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many connections there are, and how much each may send:
 *
 * <pre>{@code
 * Limiter.builder().connections(10_000).perAddress(50)
 *         .messages(20, Excess.HOLD).bytes(64 * 1024, Excess.CLOSE)
 *         .around(app)
 * }</pre>
 *
 * <p>An address is an IPv4 address or an IPv6 /64, which one site has to itself. A connection too many is closed; under HTTP it is answered with 429. Whoever is silent for a second may send what
 * a second allows at once. What was refused is counted and logged, repeated refusals as a count for each address and minute.
 *
 * <p>{@link RateLimitAction#REJECT} drops whole messages, so such a limiter goes inside of what makes messages of bytes, as in {@code
 * new Lines(limiter)} or {@code new WsServer(limiter)}. Around it, use {@link RateLimitAction#PAUSE} or {@link RateLimitAction#CLOSE}.
 */
@ThreadSafe
@ConcurrentComponent
public final class Limiter<C extends Connection, M> extends ForwardingComponent<C, M> implements ConnectionFilter {
    static final PeerLog LOG = PeerLog.of(Limiter.class);

    private final AttributeKey<ConnectionRateLimit> key = AttributeKey.of("allowance", "was Limiter.onOpen called?");
    private final LimiterBuilder limits;
    private volatile Counts counts = new Counts();
    /** Answers what is refused, if something can. */
    private final @Nullable RejectionListener<?> inside;

    private final LongAdder rejectedConnections = new LongAdder();
    private final LongAdder rejectedMessages = new LongAdder();
    private final LongAdder closedConnections = new LongAdder();
    private final LongAdder pausedConnections = new LongAdder();

    /** How many connections there are, in all and by address; shared with limiters that replace each other. */
    private static final class Counts {
        final AtomicInteger open = new AtomicInteger();
        final Map<ClientAddress, Integer> byAddress = new ConcurrentHashMap<>();
    }

    Limiter(LimiterBuilder limits, MessageComponent<? super C, ? super M> inner) {
        super(inner);
        this.limits = limits;
        this.inside = ForwardingComponent.find(inner, RejectionListener.class).orElse(null);
    }

    /** Limits nothing, until it is told what. */
    public static LimiterBuilder builder() {
        return new LimiterBuilder();
    }

    /**
     * Continues the counts of a limiter that this one replaces: its connections count until they close. To be called before this
     * one is used.
     */
    public void takeOver(Limiter<?, ?> before) {
        counts = before.counts;
    }

    @Override
    public Component<?> delegate() {
        return inner();
    }

    @Override
    public void onOpen(C conn) throws Exception {
        ClientAddress address = ClientAddress.of(conn.remoteAddress());
        String excess = enter(address);
        if (excess != null) {
            rejectedConnections.increment();
            LOG.info(conn, "{} refused: {}", conn, excess);
            CloseableWithCause.close(
                    conn, new RejectedException(RejectedException.Kind.LIMIT_EXCEEDED, "too many connections"));
            return;
        }
        key.set(conn, new ConnectionRateLimit(limits, conn, address));
        super.onOpen(conn);
    }

    /** Counts a connection, or says why there is no room for it. */
    private @Nullable String enter(@Nullable ClientAddress address) {
        if (counts.open.incrementAndGet() > limits.connections()) {
            counts.open.decrementAndGet();
            return "connection " + (limits.connections() + 1L) + " (expected: <= " + limits.connections() + ")";
        }
        if (address != null && counts.byAddress.merge(address, 1, Integer::sum) > limits.perAddress()) {
            leave(address);
            return "connection " + (limits.perAddress() + 1L) + " from its address (expected: <= " + limits.perAddress()
                    + ")";
        }
        return null;
    }

    private void leave(@Nullable ClientAddress address) {
        counts.open.decrementAndGet();
        if (address != null) {
            counts.byAddress.computeIfPresent(address, (known, count) -> count == 1 ? null : count - 1);
        }
    }

    @Override
    public void onMessage(C from, M message) throws Exception {
        ConnectionRateLimit allowance = key.get(from);
        switch (allowance.acquire(message instanceof Message m ? m.size() : 0)) {
            case ALLOWED -> super.onMessage(from, message);
            case PAUSED -> {
                pausedConnections.increment();
                super.onMessage(from, message);
            }
            case REJECTED ->
                refuse(from, message, new RejectedException(RejectedException.Kind.LIMIT_EXCEEDED, allowance.excess()));
            case CLOSED -> {
                closedConnections.increment();
                throw new RejectedException(RejectedException.Kind.LIMIT_EXCEEDED, allowance.excess());
            }
        }
    }

    private void refuse(C from, M message, RejectedException why) throws Exception {
        rejectedMessages.increment();
        if (!(message instanceof Message refused)) {
            return;
        }
        if (from instanceof RejectionListener<?> waits) {
            tell(waits, from, refused, why);
        } else if (inside != null) {
            tell(inside, from, refused, why);
        }
    }

    @SuppressWarnings("unchecked") // it is inside, and so takes these connections; or is the connection itself
    private static <C extends Connection> void tell(
            RejectionListener<?> listener, C from, Message refused, RejectedException why) throws Exception {
        ((RejectionListener<C>) listener).onRejected(from, refused, why);
    }

    @Override
    public void onClose(C conn) throws Exception {
        ConnectionRateLimit allowance = key.peek(conn);
        if (allowance != null) {
            leave(allowance.address());
            super.onClose(conn);
        }
    }

    /** How many connections there are now. */
    public int connections() {
        return counts.open.get();
    }

    /** How many connections were refused. */
    public long rejectedConnections() {
        return rejectedConnections.sum();
    }

    /** How many messages were refused ({@link RateLimitAction#REJECT}). */
    public long rejectedMessages() {
        return rejectedMessages.sum();
    }

    /** How many connections were closed because they sent too much ({@link RateLimitAction#CLOSE}). */
    public long closedConnections() {
        return closedConnections.sum();
    }

    /** How often a connection was not read from for a while ({@link RateLimitAction#PAUSE}). */
    public long pausedConnections() {
        return pausedConnections.sum();
    }
}
