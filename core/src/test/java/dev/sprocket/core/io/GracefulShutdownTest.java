package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Client;
import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.leaktest.LogLines;
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
class GracefulShutdownTest {
    private int closeRequests;

    private List<EmbeddedChannel> connections(int count) {
        List<EmbeddedChannel> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof CloseRequest request
                            && request.reason().type() == CloseReason.Type.SHUTDOWN) {
                        closeRequests++;
                    }
                }
            });
            channel.freezeTime();
            all.add(channel);
        }
        return all;
    }

    private int closeRequestsAfter(List<EmbeddedChannel> all, long millis) {
        for (EmbeddedChannel channel : all) {
            channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
        }
        return closeRequests;
    }

    @Test
    void requests_up_to_100_closes_immediately() {
        List<EmbeddedChannel> all = connections(GracefulShutdown.MAX_SIMULTANEOUS);
        new GracefulShutdown(List.<Channel>copyOf(all), Duration.ofSeconds(10)).requestCloses();

        assertThat(closeRequestsAfter(all, 0)).isEqualTo(100);
    }

    @Test
    void spreads_more_requests_over_first_half_of_deadline() {
        List<EmbeddedChannel> all = connections(1000);
        new GracefulShutdown(List.<Channel>copyOf(all), Duration.ofSeconds(10)).requestCloses();

        assertThat(closeRequestsAfter(all, 0)).isEqualTo(1);
        for (int second = 1; second < 5; second++) {
            assertThat(closeRequestsAfter(all, 1000)).isBetween(second * 200, second * 200 + 1);
        }
        assertThat(closeRequestsAfter(all, 1000)).isEqualTo(1000);
    }

    @Test
    void requests_all_closes_immediately_with_short_deadline() {
        List<EmbeddedChannel> all = connections(1000);
        new GracefulShutdown(List.<Channel>copyOf(all), Duration.ofMillis(1999)).requestCloses();

        assertThat(closeRequestsAfter(all, 0)).isEqualTo(1000);
    }

    /** Claims close requests and leaves its connections open. */
    private static final class ClaimsCloseRequests extends ForwardingComponent<Connection, Message> {
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

        ClaimsCloseRequests() {
            super(new EchoServer());
        }

        @Override
        public void onOpen(Connection conn) {
            dev.sprocket.core.internal.transport.PipelineContext.of(conn).install(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof CloseRequest request) {
                        request.claim();
                        calls.add("close request");
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
    void aborts_and_counts_connections_that_stay_open() throws Exception {
        ClaimsCloseRequests app = new ClaimsCloseRequests();
        EventLoops shared = EventLoops.single();
        try (IoServer other = new IoServer("127.0.0.1", 0, shared, new EchoServer());
                LogLines log = LogLines.record(PeerLog::flush)) {
            other.start();
            IoServer server = new IoServer("127.0.0.1", 0, shared, app);
            server.start();
            try (Client one = Client.connect(server.address());
                    Client two = Client.connect(server.address())) {
                assertThat(app.calls.poll(10, TimeUnit.SECONDS)).isEqualTo("open");
                assertThat(app.calls.poll(10, TimeUnit.SECONDS)).isEqualTo("open");

                server.close(Duration.ofMillis(50));

                // the loop continues for the other server, but the final callbacks precede the return
                assertThat(app.calls).containsExactly("close request", "close request", "close", "close");
                assertThat(log.containing("aborted"))
                        .containsExactly("shutdown deadline exceeded, connections aborted: aborted=2 connections=2"
                                + " deadlineMs=50");
                assertThat(one.readToEnd() + two.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    void waits_for_running_callback() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<String> response = new CompletableFuture<>();
        MessageComponent<Connection, Message> slow = (from, message) -> {
            running.countDown();
            from.send(response.get(20, TimeUnit.SECONDS));
        };
        IoServer server = new IoServer(0, slow);
        server.start();
        try (Client client = Client.connect(server.address());
                LogLines log = LogLines.record(PeerLog::flush)) {
            client.send("go");
            assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
            Thread closing = new Thread(() -> server.close(Duration.ofSeconds(20)));
            closing.start();
            response.complete("done");

            assertThat(client.readToEnd()).isEqualTo("done");
            closing.join(20_000);
            assertThat(closing.isAlive()).isFalse();
            assertThat(log.containing("aborted")).isEmpty();
        }
    }

    @Test
    void accepts_deadline_beyond_nanosecond_range() throws Exception {
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
    void server_can_be_closed_by_its_callback() throws Exception {
        IoServer[] self = new IoServer[1];
        MessageComponent<Connection, Message> stop = (from, message) -> {
            from.send("bye");
            self[0].close();
        };
        IoServer server = new IoServer("127.0.0.1", 0, EventLoops.single(), stop);
        self[0] = server;
        server.start();
        try (Client client = Client.connect(server.address())) {
            assertThat(client.send("stop").readToEnd()).isEqualTo("bye");
            server.join();
        }
    }

    @Test
    void second_close_waits_for_the_first() throws Exception {
        ClaimsCloseRequests app = new ClaimsCloseRequests();
        IoServer server = new IoServer(0, app);
        server.start();
        try (Client client = Client.connect(server.address())) {
            assertThat(app.calls.poll(10, TimeUnit.SECONDS)).isEqualTo("open");
            Thread first = new Thread(() -> server.close(Duration.ofMillis(300)));
            first.start();
            assertThat(app.calls.poll(10, TimeUnit.SECONDS)).isEqualTo("close request");

            server.close(Duration.ofSeconds(20));

            assertThat(app.calls).containsExactly("close");
            assertThat(client.readToEnd()).isEmpty();
            first.join(20_000);
        }
    }
}
