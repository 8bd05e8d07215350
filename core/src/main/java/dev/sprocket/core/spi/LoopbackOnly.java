package dev.sprocket.core.spi;

import com.google.errorprone.annotations.ThreadSafe;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What an endpoint asks before it takes messages from anybody who can reach it.
 */
@ThreadSafe
public final class LoopbackOnly {
    private LoopbackOnly() {}

    /**
     * Lets an endpoint without a secret listen on this machine alone. A host that is not known passes: listening on it will
     * fail, and say why.
     *
     * @param endpoint what it is, for the message
     * @param secured whether whoever sends has to know a secret
     * @param remedy what to set, for the message
     * @throws IllegalStateException that says what to set
     */
    public static void check(String endpoint, String host, boolean secured, String remedy) {
        InetAddress address = new InetSocketAddress(host, 0).getAddress();
        if (!secured && address != null && !address.isLoopbackAddress()) {
            throw new IllegalStateException(
                    endpoint + ": host " + host + " lets anybody push who can reach it (expected: " + remedy
                            + ", or a loopback address such as 127.0.0.1)");
        }
    }
}
