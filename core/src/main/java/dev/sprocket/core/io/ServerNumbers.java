package dev.sprocket.core.io;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.metrics.CoreMetrics;
import dev.sprocket.core.internal.transport.Outbound;
import dev.sprocket.core.tls.Tls;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Numbers of a running server that are read from its connections, when somebody asks. */
@ThreadSafe
final class ServerNumbers implements CoreMetrics.Server {
    private final Set<Channel> open;
    private final @Nullable Tls tls;

    /**
     * Creates the numbers of a server.
     *
     * @param open open channels, a synchronized set
     * @param tls null for plain sockets
     */
    ServerNumbers(Set<Channel> open, @Nullable Tls tls) {
        this.open = open;
        this.tls = tls;
    }

    private List<Channel> channels() {
        synchronized (open) {
            return List.copyOf(open);
        }
    }

    private static @Nullable Outbound outbound(Channel channel) {
        IoHandler handler = channel.pipeline().get(IoHandler.class);
        return handler == null ? null : handler.outbound();
    }

    @Override
    public long pendingBytes() {
        long bytes = 0;
        for (Channel channel : channels()) {
            Outbound outbound = outbound(channel);
            bytes += outbound == null ? 0 : outbound.pendingBytes();
        }
        return bytes;
    }

    @Override
    public long slowConnections() {
        long slow = 0;
        for (Channel channel : channels()) {
            Outbound outbound = outbound(channel);
            if (outbound != null && outbound.isOpen() && !outbound.isWritable()) {
                slow++;
            }
        }
        return slow;
    }

    @Override
    public @Nullable Long certificateExpiry() {
        return tls == null ? null : tls.expiry().toEpochMilli();
    }
}
