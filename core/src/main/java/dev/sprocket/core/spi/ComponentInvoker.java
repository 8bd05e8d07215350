package dev.sprocket.core.spi;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.log.PeerLog;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Invokes a component for one connection and enforces the order of its callbacks.
 *
 * <p>{@code onOpen} comes first, exactly one {@code onClose} comes last, no message is delivered to a connection that
 * failed or was closed, and an exception from a callback is passed to {@code onError} and closes only this connection.
 *
 * <p>Callers must not overlap calls; usually all calls come from the connection's event loop.
 */
public final class ComponentInvoker<C extends Connection> {
    private static final PeerLog LOG = PeerLog.of(ComponentInvoker.class);

    private enum State {
        NEW,
        OPEN,
        /** A callback failed and the connection was closed. */
        FAILED,
        CLOSED
    }

    private final Component<? super C> app;
    private final C conn;
    private final @Nullable Consumer<? super C> failed;
    private State state = State.NEW;
    private @Nullable Throwable rethrown;

    /**
     * Creates an invoker that closes failed connections by {@link Connection#close(CloseReason)}.
     *
     * @param app the component above
     * @param conn the connection that is passed to it, always this object
     */
    public ComponentInvoker(Component<? super C> app, C conn) {
        this.app = app;
        this.conn = conn;
        this.failed = null;
    }

    /**
     * Creates an invoker with a custom action that closes failed connections.
     *
     * @param app the component above
     * @param conn the connection that is passed to it, always this object
     * @param failed closes a connection whose callback failed; should be a shared object, because each connection keeps
     *     a reference
     */
    public ComponentInvoker(Component<? super C> app, C conn, Consumer<? super C> failed) {
        this.app = app;
        this.conn = conn;
        this.failed = failed;
    }

    /** A call of one callback of the component. */
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

    /** Calls {@code onMessage} unless the connection is closed. The message remains owned by the caller. */
    public <M> void deliver(MessageComponent<? super C, ? super M> component, M message) {
        if (isOpen()) {
            try {
                component.onMessage(conn, message);
            } catch (Throwable t) {
                fail(t);
            }
        }
    }

    /**
     * Calls {@code onMessage} later than the read, even if the peer has disconnected since then. Does nothing if the
     * connection was closed locally.
     */
    public <M> void deliverLate(MessageComponent<? super C, ? super M> component, M message) {
        if (state == State.OPEN && CloseReason.of(conn).isEmpty()) {
            guard(c -> component.onMessage(c, message));
        }
    }

    /** Runs any other callback, unless the connection is closed. */
    public void run(Callback<? super C> callback) {
        if (isOpen()) {
            guard(callback);
        }
    }

    /** Runs a callback after the connection is closed and before {@code onClose}. */
    public void runAtEnd(Callback<? super C> callback) {
        if (isBegun()) {
            guard(callback);
        }
    }

    /**
     * Calls {@code onError}, then closes the connection if it is still open. A {@link RejectedException} closes the
     * connection without calling {@code onError}.
     */
    public void fail(Throwable cause) {
        if (!isBegun()) {
            LOG.debug("exception after close: peer={}", conn, cause);
            return;
        }
        if (cause == rethrown) {
            // the pipeline reports the exception to the handler that rethrew it
            LOG.debug("exception already reported: peer={}", conn, cause);
            return;
        }
        if (cause instanceof RejectedException rejection) {
            if (conn.isOpen()) {
                LOG.cause(rejection.rejection().text())
                        .info(
                                conn,
                                "connection closed: peer={} reason={}",
                                conn,
                                rejection.rejection().text());
                end(cause);
            }
            return;
        }
        try {
            app.onError(conn, cause);
        } catch (Throwable unhandled) {
            LOG.cause(name())
                    .withTraces()
                    .warn(
                            conn,
                            "connection closed, unhandled exception: peer={} component={}",
                            conn,
                            name(),
                            unhandled);
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
            conn.close(CloseReason.of(cause));
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

    /** Reports whether callbacks may still be called: opened, and neither closed nor being closed. */
    public boolean isOpen() {
        return isBegun() && conn.isOpen();
    }

    /** Reports whether {@code onOpen} was called and {@code onClose} was not. */
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
