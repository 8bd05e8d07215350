package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What should happen, as a callback of a {@link CommandHandler} returns it. Nothing happens when a command is made; {@link CommandAdapter}
 * carries it out when the callback has returned.
 *
 * <p>What one callback leads to is at most {@link #LIMIT} commands, with all that carried-out commands return. Past it the
 * callback has failed, as if it had thrown.
 */
@ThreadSafe
public sealed interface Command
        permits Command.Send, Command.Close, Command.Run, Command.None, Command.All, ProtocolCommand {
    /** How many commands one callback may lead to: a million. */
    int LIMIT = 1_000_000;

    /** Nothing happens. */
    Command NONE = new None();

    /** As {@link All}. */
    static Command all(@Nullable Command... commands) {
        return new All(Arrays.asList(commands));
    }

    /** Sends a message. Two are equal if they send the same to the same connection. */
    record Send(Connection connection, Message message) implements Command {
        /** Throws {@link IllegalArgumentException} for an empty message. */
        public Send {
            if (message.size() == 0) {
                throw new IllegalArgumentException("message to send: empty (expected: at least one byte)");
            }
        }

        /** Sends a text. */
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
     * Closes a connection. First {@code onClose} is called, and what it returns, such as a farewell, carried out. One that is closed
     * already is left alone.
     */
    record Close(Connection connection) implements Command {}

    /** Calls a function, which returns the next command; null is none. What it throws, the callback has thrown. */
    record Run(Callable<? extends @Nullable Command> function) implements Command {
        /** Runs what returns nothing. */
        public static Run of(Runnable task) {
            return new Run(() -> {
                task.run();
                return NONE;
            });
        }
    }

    /** Nothing happens. */
    record None() implements Command {}

    /** Carries out commands, in order. */
    record All(List<Command> commands) implements Command {
        /**
         * Flattens those that are {@code All} themselves, and skips nulls. Throws {@link IllegalArgumentException} if there are
         * more than {@link #LIMIT}.
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
                    throw new IllegalArgumentException("commands: more than " + LIMIT + " (expected: at most that)");
                }
            }
            commands = List.copyOf(flat);
        }
    }
}
