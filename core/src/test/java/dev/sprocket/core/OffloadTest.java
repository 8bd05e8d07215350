package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.spi.CallbackExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class OffloadTest {
    private final Tasks tasks = new Tasks();
    private final Recorder<Connection> app = new Recorder<>();

    private Peer peer() {
        return new Peer(new ExecuteOn<>(tasks, app));
    }

    @Test
    void runs_nothing_on_the_thread_below() {
        try (Peer peer = peer()) {
            peer.says("a").says("b");
            assertThat(app.calls()).isEmpty();
            assertThat(tasks.size()).isEqualTo(1);
            tasks.runAll();
            assertThat(app.calls()).containsExactly("open", "a", "b");
            peer.leaves();
            tasks.runAll();
            assertThat(app.calls()).containsExactly("open", "a", "b", "close");
        }
    }

    @Test
    void who_goes_on_later_goes_on_where_callbacks_are_called() {
        List<String> done = new ArrayList<>();
        List<Connection> conns = new ArrayList<>();
        try (Peer peer = new Peer(new ExecuteOn<>(tasks, (Connection from, Message message) -> {
            conns.add(from);
            done.add(message.text());
        }))) {
            peer.says("a");
            tasks.runAll();
            peer.says("b");
            CallbackExecutor.run(conns.get(0), () -> done.add("later"));
            peer.says("c");
            assertThat(done).containsExactly("a");
            tasks.runAll();
            assertThat(done).containsExactly("a", "b", "later", "c");

            CallbackExecutor.run(
                    new TestConnection(new Attributes(conns.get(0).attributes())), () -> done.add("above"));
            assertThat(done).as("a level above is on the event loop").hasSize(5);
        }
        tasks.runAll();
    }

    @Test
    void lets_others_have_their_turn_after_64_callbacks() {
        Recorder<Connection> other = new Recorder<>();
        try (Peer busy = peer();
                Peer calm = new Peer(new ExecuteOn<>(tasks, other))) {
            for (int i = 0; i < 100; i++) {
                busy.says("m" + i);
            }
            calm.says("x");
            tasks.runOne();
            assertThat(app.calls()).hasSize(64);
            tasks.runOne();
            assertThat(other.calls()).containsExactly("open", "x");
            tasks.runAll();
            assertThat(app.calls()).hasSize(101);
        }
        tasks.runAll();
    }

    @Test
    void a_connection_with_64_waiting_messages_is_not_read_until_half_of_them_are_done() {
        try (Peer peer = peer()) {
            for (int i = 0; i < 63; i++) {
                peer.says("m");
            }
            assertThat(peer.channel.config().isAutoRead()).isTrue();
            peer.says("m");
            assertThat(peer.channel.config().isAutoRead()).isFalse();
            tasks.runAll();
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
        tasks.runAll();
    }

    @Test
    void so_is_one_with_a_mebibyte_waiting() {
        try (Peer peer = peer()) {
            peer.says("x".repeat(1024 * 1024 - 1));
            assertThat(peer.channel.config().isAutoRead()).isTrue();
            peer.says("x");
            assertThat(peer.channel.config().isAutoRead()).isFalse();
            tasks.runAll();
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
        tasks.runAll();
    }

    @Test
    void two_that_hold_reading_back_must_both_let_go() {
        Tasks outer = new Tasks();
        try (Peer peer = new Peer(new ExecuteOn<>(outer, new ExecuteOn<>(tasks, app)))) {
            for (int i = 0; i < 64; i++) {
                peer.says("m");
            }
            assertThat(peer.channel.config().isAutoRead()).isFalse();
            outer.runAll();
            assertThat(peer.channel.config().isAutoRead())
                    .as("the inner one is full now")
                    .isFalse();
            tasks.runAll();
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
        outer.runAll();
        tasks.runAll();
        assertThat(app.calls()).hasSize(66).last().isEqualTo("close");
    }

    @Test
    void an_executor_that_refuses_a_message_ends_the_connection_with_one_line() {
        try (LogLines log = LogLines.record();
                Peer peer = peer()) {
            tasks.runAll();
            tasks.shutDown();
            peer.says("a").says("b");
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "close");
            assertThat(log.with("executor rejected its callback: "))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("shut down"));
        }
    }

    @Test
    void an_executor_that_refuses_the_opening_leaves_the_component_in_peace() {
        tasks.shutDown();
        try (Peer peer = peer()) {
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).isEmpty();
        }
    }

    @Test
    void an_executor_that_is_shut_down_meanwhile_finishes_what_it_has() {
        try (Peer peer = peer()) {
            for (int i = 0; i < 100; i++) {
                peer.says("m");
            }
            tasks.shutDown();
            tasks.runAll();
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).hasSize(65).startsWith("open", "m").last().isEqualTo("close");
        }
    }

    @Test
    void a_callback_that_throws_ends_its_connection() {
        MessageComponent<Connection, Message> bad = (from, message) -> {
            throw new IllegalStateException("boom");
        };
        try (Peer peer = new Peer(new ExecuteOn<>(tasks, bad))) {
            peer.says("a");
            tasks.runAll();
            peer.channel.runPendingTasks();
            assertThat(peer.isConnected()).isFalse();
        }
        tasks.runAll();
    }

    @Test
    void a_message_outlives_the_callback_below() {
        List<String> texts = new ArrayList<>();
        try (Peer peer =
                new Peer(new ExecuteOn<Connection, Message>(tasks, (from, message) -> texts.add(message.text())))) {
            peer.says("still here");
            tasks.runAll();
            assertThat(texts).containsExactly("still here");
        }
        tasks.runAll();
    }

    @Test
    void on_many_threads_callbacks_of_a_connection_neither_overlap_nor_swap() throws Exception {
        int peers = 8;
        int each = 500;
        CountDownLatch closed = new CountDownLatch(peers);
        AtomicInteger wrong = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        var perPeer = new PerConnection<Connection, Message>(conn -> new MessageComponent<>() {
            private final AtomicInteger inside = new AtomicInteger();
            private int next;

            @Override
            public void onMessage(Connection from, Message message) {
                boolean alone = inside.incrementAndGet() == 1;
                if (!alone || !message.text().equals("m" + next++)) {
                    wrong.incrementAndGet();
                }
                Thread.yield();
                inside.decrementAndGet();
            }

            @Override
            public void onClose(Connection gone) {
                closed.countDown();
            }
        });
        try {
            var offload = new ExecuteOn<Connection, Message>(pool, perPeer);
            List<Peer> all = new ArrayList<>();
            for (int i = 0; i < peers; i++) {
                all.add(new Peer(offload));
            }
            for (int i = 0; i < each; i++) {
                for (Peer peer : all) {
                    peer.says("m" + i);
                }
            }
            all.forEach(Peer::close);
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(wrong).hasValue(0);
        } finally {
            pool.shutdown();
            assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void callbacks_that_run_when_the_event_loop_has_ended_are_called_all_the_same() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        MessageComponent<Connection, Message> offload = new ExecuteOn<>(tasks, app);
        IoServer server = new IoServer(0, new ForwardingComponent<Connection, Message>(offload) {
            @Override
            public void onMessage(Connection from, Message message) throws Exception {
                for (int i = 0; i < SerialCallbackQueue.HIGH; i++) {
                    super.onMessage(from, message);
                }
                arrived.countDown();
            }
        });
        server.start();
        try (Client client = Client.to(server.address())) {
            client.send("m");
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        }
        server.close(Duration.ofSeconds(10));
        tasks.runAll();

        assertThat(app.calls()).hasSize(1 + SerialCallbackQueue.HIGH + 1).last().isEqualTo("close");
    }
}
