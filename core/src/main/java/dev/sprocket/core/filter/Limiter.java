package dev.sprocket.core.filter;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Component;
import dev.sprocket.core.ConcurrentComponent;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Limits the number of connections and the rate of their messages.
 *
 * <pre>{@code
 * new Limiter<>(app).connections(10_000).perAddress(50)
 *         .messages(20, Limiter.Action.PAUSE).bytes(64 * 1024, Limiter.Action.CLOSE);
 * }</pre>
 *
 * <p>An address is an IPv4 address or an IPv6 /64, which is assigned to one site. A connection beyond the limit is
 * closed; under HTTP it is answered with 429. A peer that was silent for a second may send the amount of one second at
 * once. Limits that are not set do not apply. Rejections are counted and logged; repeated ones are logged as one count
 * per address and minute.
 *
 * <p>The options return copies, which start without connections and with counters at zero.
 *
 * <p>{@link Action#REJECT} drops complete messages, so such a limiter belongs inside the layer that creates
 * messages from bytes, as in {@code new Lines(limiter)} or {@code new WsServer(limiter)}. Outside of it, use
 * {@link Action#PAUSE} or {@link Action#CLOSE}.
 */
@ThreadSafe
@ConcurrentComponent
public final class Limiter<C extends Connection, M> extends Guard<C, M, String> {
    static final PeerLog LOG = PeerLog.of(Limiter.class);

    private final AttributeKey<ConnectionRateLimit> key = AttributeKey.of("rate limit", "was Limiter.onOpen called?");
    private final MessageComponent<? super C, ? super M> inner;
    private final LimiterOptions limits;
    private volatile Counts counts = new Counts();
    /** Reports rejections to peers; null if the component inside cannot. */
    private final @Nullable RejectionListener<?> rejectionListener;

    private final LongAdder rejectedConnections = new LongAdder();
    private final LongAdder rejectedMessages = new LongAdder();
    private final LongAdder closedConnections = new LongAdder();
    private final LongAdder pausedConnections = new LongAdder();

    /** Numbers of open connections, in total and by address. Shared by limiters that replace each other. */
    private static final class Counts {
        final AtomicInteger open = new AtomicInteger();
        final Map<ClientAddress, Integer> byAddress = new ConcurrentHashMap<>();
    }

    /** Creates a limiter without limits. */
    public Limiter(MessageComponent<? super C, ? super M> inner) {
        this(LimiterOptions.NONE, inner);
    }

    private Limiter(LimiterOptions limits, MessageComponent<? super C, ? super M> inner) {
        super(inner);
        this.inner = inner;
        this.limits = limits;
        this.rejectionListener =
                ForwardingComponent.find(inner, RejectionListener.class).orElse(null);
    }

    /** Returns a copy with another maximum number of connections in total. */
    public Limiter<C, M> connections(int max) {
        return new Limiter<>(limits.connections(max), inner);
    }

    /**
     * Returns a copy with another maximum number of connections per address.
     *
     * <p>An IPv6 /64 counts as one address.
     */
    public Limiter<C, M> perAddress(int max) {
        return new Limiter<>(limits.perAddress(max), inner);
    }

    /**
     * Returns a copy with another maximum number of messages per second and connection.
     *
     * @param action what happens beyond it
     */
    public Limiter<C, M> messages(long perSecond, Action action) {
        return new Limiter<>(limits.messages(perSecond, action), inner);
    }

    /**
     * Returns a copy with another maximum number of bytes per second and connection.
     *
     * <p>Applies where messages are {@link Message}.
     *
     * @param action what happens beyond it
     */
    public Limiter<C, M> bytes(long perSecond, Action action) {
        return new Limiter<>(limits.bytes(perSecond, action), inner);
    }

    /**
     * Takes over the counts of the limiter that this one replaces. Its connections count until they close. Must be
     * called before this limiter is used.
     */
    public void takeOver(Limiter<?, ?> before) {
        counts = before.counts;
    }

    @Override
    public boolean ignoresContent() {
        return true;
    }

    @Override
    protected Optional<String> admit(C conn) {
        ClientAddress address = ClientAddress.of(conn.remoteAddress());
        String violation = enter(address);
        if (violation == null) {
            key.set(conn, new ConnectionRateLimit(limits, conn, address));
        }
        return Optional.ofNullable(violation);
    }

    @Override
    protected void reject(C conn, String violation) {
        rejectedConnections.increment();
        CoreMetrics.REFUSED.increment(CoreMetrics.Refusal.LIMIT);
        LOG.info(conn, "connection rejected: peer={} reason=\"{}\"", conn, violation);
        conn.close(CloseReason.limitExceeded("too many connections"));
    }

    /** Counts a connection; returns the reason if it exceeds a limit. */
    private @Nullable String enter(@Nullable ClientAddress address) {
        if (counts.open.incrementAndGet() > limits.connections()) {
            counts.open.decrementAndGet();
            return "too many connections (max-connections: " + limits.connections() + ")";
        }
        if (address != null && counts.byAddress.merge(address, 1, Integer::sum) > limits.perAddress()) {
            leave(address);
            return "too many connections from this address (max-connections-per-address: " + limits.perAddress() + ")";
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
    protected void onMessage(C from, M message, MessageComponent<? super C, ? super M> inner) throws Exception {
        ConnectionRateLimit rateLimit = key.get(from);
        switch (rateLimit.acquire(message instanceof Message m ? m.size() : 0)) {
            case ALLOWED -> super.onMessage(from, message, inner);
            case PAUSED -> {
                pausedConnections.increment();
                super.onMessage(from, message, inner);
            }
            case REJECTED -> reject(from, message, CloseReason.limitExceeded(rateLimit.violation()));
            case CLOSED -> {
                closedConnections.increment();
                throw RejectedException.limitExceeded(rateLimit.violation());
            }
        }
    }

    /** Returns the component inside if only connections are limited. */
    @Override
    public Optional<Component<?>> passesTo(Connection conn) {
        boolean counted = limits.messages() > 0 || limits.bytes() > 0;
        return counted || key.find(conn).isEmpty() ? Optional.empty() : delegate();
    }

    private void reject(C from, M message, CloseReason.Rejection cause) throws Exception {
        rejectedMessages.increment();
        if (!(message instanceof Message rejected)) {
            return;
        }
        if (from instanceof RejectionListener<?> connection) {
            notify(connection, from, rejected, cause);
        } else if (rejectionListener != null) {
            notify(rejectionListener, from, rejected, cause);
        }
    }

    @SuppressWarnings(
            "unchecked") // the listener is inside and so accepts these connections, or is the connection itself
    private static <C extends Connection> void notify(
            RejectionListener<?> listener, C from, Message rejected, CloseReason.Rejection cause) throws Exception {
        ((RejectionListener<C>) listener).onRejected(from, rejected, cause);
    }

    @Override
    protected void onClose(C conn, MessageComponent<? super C, ? super M> inner) throws Exception {
        leave(key.get(conn).address());
        super.onClose(conn, inner);
    }

    /** Returns the number of open connections. */
    public int connections() {
        return counts.open.get();
    }

    /** Returns the number of rejected connections. */
    public long rejectedConnections() {
        return rejectedConnections.sum();
    }

    /** Returns the number of rejected messages ({@link Action#REJECT}). */
    public long rejectedMessages() {
        return rejectedMessages.sum();
    }

    /** Returns the number of connections that were closed for exceeding a rate ({@link Action#CLOSE}). */
    public long closedConnections() {
        return closedConnections.sum();
    }

    /** Returns the number of times that reads of a connection were paused ({@link Action#PAUSE}). */
    public long pausedConnections() {
        return pausedConnections.sum();
    }

    /** Action of a {@link Limiter} for a message that exceeds a rate. */
    @ThreadSafe
    public enum Action {
        /**
         * Drops the message.
         *
         * <p>A peer that waits for a response gets an error of its protocol. Not for bytes from which another layer
         * creates messages: the bytes after the dropped ones could not be decoded.
         */
        REJECT,
        /** Closes the connection (1008 under WebSocket). */
        CLOSE,
        /**
         * Delivers the message and pauses reads until the connection is within its limit again.
         *
         * <p>Reads resume with a precision of half a second. Reads of a connection without a socket cannot be paused:
         * its message is dropped.
         */
        PAUSE
    }

    /**
     * Notified of messages that a filter such as a rate limit rejected.
     *
     * <p>Implemented by a component inside the filter that reports the rejection to the peer in its protocol, and by
     * connections whose peer waits for the result of each message.
     *
     * <p>Called on the threads of the filter's callbacks.
     */
    public interface RejectionListener<C extends Connection> {
        /**
         * Called for a message that was rejected and is not delivered.
         *
         * @param message valid during this call
         */
        void onRejected(C conn, Message message, CloseReason.Rejection cause) throws Exception;
    }
}
