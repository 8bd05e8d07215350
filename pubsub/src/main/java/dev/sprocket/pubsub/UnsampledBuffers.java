package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;

/**
 * Buffers that many connections are sent. Netty watches a sample of all buffers for leaks, and of each that it watches every
 * duplicate as well, with a stack trace: for a thousand recipients that is some milliseconds, for every hundredth event. So
 * none of these is left to that sample. Where every buffer is watched, these are.
 */
@ThreadSafe
final class UnsampledBuffers {
    private static final PooledByteBufAllocator ALLOC = PooledByteBufAllocator.DEFAULT;

    private UnsampledBuffers() {}

    static ByteBuf buffer(int size) {
        ByteBuf buffer = ALLOC.directBuffer(size);
        while (buffer.unwrap() != null && isSampled()) {
            buffer.release();
            buffer = ALLOC.directBuffer(size);
        }
        return buffer;
    }

    /** The same bytes in a buffer that may be shared; takes over what it is given. */
    static ByteBuf of(ByteBuf bytes) {
        if (bytes.unwrap() == null || !isSampled()) {
            return bytes;
        }
        ByteBuf copy = buffer(bytes.readableBytes()).writeBytes(bytes);
        bytes.release();
        return copy;
    }

    private static boolean isSampled() {
        return ResourceLeakDetector.getLevel() == Level.SIMPLE;
    }
}
