package dev.sprocket.plugin;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.util.List;

/**
 * Makes a kind of bridge: a way in for backends, whose messages end in a component. A part of a plugin, as {@link
 * LayerFactory}.
 *
 * <p>Not thread-safe; used during assembly only.
 */
public interface BridgeFactory extends Factory {
    /** Where a bridge with these settings would listen, as {@code host:port}; none if it connects. */
    default List<String> addresses(Settings settings) {
        return List.of();
    }

    /**
     * Makes a bridge that has not started yet.
     *
     * @param target what each message is handed to
     * @throws IllegalArgumentException if the settings make no sense together; the message is for the user
     * @throws IllegalStateException if they would let anybody push who can reach it; the message is for the user
     */
    Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target);
}
