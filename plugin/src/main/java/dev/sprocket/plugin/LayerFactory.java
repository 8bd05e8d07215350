package dev.sprocket.plugin;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.List;

/**
 * Makes a kind of layer or decorator. A part of a plugin:
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder, LayerFactory.class).addBinding().to(MyLayer.class)
 * }</pre>
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface LayerFactory extends Factory {
    /** What must be around it. */
    StackType needs();

    /** What it gives to the part inside it: by default what it is given, as a decorator does. */
    default StackType gives(StackType given) {
        return given;
    }

    /**
     * Wraps. Called only with an inner part that fits.
     *
     * @throws IllegalArgumentException if the settings make no sense together; the message is for the user
     */
    Component<?> around(Component<?> inner, Settings settings);

    /**
     * Hears of every use of this layer in a configuration before the first one is made, for layers that share something.
     *
     * @throws IllegalArgumentException if this use contradicts an earlier one; the message is for the user
     */
    default void announce(Settings settings) {}

    /** Whether what it makes answers requests that want another protocol, so that a route to it is one for upgrades. */
    default boolean upgrades() {
        return false;
    }

    /**
     * The methods of requests that lead to what it makes, if it answers them itself; if there are none, the component inside says
     * which lead there.
     */
    default List<String> methods() {
        return List.of();
    }

    /**
     * Whether it identifies users by credentials that browsers send by themselves: cookies or Basic. Pages of other sites can then
     * act in a user's name where no origin is checked.
     */
    default boolean ambientCredentials() {
        return false;
    }

    /** The inner part as what it is known to be. */
    @SuppressWarnings("unchecked") // it was checked by name that it fits
    static <C extends Connection> MessageComponent<? super C, ? super Message> messages(Component<?> inner) {
        return (MessageComponent<? super C, ? super Message>) inner;
    }
}
