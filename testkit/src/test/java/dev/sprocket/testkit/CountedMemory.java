package dev.sprocket.testkit;

import com.google.errorprone.annotations.ThreadSafe;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.concurrent.atomic.AtomicLong;

/** Hands out buffers, and knows to the byte how much of them is in use. */
@ThreadSafe
final class CountedMemory extends AbstractByteBufAllocator {
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();
    private final AtomicLong largest = new AtomicLong();

    /** Bytes of the buffers that are not released. */
    long used() {
        return used.get();
    }

    /** The most that was ever in use. */
    long peak() {
        return peak.get();
    }

    /** Bytes of the largest buffer there ever was. */
    long largest() {
        return largest.get();
    }

    private void resized(int from, int to) {
        long now = used.addAndGet(to - from);
        peak.accumulateAndGet(now, Math::max);
        largest.accumulateAndGet(to, Math::max);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initial, int max) {
        ByteBuf buffer = new Heap(initial, max);
        resized(0, initial);
        return buffer;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initial, int max) {
        ByteBuf buffer = new Direct(initial, max);
        resized(0, initial);
        return buffer;
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Heap extends UnpooledHeapByteBuf {
        Heap(int initial, int max) {
            super(CountedMemory.this, initial, max);
        }

        @Override
        public ByteBuf capacity(int bytes) {
            int before = capacity();
            super.capacity(bytes);
            resized(before, bytes);
            return this;
        }

        @Override
        protected void deallocate() {
            resized(capacity(), 0);
            super.deallocate();
        }
    }

    private final class Direct extends UnpooledDirectByteBuf {
        Direct(int initial, int max) {
            super(CountedMemory.this, initial, max);
        }

        @Override
        public ByteBuf capacity(int bytes) {
            int before = capacity();
            super.capacity(bytes);
            resized(before, bytes);
            return this;
        }

        @Override
        protected void deallocate() {
            resized(capacity(), 0);
            super.deallocate();
        }
    }
}
