package dev.sprocket.core;

import java.util.Optional;

/**
 * Base class of components with state per connection.
 *
 * <p>The state is created when a connection opens, and is passed to each later callback of that connection. A component
 * that creates no state rejects the connection: no other callback follows, whatever happens to the connection later.
 *
 * <pre>{@code
 * final class Counter extends StatefulComponent<Connection, Message, AtomicInteger> {
 *     protected Optional<AtomicInteger> newState(Connection conn) {
 *         return Optional.of(new AtomicInteger());
 *     }
 *     protected void onMessage(Connection from, Message message, AtomicInteger count) {
 *         from.send("message " + count.incrementAndGet());
 *     }
 * }
 * }</pre>
 *
 * <p>Callbacks run on the threads of the surrounding stack.
 *
 * @param <S> state of one connection
 */
public abstract class StatefulComponent<C extends Connection, M, S> implements MessageComponent<C, M> {
    private final AttributeKey<S> key =
            AttributeKey.of("state of " + getClass().getSimpleName(), "was its onOpen called?");

    /**
     * Creates the state of a connection that opens.
     *
     * @return empty if this component has closed or answered the connection instead
     */
    protected abstract Optional<S> newState(C conn) throws Exception;

    /** Called after the state was created. Does nothing by default. */
    protected void onOpen(C conn, S state) throws Exception {}

    /** Called for each message of a connection with state. */
    protected abstract void onMessage(C from, M message, S state) throws Exception;

    /** Called when a connection with state is closed. Does nothing by default. */
    protected void onClose(C conn, S state) throws Exception {}

    /** Called when a callback of a connection with state threw. Throws the cause by default. */
    protected void onError(C conn, Throwable cause, S state) throws Exception {
        MessageComponent.super.onError(conn, cause);
    }

    /** Returns the state of a connection, if it was created. */
    protected final Optional<S> state(C conn) {
        return key.find(conn);
    }

    @Override
    public final void onOpen(C conn) throws Exception {
        Optional<S> created = newState(conn);
        if (created.isPresent()) {
            S state = created.get();
            key.set(conn, state);
            onOpen(conn, state);
        }
    }

    @Override
    public final void onMessage(C from, M message) throws Exception {
        S state = key.peek(from);
        if (state != null) {
            onMessage(from, message, state);
        }
    }

    @Override
    public final void onClose(C conn) throws Exception {
        S state = key.peek(conn);
        if (state != null) {
            onClose(conn, state);
        }
    }

    /** Passes a failure to a connection with state. Otherwise {@link #newState} has failed, and the cause is thrown. */
    @Override
    public final void onError(C conn, Throwable cause) throws Exception {
        S state = key.peek(conn);
        if (state != null) {
            onError(conn, cause, state);
        } else {
            MessageComponent.super.onError(conn, cause);
        }
    }
}
