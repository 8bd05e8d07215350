package dev.sprocket.legacy.command;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.log.PeerLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Executes the commands that callbacks of a {@link Command.Handler} return.
 *
 * <p>The adapter of a protocol calls it from each of its own callbacks, and does not catch its exceptions: the layer
 * below passes them to {@code onError}.
 *
 * <p>Execution always terminates: commands wait in a queue, not on the stack; one callback executes at most
 * {@link Command#LIMIT} of them; and a connection is closed once.
 *
 * <p>Callbacks of one connection must not overlap. Commands may refer to connections of other threads.
 */
final class CommandExecutor<C extends Connection> {
    private static final PeerLog LOG = PeerLog.of(CommandExecutor.class);

    private final AttributeKey<CallbackState> key = AttributeKey.of("commands", "was onOpen of the adapter called?");
    private final Command.Handler<? super C> app;

    /** Creates an executor for one application. */
    public CommandExecutor(Command.Handler<? super C> app) {
        this.app = app;
    }

    /** Callback state of one connection. Synchronized, because other threads may close the connection. */
    private final class CallbackState {
        private final C conn;
        private boolean calling;
        private boolean closing;
        private boolean closed;

        CallbackState(C conn) {
            this.conn = conn;
        }

        synchronized boolean begin() {
            calling = !closed;
            return calling;
        }

        /** Ends a callback. Returns true if the connection is to be closed, which was deferred. */
        synchronized boolean end() {
            calling = false;
            return closing;
        }

        /** Returns true if the caller must call {@code onClose} now; otherwise another caller does. */
        synchronized boolean claimClose(boolean force) {
            if (closed || (calling && !force)) {
                closing = true;
                return false;
            }
            closed = true;
            return true;
        }

        synchronized boolean isClosed() {
            return closed;
        }
    }

    /** Calls {@code onOpen} of the application. */
    public void open(C conn) throws Exception {
        key.set(conn, new CallbackState(conn));
        call(conn, () -> app.onOpen(conn));
    }

    /** Calls a callback of the application, unless its {@code onClose} was called. */
    public void call(C conn, Callable<? extends @Nullable Command> callback) throws Exception {
        CallbackState state = key.get(conn);
        if (!state.begin()) {
            return;
        }
        boolean closing = true;
        Command first;
        try {
            first = callback.call();
        } finally {
            closing = state.end();
        }
        new Execution().execute(closing ? Command.all(first, new Command.Close(conn)) : first);
    }

    /** Calls {@code onError} of the application. */
    public void fail(C conn, Throwable cause) throws Exception {
        if (key.get(conn).isClosed()) {
            LOG.warn(conn, "callback failed after close: peer={}", conn, cause);
        } else {
            call(conn, () -> app.onError(conn, cause));
        }
    }

    /** Calls {@code onClose} of the application, unless a command already did. */
    public void close(C conn) throws Exception {
        CallbackState state = key.find(conn).orElse(null);
        if (state != null && state.claimClose(true)) {
            new Execution().execute(app.onClose(conn));
        }
    }

    /** Execution of the commands of one callback. */
    private final class Execution {
        /** Next steps, first one first. A {@code Runnable} closes a connection whose {@code onClose} was called. */
        private final Deque<Object> steps = new ArrayDeque<>();

        private int count;

        void execute(@Nullable Command first) throws Exception {
            try {
                push(first);
                for (Object next = steps.poll(); next != null; next = steps.poll()) {
                    if (next instanceof Runnable close) {
                        close.run();
                    } else {
                        step((Command) next);
                    }
                }
            } finally {
                // a connection whose onClose was called must be closed even if another command failed
                for (Object left : steps) {
                    if (left instanceof Runnable close) {
                        close.run();
                    }
                }
            }
        }

        private void push(@Nullable Command command) {
            if (command instanceof Command.All all) {
                List<Command> commands = all.commands();
                count(commands.size());
                for (int i = commands.size() - 1; i >= 0; i--) {
                    steps.push(commands.get(i));
                }
            } else if (command != null) {
                count(1);
                steps.push(command);
            }
        }

        private void count(int added) {
            count += added;
            if (count > Command.LIMIT) {
                throw new IllegalStateException("commands of one callback: more than " + Command.LIMIT
                        + " (expected: <= " + Command.LIMIT + "; does a function return itself?)");
            }
        }

        private void step(Command command) throws Exception {
            if (command instanceof Command.Send send) {
                send.connection().send(send.message());
            } else if (command instanceof Command.Run run) {
                push(run.function().call());
            } else if (command instanceof Command.Close close) {
                close(close.connection());
            } else if (command instanceof Command.Custom custom) {
                custom.execute();
            }
        }

        private void close(Connection conn) {
            CallbackState state = key.find(conn).orElse(null);
            if (state == null) {
                steps.push((Runnable) conn::close);
            } else if (state.claimClose(false)) {
                notifyAndClose(state.conn);
            }
        }

        private void notifyAndClose(C conn) {
            steps.push((Runnable) conn::close);
            try {
                push(app.onClose(conn));
            } catch (Throwable failure) {
                steps.push((Runnable) () -> conn.close(CloseReason.of(failure)));
                failed(conn, failure);
            }
        }

        private void failed(C conn, Throwable failure) {
            if (failure instanceof RejectedException rejection) {
                LOG.cause(rejection.rejection().text())
                        .info(
                                conn,
                                "connection closed: peer={} reason={}",
                                conn,
                                rejection.rejection().text());
                return;
            }
            try {
                push(app.onError(conn, failure));
            } catch (Throwable unhandled) {
                LOG.cause(app.getClass())
                        .warn(
                                conn,
                                "connection closed, unhandled exception: peer={} component={}",
                                conn,
                                app.getClass().getSimpleName(),
                                unhandled);
            }
            if (failure instanceof VirtualMachineError fatal) {
                throw fatal;
            }
        }
    }
}
