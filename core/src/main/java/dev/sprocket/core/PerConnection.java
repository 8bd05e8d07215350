package dev.sprocket.core;

import java.util.function.Function;

/**
 * Creates a separate component for each connection, with plain fields for its state.
 *
 * <pre>{@code
 * WsServer server = new WsServer(new PerConnection<>(conn -> new Player(conn)));
 * }</pre>
 *
 * <p>The factory must return a new component for each connection. Callbacks of one object never overlap, so its fields
 * need no lock. Optional interfaces of these components, such as {@code RequestHeadListener}, have no effect.
 */
@ConcurrentComponent
public final class PerConnection<C extends Connection, M> implements MessageComponent<C, M> {
    private final AttributeKey<MessageComponent<? super C, ? super M>> key =
            AttributeKey.of("component of this connection", "was PerConnection.onOpen called?");
    private final Function<? super C, ? extends MessageComponent<? super C, ? super M>> factory;

    /** Creates a component that calls the factory when a connection opens. */
    public PerConnection(Function<? super C, ? extends MessageComponent<? super C, ? super M>> factory) {
        this.factory = factory;
    }

    @Override
    public void onOpen(C conn) throws Exception {
        MessageComponent<? super C, ? super M> own = factory.apply(conn);
        key.set(conn, own);
        own.onOpen(conn);
    }

    @Override
    public void onMessage(C from, M message) throws Exception {
        key.get(from).onMessage(from, message);
    }

    @Override
    public void onClose(C conn) throws Exception {
        MessageComponent<? super C, ? super M> own = key.peek(conn);
        if (own != null) {
            own.onClose(conn);
        }
    }

    /**
     * Passes the failure to the connection's component. If the factory failed there is none, and the cause is passed to
     * the layer below.
     */
    @Override
    public void onError(C conn, Throwable cause) throws Exception {
        MessageComponent<? super C, ? super M> own = key.peek(conn);
        if (own != null) {
            own.onError(conn, cause);
        } else {
            MessageComponent.super.onError(conn, cause);
        }
    }
}
