package dev.sprocket.core.internal.transport;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
import dev.sprocket.core.text.Lines;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests deferred tasks and flushes at the end of an event loop iteration. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LoopIterationTest {
    private static final class FlushCounter extends ChannelOutboundHandlerAdapter {
        int count;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            count++;
            ctx.flush();
        }
    }

    private final FlushCounter flushes = new FlushCounter();

    private Peer peer(MessageComponent<? super Connection, ? super Message> app) {
        return new Peer(new EmbeddedChannel(flushes), app);
    }

    @Test
    void sends_of_one_iteration_are_flushed_once() {
        MessageComponent<Connection, Message> app = (from, message) -> {
            for (int i = 0; i < 10; i++) {
                from.send(i + " ");
            }
            assertThat(flushes.count)
                    .as("flushes before the end of the iteration")
                    .isZero();
        };
        try (Peer peer = peer(app)) {
            peer.send("go");

            assertThat(peer.received()).isEqualTo("0 1 2 3 4 5 6 7 8 9 ");
            assertThat(flushes.count).isEqualTo(1);
        }
    }

    @Test
    void responses_to_a_burst_are_flushed_once() {
        try (Peer peer = peer(new Lines(new EchoServer()))) {
            peer.send("x\n".repeat(100));

            assertThat(peer.received()).isEqualTo("x\n".repeat(100));
            assertThat(flushes.count).isEqualTo(1);
        }
    }

    @Test
    void each_iteration_is_flushed_separately() {
        try (Peer peer = peer(new EchoServer())) {
            peer.send("a").send("b").send("c");

            assertThat(flushes.count).isEqualTo(3);
        }
    }

    @Test
    void iteration_without_writes_is_not_flushed() {
        MessageComponent<Connection, Message> silent = (from, message) -> {};
        try (Peer peer = peer(silent)) {
            peer.send("a");

            assertThat(flushes.count).isZero();
        }
    }

    @Test
    void close_flushes_queued_messages_immediately() {
        MessageComponent<Connection, Message> app = (from, message) -> {
            from.send("bye");
            from.close();
        };
        try (Peer peer = peer(app)) {
            peer.send("x");

            assertThat(peer.received()).isEqualTo("bye");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    static Stream<EventLoopGroup> loops() {
        return Stream.of(
                new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()),
                new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory()),
                new DefaultEventLoop());
    }

    @ParameterizedTest
    @MethodSource("loops")
    void deferred_tasks_run_in_order_after_current_task(EventLoopGroup group) throws Exception {
        EventLoop loop = group.next();
        try {
            List<String> order = new CopyOnWriteArrayList<>();
            CountDownLatch done = new CountDownLatch(1);
            loop.execute(() -> {
                LoopIteration.of(loop).runAtEnd(() -> order.add("first"));
                LoopIteration.of(loop).runAtEnd(() -> {
                    order.add("second");
                    LoopIteration.of(loop).runAtEnd(() -> order.add("of the next iteration"));
                    LoopIteration.of(loop).runAtEnd(done::countDown);
                });
                order.add("task");
            });
            assertThat(done.await(20, SECONDS)).isTrue();
            assertThat(order).containsExactly("task", "first", "second", "of the next iteration");
        } finally {
            group.shutdownGracefully(0, 0, SECONDS);
        }
    }

    @Test
    void failing_task_does_not_affect_other_tasks() {
        EmbeddedChannel channel = new EmbeddedChannel();
        LoopIteration iteration = LoopIteration.of(channel.eventLoop());
        List<String> ran = new ArrayList<>();
        iteration.runAtEnd(() -> {
            ran.add("bad");
            throw new IllegalStateException("bad");
        });
        iteration.runAtEnd(() -> ran.add("good"));
        channel.runPendingTasks();
        iteration.runAtEnd(() -> ran.add("next iteration"));
        channel.runPendingTasks();
        iteration.runAtEnd(() -> ran.add("iteration after next"));
        channel.runPendingTasks();

        assertThat(ran).containsExactly("bad", "good", "next iteration", "iteration after next");
        channel.finishAndReleaseAll();
    }
}
