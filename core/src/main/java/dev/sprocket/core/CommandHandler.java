package dev.sprocket.core;

/**
 * An application in the command style: callbacks do nothing themselves, but return what should happen. So it is a function
 * that can be tested without a server. {@link CommandComponent} is one that receives messages.
 *
 * <p>Threads: as {@link Component}. When a command closes a connection, {@code onClose} of it is called by the thread that
 * carries the command out; it overlaps no other callback of that connection.
 *
 * @param <C> what it needs of a connection, as {@link Component}
 */
public interface CommandHandler<C extends Connection> {
    /** The connection is there; the first callback of each connection. */
    default Command onOpen(C conn) throws Exception {
        return Command.NONE;
    }

    /**
     * The connection is gone, or about to be closed by {@link Command.Close}; then what this returns is carried out before.
     * The last callback of each connection that was opened, and called exactly once.
     */
    default Command onClose(C conn) throws Exception {
        return Command.NONE;
    }

    /**
     * Another callback threw, or a command that it returned. The connection is closed as failed when what this returns has been
     * carried out, as after {@link Component#onError}; unless overridden, it throws the cause.
     */
    default Command onError(C conn, Throwable cause) throws Exception {
        if (cause instanceof Exception e) {
            throw e;
        }
        throw new IllegalStateException(cause);
    }
}
