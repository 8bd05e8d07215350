package dev.sprocket.core;

import dev.sprocket.core.spi.Level;
import dev.sprocket.core.spi.Segment;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs a component on one thread of its own, while sockets, framing and fan-out stay on all event loops. Inside it a
 * plain {@code HashSet} is correct. Wrap an application once and use the wrapper in every stack that it serves: each
 * wrapper has its own thread.
 *
 * <p>A connection whose messages pile up is not read from until the component has caught up, so the queue stays short.
 * Messages are copied, since they outlive the callback below. The thread starts when there is work and ends after a
 * second without any.
 *
 * <p>Threads: callbacks may come from any; those of the component inside come from its thread.
 */
@Concurrent
public final class Confined<C extends Connection, M> extends Forwarding<C, M> {
    /** How many messages of a connection wait before it is no longer read from; at half of it reading goes on. */
    private static final int HIGH = 64;

    private final Key<Lane<C, M>> key = Key.of("confined lane", "was Confined.onOpen called?");
    private final MessageComponent<? super C, ? super M> inner;
    private final Executor thread;

    /** Confines a component. */
    public Confined(MessageComponent<? super C, ? super M> inner) {
        super(inner);
        this.inner = inner;
        this.thread = oneThread(inner.getClass().getSimpleName());
    }

    private static Executor oneThread(String name) {
        var pool = new ThreadPoolExecutor(
                1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DefaultThreadFactory("sprocket-" + name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public void onOpen(C conn) {
        Lane<C, M> lane = new Lane<>(inner, conn);
        key.set(conn, lane);
        thread.execute(lane.level::open);
    }

    @Override
    public void onMessage(C from, M message) {
        Lane<C, M> lane = key.get(from);
        Object kept = message instanceof Message borrowed ? borrowed.keep() : message;
        lane.queued();
        thread.execute(() -> lane.deliver(kept));
    }

    @Override
    public void onError(C conn, Throwable cause) {
        Lane<C, M> lane = key.get(conn);
        thread.execute(() -> lane.level.fail(cause));
    }

    @Override
    public void onClose(C conn) {
        Lane<C, M> lane = key.peek(conn);
        if (lane != null) {
            thread.execute(lane.level::close);
        }
    }

    /** What is queued for one connection. */
    private static final class Lane<C extends Connection, M> {
        private final MessageComponent<? super C, ? super M> app;
        private final Level<C> level;
        private final @Nullable Segment segment;
        private int queued;

        Lane(MessageComponent<? super C, ? super M> app, C conn) {
            this.app = app;
            this.level = new Level<>(app, conn);
            this.segment = Segment.find(conn).orElse(null);
        }

        @SuppressWarnings("unchecked")
        void deliver(Object message) {
            level.deliver(app, (M) message);
            delivered();
        }

        /** Locked, as below: whoever counts last also switches last. */
        private synchronized void delivered() {
            queued--;
            if (queued == HIGH / 2 && segment != null) {
                segment.outbound().reading(true);
            }
        }

        synchronized void queued() {
            queued++;
            if (queued == HIGH && segment != null) {
                segment.outbound().reading(false);
            }
        }
    }
}
