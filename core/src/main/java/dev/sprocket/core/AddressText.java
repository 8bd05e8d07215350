package dev.sprocket.core;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** How logs and errors show an address: {@code 192.0.2.1:80}, {@code [::1]:80}. Threads: any; keeps no state. */
final class AddressText {
    private AddressText() {}

    static String of(@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? NetUtil.toSocketAddressString(inet)
                : String.valueOf(address);
    }
}
