package dev.sprocket.core.thread;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Attributes;
import dev.sprocket.core.Client;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
import dev.sprocket.core.PerConnection;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.TestConnection;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.internal.transport.CallbackExecutor;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.LogLines;
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
final class ExecuteOnTest {
    private final ManualExecutor tasks = new ManualExecutor();
    private final Recorder<Connection> app = new Recorder<>();

    private Peer peer() {
        return new Peer(new ExecuteOn<>(tasks, app));
    }

    @Test
    void no_callback_runs_on_the_calling_thread() {
        try (Peer peer = peer()) {
            peer.send("a").send("b");
            assertThat(app.calls()).isEmpty();
            assertThat(tasks.size()).isEqualTo(1);
            tasks.runAll();
            assertThat(app.calls()).containsExactly("open", "a", "b");
            peer.disconnect();
            tasks.runAll();
            assertThat(app.calls()).containsExactly("open", "a", "b", "close");
        }
    }

    @Test
    void callback_executor_runs_task_between_callbacks() {
        List<String> done = new ArrayList<>();
        List<Connection> conns = new ArrayList<>();
        try (Peer peer = new Peer(new ExecuteOn<>(tasks, (Connection from, Message message) -> {
            conns.add(from);
            done.add(message.text());
        }))) {
            peer.send("a");
            tasks.runAll();
            peer.send("b");
            CallbackExecutor.run(conns.get(0), () -> done.add("later"));
            peer.send("c");
            assertThat(done).containsExactly("a");
            tasks.runAll();
            assertThat(done).containsExactly("a", "b", "later", "c");

            CallbackExecutor.run(
                    new TestConnection(new Attributes(conns.get(0).attributes())), () -> done.add("above"));
            assertThat(done).as("a layer above runs on the event loop").hasSize(5);
        }
        tasks.runAll();
    }

    @Test
    void yields_to_other_connections_after_64_callbacks() {
        Recorder<Connection> other = new Recorder<>();
        try (Peer busy = peer();
                Peer calm = new Peer(new ExecuteOn<>(tasks, other))) {
            for (int i = 0; i < 100; i++) {
                busy.send("m" + i);
            }
            calm.send("x");
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
    void reads_pause_at_64_messages_and_then_resume() {
        try (Peer peer = peer()) {
            for (int i = 0; i < 63; i++) {
                peer.send("m");
            }
            assertThat(peer.channel.config().isAutoRead()).isTrue();
            peer.send("m");
            assertThat(peer.channel.config().isAutoRead()).isFalse();
            tasks.runAll();
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
        tasks.runAll();
    }

    @Test
    void reads_pause_at_one_mebibyte_of_pending_messages() {
        try (Peer peer = peer()) {
            peer.send("x".repeat(1024 * 1024 - 1));
            assertThat(peer.channel.config().isAutoRead()).isTrue();
            peer.send("x");
            assertThat(peer.channel.config().isAutoRead()).isFalse();
            tasks.runAll();
            assertThat(peer.channel.config().isAutoRead()).isTrue();
        }
        tasks.runAll();
    }

    @Test
    void reads_resume_after_both_pauses_end() {
        ManualExecutor outer = new ManualExecutor();
        try (Peer peer = new Peer(new ExecuteOn<>(outer, new ExecuteOn<>(tasks, app)))) {
            for (int i = 0; i < 64; i++) {
                peer.send("m");
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
    void rejected_message_closes_connection_and_is_logged() {
        try (LogLines log = LogLines.record(PeerLog::flush);
                Peer peer = peer()) {
            tasks.runAll();
            tasks.shutDown();
            peer.send("a").send("b");
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "close");
            assertThat(log.containing("executor is full or shut down: "))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("shut down"));
        }
    }

    @Test
    void no_callbacks_if_executor_rejects_onOpen() {
        tasks.shutDown();
        try (Peer peer = peer()) {
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).isEmpty();
        }
    }

    @Test
    void remaining_callbacks_run_after_executor_shutdown() {
        try (Peer peer = peer()) {
            for (int i = 0; i < 100; i++) {
                peer.send("m");
            }
            tasks.shutDown();
            tasks.runAll();
            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).hasSize(65).startsWith("open", "m").last().isEqualTo("close");
        }
    }

    @Test
    void failing_callback_closes_its_connection() {
        MessageComponent<Connection, Message> bad = (from, message) -> {
            throw new IllegalStateException("boom");
        };
        try (Peer peer = new Peer(new ExecuteOn<>(tasks, bad))) {
            peer.send("a");
            tasks.runAll();
            peer.channel.runPendingTasks();
            assertThat(peer.isConnected()).isFalse();
        }
        tasks.runAll();
    }

    @Test
    void message_is_valid_after_callback_below_returned() {
        List<String> texts = new ArrayList<>();
        try (Peer peer =
                new Peer(new ExecuteOn<Connection, Message>(tasks, (from, message) -> texts.add(message.text())))) {
            peer.send("still here");
            tasks.runAll();
            assertThat(texts).containsExactly("still here");
        }
        tasks.runAll();
    }

    @Test
    void callbacks_of_a_connection_are_serial_on_thread_pool() throws Exception {
        int peers = 8;
        int each = 500;
        CountDownLatch closed = new CountDownLatch(peers);
        AtomicInteger violations = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(4);
        var perPeer = new PerConnection<Connection, Message>(conn -> new MessageComponent<>() {
            private final AtomicInteger inside = new AtomicInteger();
            private int next;

            @Override
            public void onMessage(Connection from, Message message) {
                boolean alone = inside.incrementAndGet() == 1;
                if (!alone || !message.text().equals("m" + next++)) {
                    violations.incrementAndGet();
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
            var wrapper = new ExecuteOn<Connection, Message>(pool, perPeer);
            List<Peer> all = new ArrayList<>();
            for (int i = 0; i < peers; i++) {
                all.add(new Peer(wrapper));
            }
            for (int i = 0; i < each; i++) {
                for (Peer peer : all) {
                    peer.send("m" + i);
                }
            }
            all.forEach(Peer::close);
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(violations).hasValue(0);
        } finally {
            pool.shutdown();
            assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void callbacks_run_after_event_loop_terminated() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        MessageComponent<Connection, Message> wrapper = new ExecuteOn<>(tasks, app);
        IoServer server = new IoServer(0, new ForwardingComponent<Connection, Message>(wrapper) {
            @Override
            public void onMessage(Connection from, Message message) throws Exception {
                for (int i = 0; i < SerialCallbackQueue.HIGH; i++) {
                    super.onMessage(from, message);
                }
                arrived.countDown();
            }
        });
        server.start();
        try (Client client = Client.connect(server.address())) {
            client.send("m");
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        }
        server.close(Duration.ofSeconds(10));
        tasks.runAll();

        assertThat(app.calls()).hasSize(1 + SerialCallbackQueue.HIGH + 1).last().isEqualTo("close");
    }
}
