package dev.sprocket.core;

import java.util.Optional;

/**
 * Component that may pass on the messages of a connection unchanged.
 *
 * <p>If no component between two layers wants the bytes of a connection, they go from the lower layer to the upper one
 * directly: not through these components. All other callbacks are called as always.
 *
 * <p>{@link ForwardingComponent} and {@link Dispatcher} implement this for subclasses that do not override {@code
 * onMessage}. A component that implements neither interface receives all messages.
 */
public interface PassThrough {
    /**
     * Returns the component to which all further messages are passed, unchanged and immediately.
     *
     * <p>Called on the event loop, after {@code onOpen} and possibly again after an upgrade. The result must not change
     * until the connection is closed.
     *
     * @return empty if this component must receive the messages itself
     */
    Optional<Component<?>> passesTo(Connection conn);
}
