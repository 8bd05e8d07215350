package dev.sprocket.plugin;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.plugin.config.Settings;
import java.util.List;

/**
 * Factory of a bridge, through which backends push messages to a component.
 *
 * <p>A plugin adds it to the set of {@code BridgeFactory}, see {@link Plugin}. Not thread-safe; used during assembly
 * only.
 */
public interface BridgeFactory extends Factory {
    /** Returns the listening addresses {@code host:port} for these settings; empty if it connects. */
    default List<String> addresses(Settings settings) {
        return List.of();
    }

    /**
     * Reports whether every sender of the bridge is a backend, which may publish by default.
     *
     * <p>False if the bridge marks the senders itself, as those of Sprocket do.
     */
    default boolean admitsBackendsOnly() {
        return true;
    }

    /**
     * Creates a bridge, not started yet.
     *
     * @param target component that receives the messages
     * @throws IllegalArgumentException if the settings contradict each other; the message is for users
     * @throws IllegalStateException if the bridge would accept unauthenticated pushes from other machines; the message
     *     is for users
     */
    Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target);
}
