package dev.sprocket.core;

import dev.sprocket.core.internal.callback.OnMessageOverride;
import java.util.Optional;

/**
 * Base class of decorators that passes every callback to the component inside.
 *
 * <p>Extend it and override the callbacks that the decorator changes. It has no state; callbacks run on the threads of
 * the surrounding stack.
 */
public abstract class ForwardingComponent<C extends Connection, M>
        implements MessageComponent<C, M>, DelegatingComponent {
    private final MessageComponent<? super C, ? super M> inner;

    /** Creates a decorator of a component. */
    protected ForwardingComponent(MessageComponent<? super C, ? super M> inner) {
        this.inner = inner;
    }

    /** Returns the component inside. */
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

    /** Returns the component inside. */
    @Override
    public final Optional<Component<?>> delegate() {
        return Optional.of(inner);
    }

    /** Returns the component inside, unless a subclass overrides {@code onMessage}. */
    @Override
    public Optional<Component<?>> passesTo(Connection conn) {
        return OnMessageOverride.isIn(this, ForwardingComponent.class) ? Optional.empty() : Optional.of(inner);
    }

    /**
     * Finds the first component of a type, looking through decorators. Layers use it to inspect the components above.
     *
     * @return empty if the stack ends, or continues with a layer that is not a decorator, before one is found
     */
    public static <T> Optional<T> find(Component<?> top, Class<T> type) {
        Component<?> at = top;
        while (!type.isInstance(at)) {
            Component<?> next =
                    at instanceof DelegatingComponent outer ? outer.delegate().orElse(null) : null;
            if (next == null) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.of(type.cast(at));
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + inner + ")";
    }
}
