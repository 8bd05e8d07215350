package dev.sprocket.core;

/**
 * Component that receives messages; implemented by most applications and by all layers.
 *
 * <p>Threads and order of callbacks are those of {@link Component}; messages of one connection are delivered in the
 * order in which they were sent.
 *
 * @param <C> required connection type: {@link Connection}, or the connection of a protocol
 * @param <M> message type: {@link Message}, or the type that a layer below creates from it
 */
@FunctionalInterface
public interface MessageComponent<C extends Connection, M> extends Component<C> {
    /**
     * Called for each message. A {@link Message} is borrowed: after this method returns, using it throws (see
     * {@link Message#copy}).
     */
    void onMessage(C from, M message) throws Exception;
}
