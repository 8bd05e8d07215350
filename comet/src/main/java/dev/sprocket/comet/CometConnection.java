package dev.sprocket.comet;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Attributes;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.User;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.timer.LoopTimer;
import dev.sprocket.core.internal.transport.LoopIteration;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Connection of {@link CometServer}, which outlives the request that opened it.
 *
 * <p>It stays on the event loop of that request. Public methods may be called from any thread, all others are confined
 * to the event loop.
 */
final class CometConnection implements Connection, LoopTimer.Task, Limiter.RejectionListener<Connection> {
    private static final PeerLog LOG = PeerLog.of(CometServer.class);

    private final String id = CometSessions.newId();
    private final MessageComponent<? super Connection, ? super Message> app;
    private final CometSessions sessions;
    private final CometOptions options;
    private final CometRequest openingRequest;
    private final Attributes attributes;
    private final EventLoop loop;
    private final ComponentInvoker<Connection> invoker;
    private final CometDelivery delivery;
    private final Runnable loopShutdownHook = () -> end("stopping");
    private volatile boolean open = true;
    private long lastReceived;
    /** Reason for which a filter dropped the message being delivered; null if it was accepted. */
    private @Nullable String rejection;

    private boolean ended;

    CometConnection(
            MessageComponent<? super Connection, ? super Message> app,
            CometSessions sessions,
            CometOptions options,
            HttpConnection opening) {
        this.app = app;
        this.sessions = sessions;
        this.options = options;
        this.openingRequest = CometRequest.of(opening);
        this.attributes = new Attributes(opening.attributes());
        this.loop = PipelineContext.of(opening).loop();
        LayerContext.detach(this);
        this.delivery = new CometDelivery(id, options, loop, sessions.dropStats());
        this.invoker = new ComponentInvoker<>(app, this);
    }

    void start() {
        sessions.add(this);
        if (loop instanceof SingleThreadEventExecutor executor) {
            executor.addShutdownHook(loopShutdownHook);
        }
        LoopTimer.of(loop).add(this);
        invoker.open();
    }

    String id() {
        return id;
    }

    /** Returns the properties of the request that opened the connection. */
    CometRequest openingRequest() {
        return openingRequest;
    }

    /** Takes roles, claims and end from a later request of the same user. */
    void takeUser(HttpConnection request) {
        User.find(request)
                .filter(user -> !User.find(this).equals(Optional.of(user)))
                .ifPresent(user -> User.set(this, user));
    }

    CometDelivery delivery() {
        return delivery;
    }

    /** Runs a task on the event loop, immediately if possible. Returns false if the loop has ended. */
    @CanIgnoreReturnValue
    boolean onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return LoopIteration.later(loop, task);
    }

    /**
     * Delivers a message of the client.
     *
     * @param number sequence number assigned by the client; 0 if it does not number messages
     */
    HttpResponse receive(Message message, long number) {
        if (!open) {
            return CometServer.UNKNOWN;
        }
        if (number > lastReceived + 1) {
            return HttpResponse.error(409, "message " + number + " (expected: " + (lastReceived + 1) + ")");
        }
        if (number == 0 || number == lastReceived + 1) {
            rejection = null;
            invoker.deliver(app, message);
            if (rejection != null) {
                // the client may send it again with the same number
                return HttpResponse.error(429, rejection);
            }
            lastReceived = number == 0 ? lastReceived : number;
        }
        return HttpResponse.of(204);
    }

    @Override
    public void onRejected(Connection conn, Message message, CloseReason.Rejection cause) {
        rejection = cause.text();
    }

    /** Closes the connection at the request of the client. */
    void leave() {
        open = false;
        end("left");
        unregister();
    }

    @Override
    public boolean tick(long now) {
        if (!delivery.tick(now)) {
            LOG.debug(
                    "connection closed, no listener: peer={} graceMs={}",
                    this,
                    options.grace().toMillis());
            leave();
        }
        return !ended || sessions.find(id).isPresent();
    }

    @Override
    public boolean send(Message message) {
        if (!open) {
            return false;
        }
        Message copy = message.copy();
        return loop.inEventLoop() ? sendNow(copy) : LoopIteration.later(loop, () -> sendNow(copy));
    }

    @CanIgnoreReturnValue
    private boolean sendNow(Message copy) {
        if (!open) {
            return false;
        }
        CometOutbox.OfferResult result = delivery.offer(copy);
        if (result == CometOutbox.OfferResult.OVERFLOW) {
            LOG.warn(
                    this,
                    "connection closed, outbound limit exceeded: peer={} pendingBytes={} messageBytes={} limitBytes={}"
                            + " (client reads too slowly; or raise outbound-limit)",
                    this,
                    delivery.pendingBytes(),
                    copy.size(),
                    options.outbound().bytes());
            close(CloseReason.OVERFLOW);
        } else if (result == CometOutbox.OfferResult.DROPPED) {
            LOG.debug("message dropped, outbound limit exceeded: peer={} message={}", this, copy);
        }
        return result == CometOutbox.OfferResult.ACCEPTED;
    }

    @Override
    public void close() {
        close(CloseReason.NORMAL);
    }

    @Override
    public void close(CloseReason reason) {
        close(
                reason,
                switch (reason.type()) {
                    case NORMAL, END_OF_STREAM, SHUTDOWN, UNAUTHORIZED -> "closed";
                    case OVERFLOW -> "too slow";
                    case MALFORMED, UNSUPPORTED, FORBIDDEN, LIMIT_EXCEEDED, FAILURE -> "failed";
                });
    }

    /**
     * Closes the connection behind the messages that were sent.
     *
     * <p>The callback that closes the connection returns before {@code onClose} is called.
     */
    private void close(CloseReason closeReason, String reason) {
        closeReason.mark(this);
        boolean first = open;
        open = false;
        if (first) {
            LoopIteration.later(loop, () -> end(reason));
        }
    }

    private void end(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        open = false;
        if (loop instanceof SingleThreadEventExecutor executor) {
            executor.removeShutdownHook(loopShutdownHook);
        }
        try {
            invoker.close();
        } finally {
            delivery.end(reason, this::unregister);
        }
    }

    /** Removes the connection from the sessions. */
    private void unregister() {
        sessions.remove(this);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isWritable() {
        return open && delivery.isWritable();
    }

    @Override
    public void onWritable(Runnable task) {
        LoopIteration.later(loop, () -> {
            if (open) {
                delivery.onWritable(task);
            }
        });
    }

    @Override
    public SocketAddress remoteAddress() {
        return openingRequest.remote();
    }

    @Override
    public SocketAddress localAddress() {
        return openingRequest.local();
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    /** Returns a name for logs. The id is secret, and not included. */
    @Override
    public String toString() {
        return openingRequest.name();
    }
}
