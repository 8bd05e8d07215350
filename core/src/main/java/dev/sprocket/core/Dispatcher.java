package dev.sprocket.core;

import dev.sprocket.core.internal.callback.OnMessageOverride;
import java.util.Optional;

/**
 * Base class of components that choose another component for each connection.
 *
 * <p>The choice is made when a connection opens, and lasts until it closes. A connection for which no component is
 * chosen reaches none.
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 */
public abstract class Dispatcher<C extends Connection, M>
        extends StatefulComponent<C, M, MessageComponent<? super C, ? super M>> implements DelegatingComponent {
    /**
     * Chooses the component of a connection that opens.
     *
     * @return empty if this component has closed or answered the connection instead
     */
    protected abstract Optional<MessageComponent<? super C, ? super M>> choose(C conn) throws Exception;

    @Override
    protected final Optional<MessageComponent<? super C, ? super M>> newState(C conn) throws Exception {
        return choose(conn);
    }

    @Override
    protected void onOpen(C conn, MessageComponent<? super C, ? super M> chosen) throws Exception {
        chosen.onOpen(conn);
    }

    @Override
    protected void onMessage(C from, M message, MessageComponent<? super C, ? super M> chosen) throws Exception {
        chosen.onMessage(from, message);
    }

    /** Returns the component that was chosen, unless a subclass overrides {@code onMessage}. */
    @Override
    @SuppressWarnings("unchecked") // called for connections that were opened
    public Optional<Component<?>> passesTo(Connection conn) {
        return OnMessageOverride.isIn(this, Dispatcher.class)
                ? Optional.empty()
                : state((C) conn).map(chosen -> (Component<?>) chosen);
    }

    @Override
    protected void onClose(C conn, MessageComponent<? super C, ? super M> chosen) throws Exception {
        chosen.onClose(conn);
    }

    @Override
    protected void onError(C conn, Throwable cause, MessageComponent<? super C, ? super M> chosen) throws Exception {
        chosen.onError(conn, cause);
    }
}
