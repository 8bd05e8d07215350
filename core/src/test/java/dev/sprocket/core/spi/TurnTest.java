package dev.sprocket.core.spi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.Lines;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
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

/** The end of a turn: what was put off, then one flush for each connection that was written to. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TurnTest {
    private static final class Flushes extends ChannelOutboundHandlerAdapter {
        int count;

        @Override
        public void flush(ChannelHandlerContext ctx) {
            count++;
            ctx.flush();
        }
    }

    private final Flushes flushes = new Flushes();

    private Peer peer(MessageComponent<? super Connection, ? super Message> app) {
        return new Peer(new EmbeddedChannel(flushes), app);
    }

    @Test
    void several_sends_of_one_turn_are_one_flush() {
        MessageComponent<Connection, Message> app = (from, message) -> {
            for (int i = 0; i < 10; i++) {
                from.send(i + " ");
            }
            assertThat(flushes.count).as("flushes before the end of the turn").isZero();
        };
        try (Peer peer = peer(app)) {
            peer.says("go");

            assertThat(peer.hears()).isEqualTo("0 1 2 3 4 5 6 7 8 9 ");
            assertThat(flushes.count).isEqualTo(1);
        }
    }

    @Test
    void the_answers_to_a_burst_are_one_flush() {
        try (Peer peer = peer(new Lines(new EchoServer()))) {
            peer.says("x\n".repeat(100));

            assertThat(peer.hears()).isEqualTo("x\n".repeat(100));
            assertThat(flushes.count).isEqualTo(1);
        }
    }

    @Test
    void every_turn_has_a_flush_of_its_own() {
        try (Peer peer = peer(new EchoServer())) {
            peer.says("a").says("b").says("c");

            assertThat(flushes.count).isEqualTo(3);
        }
    }

    @Test
    void a_turn_without_a_write_has_no_flush() {
        MessageComponent<Connection, Message> silent = (from, message) -> {};
        try (Peer peer = peer(silent)) {
            peer.says("a");

            assertThat(flushes.count).isZero();
        }
    }

    @Test
    void close_flushes_at_once_what_was_queued() {
        MessageComponent<Connection, Message> app = (from, message) -> {
            from.send("bye");
            from.close();
        };
        try (Peer peer = peer(app)) {
            peer.says("x");

            assertThat(peer.hears()).isEqualTo("bye");
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
    void put_off_tasks_run_once_in_order_after_the_current_task(EventLoopGroup group) throws Exception {
        EventLoop loop = group.next();
        try {
            List<String> order = new CopyOnWriteArrayList<>();
            CountDownLatch done = new CountDownLatch(1);
            loop.execute(() -> {
                LoopIteration.of(loop).runAtEnd(() -> order.add("first"));
                LoopIteration.of(loop).runAtEnd(() -> {
                    order.add("second");
                    LoopIteration.of(loop).runAtEnd(() -> order.add("of the next turn"));
                    LoopIteration.of(loop).runAtEnd(done::countDown);
                });
                order.add("task");
            });
            assertThat(done.await(20, SECONDS)).isTrue();
            assertThat(order).containsExactly("task", "first", "second", "of the next turn");
        } finally {
            group.shutdownGracefully(0, 0, SECONDS);
        }
    }

    @Test
    void a_task_that_throws_takes_no_other_with_it() {
        EmbeddedChannel channel = new EmbeddedChannel();
        LoopIteration turn = LoopIteration.of(channel.eventLoop());
        List<String> ran = new ArrayList<>();
        turn.runAtEnd(() -> {
            ran.add("bad");
            throw new IllegalStateException("bad");
        });
        turn.runAtEnd(() -> ran.add("good"));
        channel.runPendingTasks();
        turn.runAtEnd(() -> ran.add("next turn"));
        channel.runPendingTasks();
        turn.runAtEnd(() -> ran.add("turn after"));
        channel.runPendingTasks();

        assertThat(ran).containsExactly("bad", "good", "next turn", "turn after");
        channel.finishAndReleaseAll();
    }
}
