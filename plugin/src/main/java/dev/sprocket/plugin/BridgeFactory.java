package dev.sprocket.plugin;

import com.typesafe.config.Config;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;

/**
 * Makes a kind of bridge: a way in for backends, whose messages end in a component. Threads: used by one.
 */
public interface BridgeFactory {
    /** The name by which a configuration asks for it. */
    String name();

    /** The defaults of its options; what is not named here is no option. */
    Config defaults();

    /**
     * Makes a bridge that has not started yet.
     *
     * @param options this bridge's options, over the defaults
     * @param target what each message is handed to
     */
    Endpoint create(Config options, MessageComponent<? super Connection, ? super Message> target);
}
