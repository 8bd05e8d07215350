package dev.sprocket.core.filter;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Dispatcher;
import dev.sprocket.core.MessageComponent;
import java.util.Optional;

/**
 * Base class of decorators that admit or reject connections.
 *
 * <p>A rejected connection never reaches the component inside: neither {@code onOpen} nor any later callback, also if
 * {@link #reject} leaves it open.
 *
 * <pre>{@code
 * final class NoLocalPeers<M> extends Guard<Connection, M, CloseReason.Rejection> {
 *     NoLocalPeers(MessageComponent<? super Connection, ? super M> inner) {
 *         super(inner);
 *     }
 *     protected Optional<CloseReason.Rejection> admit(Connection conn) {
 *         return isLocal(conn) ? Optional.of(CloseReason.forbidden("local peer")) : Optional.empty();
 *     }
 *     protected void reject(Connection conn, CloseReason.Rejection rejection) {
 *         conn.close(rejection);
 *     }
 * }
 * }</pre>
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 *
 * @param <R> reason of a rejection, or the response to it
 */
public abstract class Guard<C extends Connection, M, R> extends Dispatcher<C, M> {
    private final MessageComponent<? super C, ? super M> inner;

    /** Creates a guard of a component. */
    protected Guard(MessageComponent<? super C, ? super M> inner) {
        this.inner = inner;
    }

    /** Checks a connection that opens. An empty result admits it. */
    protected abstract Optional<R> admit(C conn) throws Exception;

    /** Closes or answers a connection that was not admitted. */
    protected abstract void reject(C conn, R rejection) throws Exception;

    @Override
    protected final Optional<MessageComponent<? super C, ? super M>> choose(C conn) throws Exception {
        Optional<R> rejection = admit(conn);
        if (rejection.isPresent()) {
            reject(conn, rejection.get());
            return Optional.empty();
        }
        return Optional.of(inner);
    }

    @Override
    public final Optional<Component<?>> delegate() {
        return Optional.of(inner);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + inner + ")";
    }
}
