package dev.sprocket.legacy.command;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;

/**
 * Application whose callbacks have no effects but return commands.
 *
 * <p>Such an application is a function that can be tested without a server. {@link CommandComponent} is one that
 * receives messages.
 *
 * <p>Threads and order of callbacks are those of {@link Component}. When a command closes a connection, its
 * {@code onClose} is called on the thread that executes the command; it overlaps no other callback of that connection.
 *
 * @param <C> required connection type, as for {@link Component}
 */
public interface CommandHandler<C extends Connection> {
    /** Called when the connection opens. The first callback of each connection. */
    default Command onOpen(C conn) throws Exception {
        return Command.NONE;
    }

    /**
     * Called when the connection is closed, or is about to be closed by {@link Command.Close}. In that case the
     * returned command is executed before the close. The last callback of each opened connection, called exactly once.
     */
    default Command onClose(C conn) throws Exception {
        return Command.NONE;
    }

    /**
     * Called when another callback or its command threw. After the returned command the connection is closed as failed,
     * as after {@link Component#onError}. By default, throws the cause.
     */
    default Command onError(C conn, Throwable cause) throws Exception {
        if (cause instanceof Exception e) {
            throw e;
        }
        throw new IllegalStateException(cause);
    }
}
