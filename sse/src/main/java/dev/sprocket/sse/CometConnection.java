package dev.sprocket.sse;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.spi.CloseableWithCause;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LocalClose;
import dev.sprocket.core.spi.LoopTimer;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.PipelineContext;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.core.spi.RejectionListener;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpResponse;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One connection of {@link CometServer}: outlives the request that opened it, and stays on the event loop of that one. What is
 * public may be called from any thread, everything else on that event loop.
 */
final class CometConnection implements CloseableWithCause, LoopTimer.Task, RejectionListener<Connection> {
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
    /** Why a filter has dropped the message that is being delivered. */
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
        this.loop = PipelineContext.of(opening).outbound().loop();
        PipelineContext.detach(this);
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

    /** Whose it is. */
    CometRequest openingRequest() {
        return openingRequest;
    }

    CometDelivery delivery() {
        return delivery;
    }

    /** Runs at once on the event loop, or soon; not at all if it has ended, and this with it. */
    boolean onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return true;
        }
        return execute(task);
    }

    private boolean execute(Runnable task) {
        try {
            loop.execute(task);
            return true;
        } catch (RejectedExecutionException ended) {
            LOG.debug("{}: its event loop has ended", this);
            return false;
        }
    }

    /**
     * A message has come.
     *
     * @param number which it is, counted by the client; 0 if it does not count
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
                // it can be sent again under its number
                return HttpResponse.error(429, rejection);
            }
            lastReceived = number == 0 ? lastReceived : number;
        }
        return HttpResponse.of(204);
    }

    @Override
    public void onRejected(Connection conn, Message message, RejectedException why) {
        rejection = why.reason();
    }

    /** The client says that it leaves. */
    void leave() {
        open = false;
        end("left");
        unregister();
    }

    @Override
    public boolean tick(long now) {
        if (!delivery.sweep(now)) {
            LOG.debug("{}: nobody has listened for {} ms", this, options.grace().toMillis());
            leave();
        }
        return !ended || sessions.find(id).isPresent();
    }

    @Override
    public boolean send(Message message) {
        if (!open) {
            return false;
        }
        Message kept = message.copy();
        return loop.inEventLoop() ? sendNow(kept) : execute(() -> sendNow(kept));
    }

    private boolean sendNow(Message kept) {
        if (!open) {
            return false;
        }
        CometOutbox.OfferResult fate = delivery.offer(kept);
        if (fate == CometOutbox.OfferResult.OVERFLOW) {
            LOG.warn(
                    this,
                    "{} closed: {} bytes wait for a client that does not fetch them, and {} more would (limit: {})",
                    this,
                    delivery.waiting(),
                    kept.size(),
                    options.outbound().bytes());
            closeWithReason("too slow");
        } else if (fate == CometOutbox.OfferResult.DROPPED) {
            LOG.debug("{}: dropped {}", this, kept);
        }
        return fate == CometOutbox.OfferResult.ACCEPTED;
    }

    @Override
    public void close() {
        closeWithReason("closed");
    }

    @Override
    public void closeWithCause(Throwable cause) {
        closeWithReason("failed");
    }

    /** What it says comes behind what was sent; the callback that closes it must have returned before the next. */
    private void closeWithReason(String reason) {
        LocalClose.mark(this);
        boolean first = open;
        open = false;
        if (first) {
            execute(() -> end(reason));
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

    /** Nobody will ask for it any more. */
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
        execute(() -> {
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

    /** As logs show it; the id is a secret. */
    @Override
    public String toString() {
        return openingRequest.name();
    }
}
