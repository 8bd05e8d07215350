package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.flow.InboundBudget;
import dev.sprocket.core.tls.Tls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connection options of an {@link IoServer}.
 *
 * @param outbound limit of the bytes that are pending for a slow reader
 * @param tls null for plain sockets
 * @param proxy null without a proxy
 * @param inbound budget for the incomplete data of all connections
 * @param applicationProtocols application protocols of the stack, from which TLS selects one (ALPN)
 */
@ThreadSafe
record IoOptions(
        OutboundLimit outbound,
        @Nullable Tls tls,
        @Nullable ProxyProtocol proxy,
        List<String> applicationProtocols,
        InboundBudget inbound) {
    IoOptions(
            OutboundLimit outbound,
            @Nullable Tls tls,
            @Nullable ProxyProtocol proxy,
            List<String> applicationProtocols) {
        this(outbound, tls, proxy, applicationProtocols, InboundBudget.shared());
    }

    /** Returns these options with another inbound budget. */
    IoOptions withInbound(InboundBudget other) {
        return new IoOptions(outbound, tls, proxy, applicationProtocols, other);
    }

    static final IoOptions DEFAULT = new IoOptions(OutboundLimit.DEFAULT, null, null, List.of());
}
