package dev.sprocket.legacy.command;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Action that a callback of a {@link Handler} returns.
 *
 * <p>Creating a command has no effect; {@link CommandAdapter} executes it after the callback has returned.
 *
 * <p>One callback may execute at most {@link #LIMIT} commands, including those that executed commands return. Beyond
 * that limit the callback fails as if it had thrown.
 */
@ThreadSafe
public sealed interface Command
        permits Command.Send, Command.Close, Command.Run, Command.None, Command.All, Command.Custom {
    /** Maximum number of commands per callback: a million. */
    int LIMIT = 1_000_000;

    /** Does nothing. */
    Command NONE = new None();

    /** Creates a command that executes several commands in order. Nulls are skipped. */
    static Command all(@Nullable Command... commands) {
        return new All(Arrays.asList(commands));
    }

    /** Sends a message. Two are equal if they send the same message to the same connection. */
    record Send(Connection connection, Message message) implements Command {
        /** Throws {@link IllegalArgumentException} for an empty message. */
        public Send {
            if (message.size() == 0) {
                throw new IllegalArgumentException("message to send: empty (expected: at least one byte)");
            }
        }

        /** Creates a command that sends a text message. */
        public Send(Connection connection, String text) {
            this(connection, Message.text(text));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Send send
                    && connection.equals(send.connection)
                    && message.isBinary() == send.message.isBinary()
                    && message.content().equals(send.message.content());
        }

        @Override
        public int hashCode() {
            return 31 * connection.hashCode() + message.content().hashCode();
        }
    }

    /**
     * Closes a connection.
     *
     * <p>{@code onClose} is called first, and the command that it returns, such as a final message, is executed. A
     * connection that is already closed is ignored.
     */
    record Close(Connection connection) implements Command {}

    /**
     * Calls a function, which returns the next command or null. An exception of the function counts as thrown by the
     * callback.
     */
    record Run(Callable<? extends @Nullable Command> function) implements Command {
        /** Creates a command that runs a task. */
        public static Run of(Runnable task) {
            return new Run(() -> {
                task.run();
                return NONE;
            });
        }
    }

    /** Does nothing. */
    record None() implements Command {}

    /** Executes several commands in order. */
    record All(List<Command> commands) implements Command {
        /**
         * Flattens nested {@code All} commands and skips nulls. Throws {@link IllegalArgumentException} for more than
         * {@link #LIMIT} commands.
         */
        public All {
            List<Command> flat = new ArrayList<>(commands.size());
            for (@Nullable Command command : commands) {
                if (command instanceof All all) {
                    flat.addAll(all.commands);
                } else if (command != null) {
                    flat.add(command);
                }
                if (flat.size() > LIMIT) {
                    throw new IllegalArgumentException(
                            "commands: more than " + LIMIT + " (expected: <= " + LIMIT + ")");
                }
            }
            commands = List.copyOf(flat);
        }
    }

    /**
     * Command of a protocol, such as a response to a call.
     *
     * <p>Only the protocol knows its effect, so it returns no further command.
     */
    @ThreadSafe
    non-sealed interface Custom extends Command {
        /**
         * Executes the command.
         *
         * <p>Called by the executor, once for each time that it was returned; applications only return it.
         */
        void execute() throws Exception;
    }

    /**
     * Application whose callbacks have no effects but return commands.
     *
     * <p>Such an application is a function that can be tested without a server. {@link CommandComponent} is one that
     * receives messages.
     *
     * <p>Threads and order of callbacks are those of {@link Component}. When a command closes a connection, its
     * {@code onClose} is called on the thread that executes the command; it overlaps no other callback of that
     * connection.
     *
     * @param <C> required connection type, as for {@link Component}
     */
    interface Handler<C extends Connection> {
        /** Called when the connection opens. The first callback of each connection. */
        @CanIgnoreReturnValue
        default Command onOpen(C conn) throws Exception {
            return Command.NONE;
        }

        /**
         * Called when the connection is closed, or is about to be closed by {@link Command.Close}.
         *
         * <p>In the second case the returned command is executed before the close. The last callback of each opened
         * connection, called exactly once.
         */
        @CanIgnoreReturnValue
        default Command onClose(C conn) throws Exception {
            return Command.NONE;
        }

        /**
         * Called when another callback or its command threw.
         *
         * <p>After the returned command the connection is closed as failed, as after {@link Component#onError}. By
         * default, throws the cause.
         */
        @CanIgnoreReturnValue
        default Command onError(C conn, Throwable cause) throws Exception {
            if (cause instanceof Exception e) {
                throw e;
            }
            throw new IllegalStateException(cause);
        }
    }
}
