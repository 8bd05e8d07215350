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
    /** Age up to which numbers are used again, in nanoseconds. */
    private static final long MAX_AGE = 20_000_000;

    /** Numbers of one pass over all connections. */
    private record Pending(long nanos, long bytes, long slow) {}

    private final Set<Channel> open;
    private final @Nullable Tls tls;
    private Pending last = new Pending(System.nanoTime() - 2 * MAX_AGE, 0, 0);

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

    /** Reads all connections, unless that was done just before for another metric. */
    private synchronized Pending pending() {
        long now = System.nanoTime();
        if (now - last.nanos > MAX_AGE) {
            long bytes = 0;
            long slow = 0;
            for (Channel channel : channels()) {
                Outbound outbound = outbound(channel);
                if (outbound != null) {
                    bytes += outbound.pendingBytes();
                    slow += outbound.isOpen() && !outbound.isWritable() ? 1 : 0;
                }
            }
            last = new Pending(System.nanoTime(), bytes, slow);
        }
        return last;
    }

    @Override
    public long pendingBytes() {
        return pending().bytes;
    }

    @Override
    public long slowConnections() {
        return pending().slow;
    }

    @Override
    public @Nullable Long certificateExpiry() {
        return tls == null ? null : tls.expiry().toEpochMilli();
    }
}
