package dev.sprocket.core;

/**
 * An application that receives messages and answers with commands, as all did in the first Ratchet:
 *
 * <pre>{@code
 * class Echo implements CommandComponent<Connection, Message> {
 *     public Command onMessage(Connection from, Message message) {
 *         return new Command.Send(from, message);
 *     }
 * }
 * new WsServer(new Commands<>(new Echo()))
 * }</pre>
 *
 * <p>Threads: as {@link CommandHandler}.
 *
 * @param <C> what it needs of a connection: {@link Connection}, or the connection of a protocol
 * @param <M> what a message is, as {@link MessageComponent}
 */
public interface CommandComponent<C extends Connection, M> extends CommandHandler<C> {
    /** A message arrived. A {@link Message} is borrowed: valid until what this returns has been carried out. */
    default Command onMessage(C from, M message) throws Exception {
        return Command.NONE;
    }
}
