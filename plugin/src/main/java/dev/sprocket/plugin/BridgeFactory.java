package dev.sprocket.plugin;

import com.typesafe.config.Config;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;

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

    /**
     * What a factory asks before it makes a bridge that takes pushes from anybody who can reach it.
     *
     * @throws IllegalArgumentException unless the host is an address of this machine alone
     */
    static void requireLoopback(String bridge, String host) {
        InetAddress address = new InetSocketAddress(host, 0).getAddress();
        if (address == null || !address.isLoopbackAddress()) {
            throw new IllegalArgumentException("bridge " + bridge + ": host " + host
                    + " (expected: a loopback address such as 127.0.0.1, for the bridge has no secret)");
        }
    }
}
