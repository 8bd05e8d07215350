package dev.sprocket.cluster.redis;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.transport.LoopIteration;
import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;

/** Event loop of the engine, which the client uses, too. Commands need no other thread. */
@ThreadSafe
final class OwnLoop implements EventLoopGroupProvider {
    @SuppressWarnings("ThreadSafe") // by its own promise
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("sprocket-cluster-redis", true),
            EpollProvider.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    OwnLoop() {
        // events of one read wake the loops of their subscribers once
        loop().execute(() -> {
            LoopIteration unused = LoopIteration.of(loop());
        });
    }

    EventLoop loop() {
        return group.next();
    }

    @Override
    @SuppressWarnings("unchecked") // the client needs no other methods
    public <T extends EventLoopGroup> T allocate(Class<T> type) {
        return (T) group;
    }

    @Override
    public int threadPoolSize() {
        return 1;
    }

    /** Leaves the loop to the engine, which ends it. */
    @Override
    public Future<Boolean> release(EventExecutorGroup released, long quiet, long timeout, TimeUnit unit) {
        return GlobalEventExecutor.INSTANCE.newSucceededFuture(true);
    }

    @Override
    public Future<Boolean> shutdown(long quiet, long timeout, TimeUnit unit) {
        return GlobalEventExecutor.INSTANCE.newSucceededFuture(true);
    }
}
