package dev.sprocket.metrics;

import dev.sprocket.core.internal.metrics.Metric;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Memory of the buffers outside of the heap. */
final class DirectMemory {
    private static final Set<ByteBufAllocator> ALLOCATORS =
            new LinkedHashSet<>(List.of(ByteBufAllocator.DEFAULT, PooledByteBufAllocator.DEFAULT));

    private DirectMemory() {}

    static Metric metric() {
        return Metric.gauge(
                "sprocket.direct.memory",
                "bytes",
                "Memory that the allocators of buffers have reserved outside of the heap",
                DirectMemory::used);
    }

    private static long used() {
        long bytes = 0;
        for (ByteBufAllocator allocator : ALLOCATORS) {
            if (allocator instanceof ByteBufAllocatorMetricProvider provider) {
                bytes += provider.metric().usedDirectMemory();
            }
        }
        return bytes;
    }
}
