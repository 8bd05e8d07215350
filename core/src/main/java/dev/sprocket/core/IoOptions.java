package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link IoServer} was told about its connections, by {@link IoServerBuilder}.
 *
 * @param outbound how much may wait for a peer that does not read, and what happens past it
 * @param tls null for plain sockets
 * @param proxy null if there is no proxy in front
 * @param inbound bounds what all connections have unfinished
 * @param offered the application protocols that the stack speaks, for TLS to choose from (ALPN)
 */
@ThreadSafe
record IoOptions(
        OutboundLimit outbound,
        @Nullable Tls tls,
        @Nullable ProxyProtocol proxy,
        List<String> offered,
        InboundBudget inbound) {
    IoOptions(OutboundLimit outbound, @Nullable Tls tls, @Nullable ProxyProtocol proxy, List<String> offered) {
        this(outbound, tls, proxy, offered, InboundBudget.shared());
    }

    /** The same with another budget for what is unfinished. */
    IoOptions with(InboundBudget other) {
        return new IoOptions(outbound, tls, proxy, offered, other);
    }

    static final IoOptions DEFAULT = new IoOptions(OutboundLimit.DEFAULT, null, null, List.of());
}
