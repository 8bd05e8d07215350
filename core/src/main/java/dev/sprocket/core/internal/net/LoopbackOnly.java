package dev.sprocket.core.internal.net;

import com.google.errorprone.annotations.ThreadSafe;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Rejects endpoints that accept unauthenticated messages from other machines. */
@ThreadSafe
public final class LoopbackOnly {
    private LoopbackOnly() {}

    /**
     * Checks that an endpoint without a secret listens on a loopback address only. An unknown host passes: binding to
     * it fails with its own message.
     *
     * @param endpoint name of the endpoint, for the message
     * @param secured true if senders must authenticate
     * @param remedy setting to change, for the message
     * @throws IllegalStateException if the address is not a loopback address; names the setting
     */
    public static void check(String endpoint, String host, boolean secured, String remedy) {
        InetAddress address = new InetSocketAddress(host, 0).getAddress();
        if (!secured && address != null && !address.isLoopbackAddress()) {
            throw new IllegalStateException(
                    endpoint + ": host " + host + " accepts unauthenticated messages from other machines (expected: "
                            + remedy + ", or a loopback address such as 127.0.0.1)");
        }
    }
}
