package dev.sprocket.core;

import java.util.Optional;
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
public final class PerConnection<C extends Connection, M> extends Dispatcher<C, M> {
    private final Function<? super C, ? extends MessageComponent<? super C, ? super M>> factory;

    /** Creates a component that calls the factory when a connection opens. */
    public PerConnection(Function<? super C, ? extends MessageComponent<? super C, ? super M>> factory) {
        this.factory = factory;
    }

    @Override
    protected Optional<MessageComponent<? super C, ? super M>> choose(C conn) {
        return Optional.of(factory.apply(conn));
    }
}
