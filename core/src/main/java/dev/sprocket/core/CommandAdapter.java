package dev.sprocket.core;

import dev.sprocket.core.spi.CommandExecutor;

/**
 * Carries out what a {@link CommandComponent} returns, which so becomes a component like any other: {@code new WsServer(new
 * Commands<>(new Chat()))}.
 *
 * <p>Commands are carried out in order, those that they return in their place, on the thread of the callback and before it returns.
 * If one fails those behind it are left out, and {@code onError} is called as for the callback itself.
 *
 * <p>Threads: as the stack around it, and the component inside needs.
 */
public final class CommandAdapter<C extends Connection, M> implements MessageComponent<C, M> {
    private final CommandComponent<? super C, ? super M> app;
    private final CommandExecutor<C> interpreter;

    /** Serves an application. */
    public CommandAdapter(CommandComponent<? super C, ? super M> app) {
        this.app = app;
        this.interpreter = new CommandExecutor<>(app);
    }

    @Override
    public void onOpen(C conn) throws Exception {
        interpreter.open(conn);
    }

    @Override
    public void onMessage(C from, M message) throws Exception {
        interpreter.call(from, () -> app.onMessage(from, message));
    }

    @Override
    public void onError(C conn, Throwable cause) throws Exception {
        interpreter.fail(conn, cause);
    }

    @Override
    public void onClose(C conn) throws Exception {
        interpreter.close(conn);
    }
}
