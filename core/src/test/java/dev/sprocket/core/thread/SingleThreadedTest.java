package dev.sprocket.core.thread;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
import dev.sprocket.core.TestConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class SingleThreadedTest {
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    private final class App implements MessageComponent<Connection, Message> {
        @Override
        public void onOpen(Connection conn) {
            calls.add("open");
        }

        @Override
        public void onMessage(Connection from, Message message) {
            if (message.text().equals("boom")) {
                throw new IllegalStateException("boom");
            }
            calls.add(message.text());
        }

        @Override
        public void onError(Connection conn, Throwable cause) {
            calls.add("error: " + cause.getMessage());
        }

        @Override
        public void onClose(Connection conn) {
            calls.add("close");
        }
    }

    private List<String> take(int count) throws InterruptedException {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(calls.poll(20, SECONDS));
        }
        return taken;
    }

    @Test
    void callbacks_run_in_order() throws Exception {
        SingleThreaded<Connection, Message> wrapper = new SingleThreaded<>(new App());
        Connection conn = new TestConnection();

        wrapper.onOpen(conn);
        wrapper.onMessage(conn, Message.text("a"));
        wrapper.onMessage(conn, Message.text("b"));
        wrapper.onClose(conn);

        assertThat(take(4)).containsExactly("open", "a", "b", "close");
    }

    @Test
    void callbacks_of_many_threads_run_on_one_thread() throws Exception {
        Map<String, Integer> unguarded = new HashMap<>();
        List<Thread> seen = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(4 * 500);
        MessageComponent<Connection, Message> app = (from, message) -> {
            String sender = message.text().split(" ", 2)[0];
            int number = Integer.parseInt(message.text().split(" ", 2)[1]);
            assertThat(unguarded.merge(sender, 1, Integer::sum)).isEqualTo(number);
            if (!seen.contains(Thread.currentThread())) {
                seen.add(Thread.currentThread());
            }
            done.countDown();
        };
        SingleThreaded<Connection, Message> wrapper = new SingleThreaded<>(app);
        List<ForwardingComponent<Connection, Message>> stacks = List.of(wrapper, new ForwardingComponent<>(wrapper) {});
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "sender" + i;
            ForwardingComponent<Connection, Message> stack = stacks.get(i % 2);
            senders.add(new Thread(() -> {
                Connection conn = new TestConnection();
                try {
                    stack.onOpen(conn);
                    for (int n = 1; n <= 500; n++) {
                        stack.onMessage(conn, Message.text(name + " " + n));
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        senders.forEach(Thread::start);

        assertThat(done.await(20, SECONDS)).isTrue();
        assertThat(seen).hasSize(1).doesNotContain(Thread.currentThread()).doesNotContainAnyElementsOf(senders);
        assertThat(seen.get(0).getName()).startsWith("sprocket-");
    }

    @Test
    void borrowed_message_is_valid_in_deferred_callback() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        MessageComponent<Connection, Message> app = (from, message) -> {
            assertThat(go.await(20, SECONDS)).isTrue();
            calls.add(message.text());
        };
        try (Peer peer = new Peer(new SingleThreaded<>(app))) {
            peer.send("first").send("second");
            go.countDown();

            assertThat(take(2)).containsExactly("first", "second");
        }
    }

    @Test
    void exception_is_passed_to_onError_and_closes_connection() throws Exception {
        SingleThreaded<Connection, Message> wrapper = new SingleThreaded<>(new App());
        Connection conn = new TestConnection();

        wrapper.onOpen(conn);
        wrapper.onMessage(conn, Message.text("boom"));
        wrapper.onMessage(conn, Message.text("dropped"));
        wrapper.onClose(conn);

        assertThat(take(3)).containsExactly("open", "error: boom", "close");
        assertThat(conn.isOpen()).isFalse();
        assertThat(calls).isEmpty();
    }

    @Test
    void failure_does_not_affect_other_connections() throws Exception {
        SingleThreaded<Connection, Message> wrapper = new SingleThreaded<>(new App());
        Connection bad = new TestConnection();
        Connection good = new TestConnection();

        wrapper.onOpen(bad);
        wrapper.onOpen(good);
        wrapper.onMessage(bad, Message.text("boom"));
        wrapper.onMessage(good, Message.text("fine"));

        assertThat(take(4)).containsExactly("open", "open", "error: boom", "fine");
        assertThat(good.isOpen()).isTrue();
    }

    @Test
    void failure_below_is_reported_in_order() throws Exception {
        SingleThreaded<Connection, Message> wrapper = new SingleThreaded<>(new App());
        Connection conn = new TestConnection();

        wrapper.onOpen(conn);
        wrapper.onMessage(conn, Message.text("a"));
        wrapper.onError(conn, new IllegalStateException("below"));
        wrapper.onClose(conn);

        assertThat(take(4)).containsExactly("open", "a", "error: below", "close");
    }

    @Test
    void no_onClose_for_connection_that_was_not_opened() throws Exception {
        SingleThreaded<Connection, Message> wrapper = new SingleThreaded<>(new App());

        wrapper.onClose(new TestConnection());
        wrapper.onOpen(new TestConnection());

        assertThat(take(1)).containsExactly("open");
        assertThat(calls).isEmpty();
    }

    @Test
    void two_components_share_a_thread() throws Exception {
        CountDownLatch inFirst = new CountDownLatch(1);
        CountDownLatch mayContinue = new CountDownLatch(1);
        SingleThreaded<Connection, Message> first = new SingleThreaded<>((from, message) -> {
            inFirst.countDown();
            mayContinue.await();
            calls.add("first");
        });
        SingleThreaded<Connection, Message> second =
                new SingleThreaded<>((from, message) -> calls.add("second"), first);
        Connection one = new TestConnection();
        Connection other = new TestConnection();
        first.onOpen(one);
        second.onOpen(other);

        first.onMessage(one, Message.text("a"));
        inFirst.await();
        second.onMessage(other, Message.text("b"));
        assertThat(calls).isEmpty();
        mayContinue.countDown();

        assertThat(take(2)).containsExactly("first", "second");
    }
}
