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
final class CometConnection implements CloseableWithCause, LoopTimer.Member, RejectionListener<Connection> {
    private static final PeerLog LOG = PeerLog.of(CometServer.class);

    private final String id = CometSessions.newId();
    private final MessageComponent<? super Connection, ? super Message> app;
    private final CometSessions sessions;
    private final CometOptions options;
    private final CometRequest client;
    private final Attributes facts;
    private final EventLoop loop;
    private final ComponentInvoker<Connection> level;
    private final CometDelivery delivery;
    private final Runnable loopEnds = () -> end("stopping");
    private volatile boolean open = true;
    private long received;
    /** Why a filter has dropped the message that is being delivered. */
    private @Nullable String refused;

    private boolean over;

    CometConnection(
            MessageComponent<? super Connection, ? super Message> app,
            CometSessions sessions,
            CometOptions options,
            HttpConnection opening) {
        this.app = app;
        this.sessions = sessions;
        this.options = options;
        this.client = CometRequest.of(opening);
        this.facts = new Attributes(opening.attributes());
        this.loop = PipelineContext.of(opening).outbound().loop();
        PipelineContext.detach(this);
        this.delivery = new CometDelivery(id, options, loop, sessions.losses());
        this.level = new ComponentInvoker<>(app, this);
    }

    void start() {
        sessions.add(this);
        if (loop instanceof SingleThreadEventExecutor executor) {
            executor.addShutdownHook(loopEnds);
        }
        LoopTimer.of(loop).add(this);
        level.open();
    }

    String id() {
        return id;
    }

    /** Whose it is. */
    CometRequest client() {
        return client;
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
        return later(task);
    }

    private boolean later(Runnable task) {
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
        if (number > received + 1) {
            return HttpResponse.error(409, "message " + number + " (expected: " + (received + 1) + ")");
        }
        if (number == 0 || number == received + 1) {
            refused = null;
            level.deliver(app, message);
            if (refused != null) {
                // it can be sent again under its number
                return HttpResponse.error(429, refused);
            }
            received = number == 0 ? received : number;
        }
        return HttpResponse.of(204);
    }

    @Override
    public void onRejected(Connection conn, Message message, RejectedException why) {
        refused = why.reason();
    }

    /** The client says that it leaves. */
    void leave() {
        open = false;
        end("left");
        forget();
    }

    @Override
    public boolean sweep(long now) {
        if (!delivery.sweep(now)) {
            LOG.debug("{}: nobody has listened for {} ms", this, options.grace().toMillis());
            leave();
        }
        return !over || sessions.find(id).isPresent();
    }

    @Override
    public boolean send(Message message) {
        if (!open) {
            return false;
        }
        Message kept = message.keep();
        return loop.inEventLoop() ? sendNow(kept) : later(() -> sendNow(kept));
    }

    private boolean sendNow(Message kept) {
        if (!open) {
            return false;
        }
        CometOutbox.Fate fate = delivery.offer(kept);
        if (fate == CometOutbox.Fate.TOO_MUCH) {
            LOG.warn(
                    this,
                    "{} closed: {} bytes wait for a client that does not fetch them, and {} more would (limit: {})",
                    this,
                    delivery.waiting(),
                    kept.size(),
                    options.outbound().bytes());
            closeBecause("too slow");
        } else if (fate == CometOutbox.Fate.DROPPED) {
            LOG.debug("{}: dropped {}", this, kept);
        }
        return fate == CometOutbox.Fate.TAKEN;
    }

    @Override
    public void close() {
        closeBecause("closed");
    }

    @Override
    public void closeWithCause(Throwable cause) {
        closeBecause("failed");
    }

    /** What it says comes behind what was sent; the callback that closes it must have returned before the next. */
    private void closeBecause(String reason) {
        LocalClose.mark(this);
        boolean first = open;
        open = false;
        if (first) {
            later(() -> end(reason));
        }
    }

    private void end(String reason) {
        if (over) {
            return;
        }
        over = true;
        open = false;
        if (loop instanceof SingleThreadEventExecutor executor) {
            executor.removeShutdownHook(loopEnds);
        }
        try {
            level.close();
        } finally {
            delivery.end(reason, this::forget);
        }
    }

    /** Nobody will ask for it any more. */
    private void forget() {
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
        later(() -> {
            if (open) {
                delivery.whenWritable(task);
            }
        });
    }

    @Override
    public SocketAddress remoteAddress() {
        return client.remote();
    }

    @Override
    public SocketAddress localAddress() {
        return client.local();
    }

    @Override
    public Attributes attributes() {
        return facts;
    }

    /** As logs show it; the id is a secret. */
    @Override
    public String toString() {
        return client.name();
    }
}
