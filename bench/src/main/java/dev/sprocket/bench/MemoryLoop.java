package dev.sprocket.bench;

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

/** An event loop with channels in memory, for benchmarks of what happens in its turns. Not thread-safe. */
final class MemoryLoop implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final SingleThreadIoEventLoop loop = (SingleThreadIoEventLoop) group.next();
    private final List<MemoryChannel> channels = new ArrayList<>();

    /** Opens connections, each set up on the loop. */
    void open(int count, Consumer<Channel> setup) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            MemoryChannel channel = new MemoryChannel();
            loop.register(channel).sync();
            channels.add(channel);
        }
        turns(1, () -> channels.forEach(setup));
    }

    /** Every connection says this, each in a turn of its own. */
    void say(String text) throws InterruptedException {
        say(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    /** As above. */
    void say(ByteBuf bytes) throws InterruptedException {
        for (MemoryChannel channel : channels) {
            turns(1, () -> channel.receiveCopy(bytes));
        }
        bytes.release();
    }

    /** Upgrades every connection; throws if nothing comes back. */
    void upgrade(String subprotocol) throws InterruptedException {
        say("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n");
        if (written() == 0) {
            throw new IllegalStateException("not upgraded");
        }
    }

    List<MemoryChannel> channels() {
        return channels;
    }

    /** How much has left on all connections. */
    long written() throws InterruptedException {
        turns(1, () -> {});
        return channels.stream().mapToLong(channel -> channel.written).sum();
    }

    /** Runs a task several times, each in a turn of its own, and waits for the end of the last. */
    void turns(int count, Runnable task) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(new Turns(count, task, done)::next);
        done.await();
    }

    /** Tasks after an iteration run one after the other, and what they leave for the end of the turn comes in between. */
    private final class Turns implements Runnable {
        private final Runnable task;
        private final CountDownLatch done;
        private int left;

        Turns(int count, Runnable task, CountDownLatch done) {
            this.left = count;
            this.task = task;
            this.done = done;
        }

        @SuppressWarnings("deprecation") // unstable, and what Sprocket itself uses
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
