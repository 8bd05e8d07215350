package dev.sprocket.core;

import dev.sprocket.core.spi.DelegatingComponent;
import java.util.Optional;

/**
 * The skeleton of a decorator: passes every callback to the component inside. Extend it and override what the decorator
 * is about.
 *
 * <p>Threads: those of the stack around it; it keeps no state.
 */
public abstract class ForwardingComponent<C extends Connection, M> implements MessageComponent<C, M> {
    private final MessageComponent<? super C, ? super M> inner;

    /** Wraps a component. */
    protected ForwardingComponent(MessageComponent<? super C, ? super M> inner) {
        this.inner = inner;
    }

    /** The component inside. */
    protected final MessageComponent<? super C, ? super M> inner() {
        return inner;
    }

    @Override
    public void onOpen(C conn) throws Exception {
        inner.onOpen(conn);
    }

    @Override
    public void onMessage(C from, M message) throws Exception {
        inner.onMessage(from, message);
    }

    @Override
    public void onClose(C conn) throws Exception {
        inner.onClose(conn);
    }

    @Override
    public void onError(C conn, Throwable cause) throws Exception {
        inner.onError(conn, cause);
    }

    /**
     * Looks through decorators for the first component of a type: how a layer asks what stands above it.
     *
     * @return empty if the stack ends, or goes on with a layer that is no decorator, before one is found
     */
    public static <T> Optional<T> find(Component<?> top, Class<T> type) {
        Component<?> at = top;
        while (!type.isInstance(at)) {
            if (at instanceof ForwardingComponent<?, ?> decorator) {
                at = decorator.inner;
            } else if (at instanceof DelegatingComponent other) {
                at = other.delegate();
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(type.cast(at));
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + inner + ")";
    }
}
