package dev.sprocket.core;

import java.util.Optional;

/**
 * Component that passes callbacks on to other components.
 *
 * <p>Layers look through it: for a capability of the component inside ({@link ForwardingComponent#find}), or for the
 * component that really wants the messages. {@link ForwardingComponent} and {@link Dispatcher} implement this for their
 * subclasses. A component that does not implement it receives all messages and hides those inside.
 *
 * <p>Methods may be called from any thread unless stated otherwise.
 */
public interface DelegatingComponent {
    /** Returns the component that gets all callbacks. Empty if there is none, or it depends on the connection. */
    default Optional<Component<?>> delegate() {
        return Optional.empty();
    }

    /**
     * Returns the component to which all further messages are passed, unchanged and immediately.
     *
     * <p>If no component between two layers wants the bytes of a connection, they go from the lower layer to the upper
     * one directly: not through these components. All other callbacks are called as always.
     *
     * <p>Called on the event loop, after {@code onOpen} and possibly again after an upgrade. The result must not change
     * until the connection is closed.
     *
     * @return empty if this component must receive the messages itself
     */
    default Optional<Component<?>> passesTo(Connection conn) {
        return Optional.empty();
    }

    /**
     * Reports whether {@code onOpen} ignores the content of connections.
     *
     * <p>A layer that can open connections before their content is complete may do so through this component, if the
     * {@linkplain #delegate() delegate} allows that.
     */
    default boolean ignoresContent() {
        return false;
    }
}
