package dev.sprocket.legacy.command;

import dev.sprocket.core.Connection;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.wamp.WampComponent;

/**
 * Adapts a {@link CommandComponent} to a component: {@code new WsServer(new CommandAdapter<>(new Chat()))}.
 *
 * <p>Commands are executed in order, on the thread of the callback and before it returns; a command that returns
 * another one is followed by it. If a command fails, the following ones are skipped and {@code onError} is called as
 * for the callback itself.
 *
 * <p>Callbacks run on the threads of the surrounding stack; the component inside must support these.
 */
public final class CommandAdapter<C extends Connection, M> implements MessageComponent<C, M> {
    private final CommandComponent<? super C, ? super M> app;
    private final CommandExecutor<C> executor;

    /** Creates an adapter of an application. */
    public CommandAdapter(CommandComponent<? super C, ? super M> app) {
        this.app = app;
        this.executor = new CommandExecutor<>(app);
    }

    /**
     * Returns a WAMP application that executes the commands of a component.
     *
     * <pre>{@code
     * WampServer server = new WampServer(CommandAdapter.wamp(new Blog()));
     * }</pre>
     */
    public static WampComponent wamp(WampCommandComponent app) {
        return new WampCommandAdapter(app);
    }

    @Override
    public void onOpen(C conn) throws Exception {
        executor.open(conn);
    }

    @Override
    public void onMessage(C from, M message) throws Exception {
        executor.call(from, () -> app.onMessage(from, message));
    }

    @Override
    public void onError(C conn, Throwable cause) throws Exception {
        executor.fail(conn, cause);
    }

    @Override
    public void onClose(C conn) throws Exception {
        executor.close(conn);
    }
}
