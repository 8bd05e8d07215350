package dev.sprocket.core;

/**
 * A component that receives messages: what most applications are, and what every layer is.
 *
 * <p>Threads: as {@link Component}; messages of one connection come in the order in which they were sent.
 *
 * @param <C> what it needs of a connection: {@link Connection}, or the connection of a protocol
 * @param <M> what a message is: {@link Message}, or what a layer below makes of it
 */
@FunctionalInterface
public interface MessageComponent<C extends Connection, M> extends Component<C> {
    /** A message arrived. A {@link Message} is borrowed: after this has returned, using it throws (see {@link Message#copy}). */
    void onMessage(C from, M message) throws Exception;
}
