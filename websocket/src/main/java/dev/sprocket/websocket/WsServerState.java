package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.websocket.internal.frame.FrameLimits;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Settings and counters that all connections of a {@link WsServer} share. */
@ThreadSafe
final class WsServerState {
    private final WsOptions options;
    private final FrameLimits frameLimits;
    private final CompressionMemory memory;
    private final LongAdder keepAliveTimeouts = new LongAdder();

    WsServerState(WsOptions options) {
        Deflate deflate = options.deflate();
        this.options = options;
        this.frameLimits = options.limits().forDecoder();
        this.memory = new CompressionMemory(deflate == null ? 0 : deflate.clientMemory());
    }

    WsOptions options() {
        return options;
    }

    /** Returns the limits of all frame decoders. */
    FrameLimits frameLimits() {
        return frameLimits;
    }

    /** Returns the memory for the windows of clients with compression. */
    CompressionMemory memory() {
        return memory;
    }

    /** Releases the memory that was reserved for the compression of a closed connection. */
    void releaseCompression(@Nullable NegotiatedCompression compression) {
        if (compression != null) {
            memory.release(compression.clientWindow());
        }
    }

    void countKeepAliveTimeout() {
        keepAliveTimeouts.increment();
    }

    /** Returns the number of connections that were closed because a ping was not answered. */
    long keepAliveTimeouts() {
        return keepAliveTimeouts.sum();
    }
}
