package dev.sprocket.bench.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Event loop with in-memory channels, for benchmarks of loop iterations. Not thread-safe. */
final class MemoryLoop implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final SingleThreadIoEventLoop loop = (SingleThreadIoEventLoop) group.next();
    private final List<MemoryChannel> channels = new ArrayList<>();

    /** Opens connections and runs their setup on the loop. */
    void open(int count, Consumer<Channel> setup) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            MemoryChannel channel = new MemoryChannel();
            loop.register(channel).sync();
            channels.add(channel);
        }
        runIterations(1, () -> channels.forEach(setup));
    }

    /** Sends a text from every connection, each in a separate loop iteration. */
    void send(String text) throws InterruptedException {
        send(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    /** Sends bytes from every connection, each in a separate loop iteration, and releases them. */
    void send(ByteBuf bytes) throws InterruptedException {
        for (MemoryChannel channel : channels) {
            runIterations(1, () -> channel.receiveCopy(bytes));
        }
        bytes.release();
    }

    /** Upgrades every connection to WebSocket. Throws if there is no response. */
    void upgrade(String subprotocol) throws InterruptedException {
        send("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n");
        if (written() == 0) {
            throw new IllegalStateException("WebSocket upgrade failed");
        }
    }

    List<MemoryChannel> channels() {
        return channels;
    }

    /** Returns the number of bytes written on all connections. */
    long written() throws InterruptedException {
        runIterations(1, () -> {});
        return channels.stream().mapToLong(channel -> channel.written).sum();
    }

    /** Runs a task in several loop iterations and waits for the last to end. */
    void runIterations(int count, Runnable task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(new Iterations(count, task, done)::next);
        done.await();
    }

    /** Schedules each run after an iteration, so that end-of-iteration work runs between two runs. */
    private final class Iterations implements Runnable {
        private final Runnable task;
        private final CountDownLatch done;
        private int left;

        Iterations(int count, Runnable task, CountDownLatch done) {
            this.left = count;
            this.task = task;
            this.done = done;
        }

        @SuppressWarnings("deprecation") // unstable API, also used by Sprocket
        void next() {
            loop.executeAfterEventLoopIteration(this);
        }

        @Override
        public void run() {
            if (left-- > 0) {
                task.run();
                next();
            } else {
                done.countDown();
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
}
