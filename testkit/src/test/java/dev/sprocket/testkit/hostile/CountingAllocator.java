package dev.sprocket.testkit.hostile;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.concurrent.atomic.AtomicLong;

/** Allocator that counts the memory of its buffers. */
@ThreadSafe
final class CountingAllocator extends AbstractByteBufAllocator {
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();
    private final AtomicLong largest = new AtomicLong();

    /** Returns the memory of unreleased buffers, in bytes. */
    long used() {
        return used.get();
    }

    /** Returns the peak of the used memory, in bytes. */
    long peak() {
        return peak.get();
    }

    /** Returns the size of the largest buffer so far, in bytes. */
    long largest() {
        return largest.get();
    }

    private void onResize(int from, int to) {
        long now = used.addAndGet(to - from);
        peak.accumulateAndGet(now, Math::max);
        largest.accumulateAndGet(to, Math::max);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initial, int max) {
        ByteBuf buffer = new Heap(initial, max);
        onResize(0, initial);
        return buffer;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initial, int max) {
        ByteBuf buffer = new Direct(initial, max);
        onResize(0, initial);
        return buffer;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Heap extends UnpooledHeapByteBuf {
        Heap(int initial, int max) {
            super(CountingAllocator.this, initial, max);
        }

        @Override
        public ByteBuf capacity(int bytes) {
            int before = capacity();
            super.capacity(bytes);
            onResize(before, bytes);
            return this;
        }

        @Override
        protected void deallocate() {
            onResize(capacity(), 0);
            super.deallocate();
        }
    }

    private final class Direct extends UnpooledDirectByteBuf {
        Direct(int initial, int max) {
            super(CountingAllocator.this, initial, max);
        }

        @Override
        public ByteBuf capacity(int bytes) {
            int before = capacity();
            super.capacity(bytes);
            onResize(before, bytes);
            return this;
        }

        @Override
        protected void deallocate() {
            onResize(capacity(), 0);
            super.deallocate();
        }
    }
}
