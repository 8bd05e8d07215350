package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory limit of a server for the windows of clients with context takeover.
 *
 * <p>A window is reserved in the handshake, so that no message of an accepted client fails for lack of memory.
 */
@ThreadSafe
final class CompressionMemory {
    private static final Logger LOG = LoggerFactory.getLogger("dev.sprocket.websocket.WsServer");

    private final long limit;
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicBoolean full = new AtomicBoolean();

    CompressionMemory(long limit) {
        this.limit = limit;
    }

    /** Reserves the bytes of a window; returns false beyond the limit. */
    boolean reserve(int window) {
        long before = reserved.get();
        while (before + window <= limit) {
            if (reserved.compareAndSet(before, before + window)) {
                return true;
            }
            before = reserved.get();
        }
        if (full.compareAndSet(false, true)) {
            LOG.warn(
                    "memory for compression windows used up, new connections are not compressed: limitBytes={}"
                            + " (raise compression-memory, or Deflate.clientMemory)",
                    limit);
        }
        return false;
    }

    /** Releases the bytes of a window. */
    void release(int window) {
        // the warning is repeated only after half of the memory was free
        if (reserved.addAndGet(-window) <= limit / 2) {
            full.set(false);
        }
    }

    /** Returns the number of reserved bytes. */
    long reserved() {
        return reserved.get();
    }
}
