package dev.sprocket.plugin;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.plugin.config.Settings;
import java.util.List;

/**
 * Factory of a layer or decorator. A plugin adds it to a set:
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder, LayerFactory.class).addBinding().to(MyLayer.class);
 * }</pre>
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface LayerFactory extends Factory {
    /** Returns the type that the surrounding layer must provide. */
    StackType requires();

    /**
     * Returns the type that the layer provides to the inner component.
     *
     * <p>By default it is the type of the surrounding layer, as for a decorator.
     */
    default StackType provides(StackType outer) {
        return outer;
    }

    /**
     * Wraps a component.
     *
     * @param inner component of the type that this layer provides
     * @throws IllegalArgumentException if the settings contradict each other; the message is for users
     */
    Component<?> around(Component<?> inner, Settings settings);

    /**
     * Called for each use of this layer in a configuration, before any is created.
     *
     * <p>For layers that share state, such as WAMP realms.
     *
     * @throws IllegalArgumentException if this use contradicts an earlier one; the message is for users
     */
    default void announce(Settings settings) {}

    /** Reports whether the layer handles upgrade requests, so its routes accept upgrades. */
    default boolean upgrades() {
        return false;
    }

    /**
     * Returns the methods of the requests that the layer handles itself.
     *
     * <p>If empty, the inner component determines the methods of the route.
     */
    default List<String> methods() {
        return List.of();
    }

    /**
     * Reports whether the layer authenticates by credentials that browsers send automatically.
     *
     * <p>These are cookies and Basic credentials. Without an origin check, pages of other sites can act for the user.
     */
    default boolean ambientCredentials() {
        return false;
    }

    /** Reports whether the layer rejects clients by their address or credentials. */
    default boolean guards() {
        return false;
    }

    /** Casts an inner component whose type was checked already. */
    @SuppressWarnings("unchecked") // its type was checked by StackType
    static <C extends Connection> MessageComponent<? super C, ? super Message> messages(Component<?> inner) {
        return (MessageComponent<? super C, ? super Message>) inner;
    }
}
