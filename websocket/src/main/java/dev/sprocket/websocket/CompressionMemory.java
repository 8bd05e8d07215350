package dev.sprocket.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that one server has for the windows of clients with context takeover. A window is reserved in the handshake,
 * so that no message of an accepted client can fail for want of it.
 */
@ThreadSafe
final class CompressionMemory {
    private static final Logger LOG = LoggerFactory.getLogger(WsServer.class);

    private final long limit;
    private final AtomicLong reserved = new AtomicLong();
    private final AtomicBoolean full = new AtomicBoolean();

    CompressionMemory(long limit) {
        this.limit = limit;
    }

    /** Takes the bytes of a window, if there are as many. */
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
                    "Memory for clients' compression windows used up; new connections are not compressed limit={} bytes"
                            + " (raise compression-memory, or Deflate.clientMemory)",
                    limit);
        }
        return false;
    }

    /** Gives a window's bytes back. */
    void release(int window) {
        // said again only after it has been far from full
        if (reserved.addAndGet(-window) <= limit / 2) {
            full.set(false);
        }
    }

    /** Bytes that are taken. */
    long reserved() {
        return reserved.get();
    }
}
