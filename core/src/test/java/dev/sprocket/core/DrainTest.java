package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.spi.CloseRequest;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DrainTest {
    private int told;

    private List<EmbeddedChannel> connections(int count) {
        List<EmbeddedChannel> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof CloseRequest ending && ending.cause() == CloseRequest.Cause.SERVER_SHUTDOWN) {
                        told++;
                    }
                }
            });
            channel.freezeTime();
            all.add(channel);
        }
        return all;
    }

    private int toldAfter(List<EmbeddedChannel> all, long millis) {
        for (EmbeddedChannel channel : all) {
            channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
        }
        return told;
    }

    @Test
    void up_to_a_hundred_are_told_at_once() {
        List<EmbeddedChannel> all = connections(GracefulShutdown.MAX_SIMULTANEOUS);
        new GracefulShutdown(List.<Channel>copyOf(all), Duration.ofSeconds(10)).requestCloses();

        assertThat(toldAfter(all, 0)).isEqualTo(100);
    }

    @Test
    void more_are_told_evenly_over_the_first_half_of_the_time() {
        List<EmbeddedChannel> all = connections(1000);
        new GracefulShutdown(List.<Channel>copyOf(all), Duration.ofSeconds(10)).requestCloses();

        assertThat(toldAfter(all, 0)).isEqualTo(1);
        for (int second = 1; second < 5; second++) {
            assertThat(toldAfter(all, 1000)).isBetween(second * 200, second * 200 + 1);
        }
        assertThat(toldAfter(all, 1000)).isEqualTo(1000);
    }

    @Test
    void in_a_hurry_all_are_told_at_once() {
        List<EmbeddedChannel> all = connections(1000);
        new GracefulShutdown(List.<Channel>copyOf(all), Duration.ofMillis(1999)).requestCloses();

        assertThat(toldAfter(all, 0)).isEqualTo(1000);
    }

    /** Takes the news, and does not end. */
    private static final class Stays extends ForwardingComponent<Connection, Message> {
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

        Stays() {
            super(new EchoServer());
        }

        @Override
        public void onOpen(Connection conn) {
            dev.sprocket.core.spi.PipelineContext.of(conn).install(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof CloseRequest ending) {
                        ending.claim();
                        calls.add("told");
                    }
                }
            });
            calls.add("open");
        }

        @Override
        public void onClose(Connection conn) {
            calls.add("close");
        }
    }

    @Test
    void those_that_do_not_end_are_cut_and_counted() throws Exception {
        Stays app = new Stays();
        EventLoops shared = EventLoops.single();
        try (IoServer other = new IoServer("127.0.0.1", 0, shared, new EchoServer());
                LogLines log = LogLines.record()) {
            other.start();
            IoServer server = new IoServer("127.0.0.1", 0, shared, app);
            server.start();
            try (Client one = Client.to(server.address());
                    Client two = Client.to(server.address())) {
                assertThat(app.calls.poll(10, TimeUnit.SECONDS)).isEqualTo("open");
                assertThat(app.calls.poll(10, TimeUnit.SECONDS)).isEqualTo("open");

                server.close(Duration.ofMillis(50));

                // the loop goes on for the other server, and still the last callbacks were before the return
                assertThat(app.calls).containsExactly("told", "told", "close", "close");
                assertThat(log.with("aborted"))
                        .containsExactly("shutdown deadline exceeded, connections aborted: aborted=2 connections=2"
                                + " deadlineMs=50");
                assertThat(one.rest() + two.rest()).isEmpty();
            }
        }
    }

    @Test
    void a_callback_that_runs_is_let_end() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<String> goOn = new CompletableFuture<>();
        MessageComponent<Connection, Message> slow = (from, message) -> {
            running.countDown();
            from.send(goOn.get(20, TimeUnit.SECONDS));
        };
        IoServer server = new IoServer(0, slow);
        server.start();
        try (Client client = Client.to(server.address());
                LogLines log = LogLines.record()) {
            client.send("go");
            assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
            Thread closing = new Thread(() -> server.close(Duration.ofSeconds(20)));
            closing.start();
            goOn.complete("done");

            assertThat(client.rest()).isEqualTo("done");
            closing.join(20_000);
            assertThat(closing.isAlive()).isFalse();
            assertThat(log.with("aborted")).isEmpty();
        }
    }

    @Test
    void a_server_may_be_given_for_ever() throws Exception {
        IoServer server = new IoServer(0, new EchoServer());
        server.start();
        try (Socket peer = new Socket("127.0.0.1", server.port())) {
            peer.getOutputStream().write('x');
            assertThat(peer.getInputStream().read()).isEqualTo('x');

            server.close(Duration.ofSeconds(Long.MAX_VALUE));

            server.join();
            assertThat(peer.getInputStream().read()).isNegative();
        }
    }

    @Test
    void a_callback_may_close_its_own_server() throws Exception {
        IoServer[] self = new IoServer[1];
        MessageComponent<Connection, Message> stop = (from, message) -> {
            from.send("bye");
            self[0].close();
        };
        IoServer server = new IoServer("127.0.0.1", 0, EventLoops.single(), stop);
        self[0] = server;
        server.start();
        try (Client client = Client.to(server.address())) {
            assertThat(client.send("stop").rest()).isEqualTo("bye");
            server.join();
        }
    }

    @Test
    void whoever_closes_second_waits_for_the_first() throws Exception {
        Stays app = new Stays();
        IoServer server = new IoServer(0, app);
        server.start();
        try (Client client = Client.to(server.address())) {
            assertThat(app.calls.poll(10, TimeUnit.SECONDS)).isEqualTo("open");
            Thread first = new Thread(() -> server.close(Duration.ofMillis(300)));
            first.start();
            assertThat(app.calls.poll(10, TimeUnit.SECONDS)).isEqualTo("told");

            server.close(Duration.ofSeconds(20));

            assertThat(app.calls).containsExactly("close");
            assertThat(client.rest()).isEmpty();
            first.join(20_000);
        }
    }
}
