package dev.sprocket.plugin;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Endpoint;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Makes a kind of bridge: a way in for backends, whose messages end in a component. A part of a plugin, as {@link
 * LayerFactory}.
 *
 * <p>Threads: used while the server is put together, by one.
 */
public interface BridgeFactory extends Part {
    /**
     * Makes a bridge that has not started yet.
     *
     * @param target what each message is handed to
     * @throws IllegalArgumentException if the settings make no sense together, or would let anybody push; the message is
     *     for the user
     */
    Endpoint create(Settings settings, MessageComponent<? super Connection, ? super Message> target);

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
