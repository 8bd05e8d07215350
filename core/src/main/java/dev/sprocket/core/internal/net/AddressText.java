package dev.sprocket.core.internal.net;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Formats addresses for logs and errors: {@code 192.0.2.1:80}, {@code [::1]:80} (RFC 5952),
 * {@code unix:/run/site.sock}.
 */
@ThreadSafe
public final class AddressText {
    private AddressText() {}

    /** Returns the text of an address, as in a configuration file. */
    public static String of(@Nullable SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress unix) {
            return "unix:" + unix.getPath();
        }
        return address instanceof InetSocketAddress inet
                ? NetUtil.toSocketAddressString(inet)
                : String.valueOf(address);
    }
}
