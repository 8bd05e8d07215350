package dev.sprocket.core.spi;

import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Command;
import dev.sprocket.core.CommandHandler;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ProtocolCommand;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what the callbacks of a {@link CommandHandler} return. The adapter of a protocol calls it from each of its own
 * callbacks, and lets through what it throws: the level below tells {@code onError} of it.
 *
 * <p>It ends, whatever it is given: commands wait in a queue and not on the stack, there are at most {@link Command#LIMIT} of them
 * for one callback, and a connection is closed once.
 *
 * <p>Threads: the callbacks of one connection must not overlap. Commands may be about connections of other threads.
 */
public final class CommandExecutor<C extends Connection> {
    private static final PeerLog LOG = PeerLog.of(CommandExecutor.class);

    private final AttributeKey<CallbackState> key = AttributeKey.of("commands", "was onOpen of the adapter called?");
    private final CommandHandler<? super C> app;

    /** For one application. */
    public CommandExecutor(CommandHandler<? super C> app) {
        this.app = app;
    }

    /** Whose turn it is to call the application about one connection; locked, since others may want to close it. */
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

        /** Returns whether it is to be closed, which had to wait. */
        synchronized boolean end() {
            calling = false;
            return closing;
        }

        /** Returns whether the caller is to call {@code onClose}, now; if not, another has or will. */
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

    /** Calls {@code onOpen}. */
    public void open(C conn) throws Exception {
        key.set(conn, new CallbackState(conn));
        call(conn, () -> app.onOpen(conn));
    }

    /** Calls a callback of the application, unless its {@code onClose} was called. */
    public void call(C conn, Callable<? extends @Nullable Command> callback) throws Exception {
        CallbackState turns = key.get(conn);
        if (!turns.begin()) {
            return;
        }
        boolean closing = true;
        Command first;
        try {
            first = callback.call();
        } finally {
            closing = turns.end();
        }
        new Execution().execute(closing ? Command.all(first, new Command.Close(conn)) : first);
    }

    /** Calls {@code onError}. */
    public void fail(C conn, Throwable cause) throws Exception {
        if (key.get(conn).isClosed()) {
            LOG.warn(conn, "{}: failed after it was closed", conn, cause);
        } else {
            call(conn, () -> app.onError(conn, cause));
        }
    }

    /** Calls {@code onClose}, unless a command did. */
    public void close(C conn) throws Exception {
        CallbackState turns = key.peek(conn);
        if (turns != null && turns.claimClose(true)) {
            new Execution().execute(app.onClose(conn));
        }
    }

    /** What one callback leads to. */
    private final class Execution {
        /** What is next stands first; what is no command closes a connection whose {@code onClose} was called. */
        private final Deque<Object> steps = new ArrayDeque<>();

        private int count;

        void execute(@Nullable Command first) throws Exception {
            try {
                push(first);
                for (Object next = steps.poll(); next != null; next = steps.poll()) {
                    if (next instanceof Runnable hangup) {
                        hangup.run();
                    } else {
                        step((Command) next);
                    }
                }
            } finally {
                // whoever was told of its end must not live on because another command failed
                for (Object left : steps) {
                    if (left instanceof Runnable hangup) {
                        hangup.run();
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

        private void count(int more) {
            count += more;
            if (count > Command.LIMIT) {
                throw new IllegalStateException("commands of one callback: more than " + Command.LIMIT
                        + " (expected: at most that; does a function return itself?)");
            }
        }

        private void step(Command command) throws Exception {
            if (command instanceof Command.Send send) {
                send.connection().send(send.message());
            } else if (command instanceof Command.Run run) {
                push(run.function().call());
            } else if (command instanceof Command.Close close) {
                close(close.connection());
            } else if (command instanceof ProtocolCommand own) {
                own.execute();
            }
        }

        private void close(Connection conn) {
            CallbackState turns = key.peek(conn);
            if (turns == null) {
                steps.push((Runnable) conn::close);
            } else if (turns.claimClose(false)) {
                notifyAndClose(turns.conn);
            }
        }

        private void notifyAndClose(C conn) {
            steps.push((Runnable) conn::close);
            try {
                push(app.onClose(conn));
            } catch (Throwable failure) {
                steps.push((Runnable) () -> CloseableWithCause.close(conn, failure));
                failed(conn, failure);
            }
        }

        private void failed(C conn, Throwable failure) {
            if (failure instanceof RejectedException refusal) {
                LOG.cause(refusal.reason()).info(conn, "{} closed: {}", conn, refusal.reason());
                return;
            }
            try {
                push(app.onError(conn, failure));
            } catch (Throwable unhandled) {
                LOG.cause(app.getClass())
                        .warn(
                                conn,
                                "{}: closed, {} failed and did not handle it",
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
