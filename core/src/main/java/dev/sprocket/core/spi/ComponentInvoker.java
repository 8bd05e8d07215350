package dev.sprocket.core.spi;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection at one level of the stack: calls the component above it and keeps the laws. {@code onOpen} comes first,
 * exactly one {@code onClose} comes last, a connection that failed or was closed is delivered nothing more, and whatever
 * a callback throws goes to {@code onError} and ends this connection alone.
 *
 * <p>Threads: the caller sees to it that calls never overlap; usually all come from the connection's event loop.
 */
public final class ComponentInvoker<C extends Connection> {
    private static final PeerLog LOG = PeerLog.of(ComponentInvoker.class);

    private enum State {
        NEW,
        OPEN,
        /** A callback failed, and the connection was closed for it. */
        FAILED,
        CLOSED
    }

    private final Component<? super C> app;
    private final C conn;
    private final @Nullable Consumer<? super C> failed;
    private State state = State.NEW;
    private @Nullable Throwable rethrown;

    /**
     * A level whose connection is closed with what words it has when a callback failed ({@link CloseableWithCause}).
     *
     * @param app the component above
     * @param conn the connection it is handed, always this object
     */
    public ComponentInvoker(Component<? super C> app, C conn) {
        this.app = app;
        this.conn = conn;
        this.failed = null;
    }

    /** As above, with a way of one's own to close a connection that failed (a shared object: one is kept for each connection). */
    public ComponentInvoker(Component<? super C> app, C conn, Consumer<? super C> failed) {
        this.app = app;
        this.conn = conn;
        this.failed = failed;
    }

    /** What a callback does. */
    @FunctionalInterface
    public interface Callback<C> {
        /** Calls the component. */
        void call(C conn) throws Exception;
    }

    /** Calls {@code onOpen}. */
    public void open() {
        if (state == State.NEW) {
            state = State.OPEN;
            guard(app::onOpen);
        }
    }

    /** Calls {@code onMessage} of the component, unless the connection is closed. The message stays the caller's. */
    public <M> void deliver(MessageComponent<? super C, ? super M> component, M message) {
        if (isOpen()) {
            try {
                component.onMessage(conn, message);
            } catch (Throwable t) {
                fail(t);
            }
        }
    }

    /** As {@link #deliver}, for callbacks that run late: a peer that has left since then is no reason to lose its message. */
    public <M> void deliverLate(MessageComponent<? super C, ? super M> component, M message) {
        if (state == State.OPEN && !LocalClose.isMarked(conn)) {
            guard(c -> component.onMessage(c, message));
        }
    }

    /** Runs any other callback, unless the connection is closed. */
    public void run(Callback<? super C> callback) {
        if (isOpen()) {
            guard(callback);
        }
    }

    /** Runs a callback that belongs to the end of the connection: after it is gone, before {@code onClose}. */
    public void runAtEnd(Callback<? super C> callback) {
        if (isBegun()) {
            guard(callback);
        }
    }

    /** Calls {@code onError}, and closes the connection if that did not; a {@link RejectedException} closes it without being told. */
    public void fail(Throwable cause) {
        if (!isBegun()) {
            LOG.debug("{}: after the end", conn, cause);
            return;
        }
        if (cause == rethrown) {
            // the pipeline tells the handler that rethrew it
            LOG.debug("{}: told before", conn, cause);
            return;
        }
        if (cause instanceof RejectedException refusal) {
            if (conn.isOpen()) {
                LOG.cause(refusal.reason()).info(conn, "{} closed: {}", conn, refusal.reason());
                end(cause);
            }
            return;
        }
        try {
            app.onError(conn, cause);
        } catch (Throwable unhandled) {
            LOG.cause(name()).warn(conn, "{}: closed, {} failed and did not handle it", conn, name(), unhandled);
        }
        if (conn.isOpen()) {
            end(cause);
        }
        if (cause instanceof VirtualMachineError fatal) {
            rethrown = fatal;
            throw fatal;
        }
    }

    private void end(Throwable cause) {
        if (state == State.OPEN) {
            state = State.FAILED;
        }
        if (failed == null) {
            CloseableWithCause.close(conn, cause);
        } else {
            failed.accept(conn);
        }
    }

    /** Calls {@code onClose}, once and only if {@code onOpen} was called. */
    public void close() {
        try {
            if (isBegun()) {
                guard(app::onClose);
            }
        } finally {
            state = State.CLOSED;
        }
    }

    /** Whether callbacks may still be called: opened, and neither closed nor being closed. */
    public boolean isOpen() {
        return isBegun() && conn.isOpen();
    }

    /** Opened, and not told of its end. */
    private boolean isBegun() {
        return state == State.OPEN || state == State.FAILED;
    }

    private void guard(Callback<? super C> callback) {
        try {
            callback.call(conn);
        } catch (Throwable t) {
            fail(t);
        }
    }

    private String name() {
        return app.getClass().getSimpleName();
    }
}
