package dev.sprocket.core;

import dev.sprocket.core.spi.Failing;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.Refusal;
import dev.sprocket.core.spi.RefusalListener;
import dev.sprocket.core.spi.Transparent;
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
 * <p>{@link Excess#REFUSE} drops whole messages, so such a limiter goes inside of what makes messages of bytes, as in {@code
 * new Lines(limiter)} or {@code new WsServer(limiter)}. Around it, use {@link Excess#HOLD} or {@link Excess#CLOSE}.
 *
 * <p>Threads: any.
 */
@Concurrent
public final class Limiter<C extends Connection, M> extends Forwarding<C, M> implements Transparent {
    static final PeerLog LOG = PeerLog.of(Limiter.class);

    private final Key<Allowance> key = Key.of("allowance", "was Limiter.onOpen called?");
    private final LimiterBuilder limits;
    private volatile Counts counts = new Counts();
    /** Answers what is refused, if something can. */
    private final @Nullable RefusalListener<?> inside;

    private final LongAdder refusedConnections = new LongAdder();
    private final LongAdder refusedMessages = new LongAdder();
    private final LongAdder closedConnections = new LongAdder();
    private final LongAdder heldConnections = new LongAdder();

    /** How many connections there are, in all and by address; shared with limiters that replace each other. */
    private static final class Counts {
        final AtomicInteger open = new AtomicInteger();
        final Map<AddressGroup, Integer> byAddress = new ConcurrentHashMap<>();
    }

    Limiter(LimiterBuilder limits, MessageComponent<? super C, ? super M> inner) {
        super(inner);
        this.limits = limits;
        this.inside = Forwarding.find(inner, RefusalListener.class).orElse(null);
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
        AddressGroup address = AddressGroup.of(conn.remoteAddress());
        String excess = enter(address);
        if (excess != null) {
            refusedConnections.increment();
            LOG.info(conn, "{} refused: {}", conn, excess);
            Failing.close(conn, new Refusal(Refusal.Kind.TOO_MUCH, "too many connections"));
            return;
        }
        key.set(conn, new Allowance(limits, conn, address));
        super.onOpen(conn);
    }

    /** Counts a connection, or says why there is no room for it. */
    private @Nullable String enter(@Nullable AddressGroup address) {
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

    private void leave(@Nullable AddressGroup address) {
        counts.open.decrementAndGet();
        if (address != null) {
            counts.byAddress.computeIfPresent(address, (known, count) -> count == 1 ? null : count - 1);
        }
    }

    @Override
    public void onMessage(C from, M message) throws Exception {
        Allowance allowance = key.get(from);
        switch (allowance.take(message instanceof Message m ? m.size() : 0)) {
            case WITHIN -> super.onMessage(from, message);
            case HELD -> {
                heldConnections.increment();
                super.onMessage(from, message);
            }
            case REFUSED -> refuse(from, message, new Refusal(Refusal.Kind.TOO_MUCH, allowance.excess()));
            case CLOSED -> {
                closedConnections.increment();
                throw new Refusal(Refusal.Kind.TOO_MUCH, allowance.excess());
            }
        }
    }

    private void refuse(C from, M message, Refusal why) throws Exception {
        refusedMessages.increment();
        if (!(message instanceof Message refused)) {
            return;
        }
        if (from instanceof RefusalListener<?> waits) {
            tell(waits, from, refused, why);
        } else if (inside != null) {
            tell(inside, from, refused, why);
        }
    }

    @SuppressWarnings("unchecked") // it is inside, and so takes these connections; or is the connection itself
    private static <C extends Connection> void tell(RefusalListener<?> listener, C from, Message refused, Refusal why)
            throws Exception {
        ((RefusalListener<C>) listener).onRefused(from, refused, why);
    }

    @Override
    public void onClose(C conn) throws Exception {
        Allowance allowance = key.peek(conn);
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
    public long refusedConnections() {
        return refusedConnections.sum();
    }

    /** How many messages were refused ({@link Excess#REFUSE}). */
    public long refusedMessages() {
        return refusedMessages.sum();
    }

    /** How many connections were closed because they sent too much ({@link Excess#CLOSE}). */
    public long closedConnections() {
        return closedConnections.sum();
    }

    /** How often a connection was not read from for a while ({@link Excess#HOLD}). */
    public long heldConnections() {
        return heldConnections.sum();
    }
}
