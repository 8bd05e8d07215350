package dev.sprocket.legacy.command;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/**
 * Application that receives messages and returns commands, as in the first version of Ratchet.
 *
 * <pre>{@code
 * class Echo implements CommandComponent<Connection, Message> {
 *     public Command onMessage(Connection from, Message message) {
 *         return new Command.Send(from, message);
 *     }
 * }
 * WsServer server = new WsServer(new CommandAdapter<>(new Echo()));
 * }</pre>
 *
 * <p>Threads and order of callbacks are those of {@link Command.Handler}.
 *
 * @param <C> required connection type: {@link Connection}, or the connection of a protocol
 * @param <M> message type, as for {@link MessageComponent}
 */
public interface CommandComponent<C extends Connection, M> extends Command.Handler<C> {
    /**
     * Called for each message. A {@link Message} is borrowed: it is valid until the returned command has been executed.
     */
    default Command onMessage(C from, M message) throws Exception {
        return Command.NONE;
    }
}
