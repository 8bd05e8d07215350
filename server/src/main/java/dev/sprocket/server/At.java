package dev.sprocket.server;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses for people. */
final class At {
    private At() {}

    static String text(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            String host = inet.getAddress() == null
                    ? inet.getHostString()
                    : inet.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
        }
        return address.toString();
    }
}
