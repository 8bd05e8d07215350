package dev.sprocket.session.internal.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.leaktest.SpinWait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WatchedClientTest {
    private final BlockingQueue<ClientThreads> opening = new LinkedBlockingQueue<>();
    private final SynchronousQueue<Object> opened = new SynchronousQueue<>();
    private final BlockingQueue<Object> closed = new LinkedBlockingQueue<>();
    private final List<String> openedFirst = Collections.synchronizedList(new ArrayList<>());

    /** Opens "first", then the clients that the test provides. */
    private WatchedClient<Object> client() {
        return new WatchedClient<>("test", this::open, closed::add);
    }

    private Object open(ClientThreads threads) {
        opening.add(threads);
        if (opening.size() == 1 && openedFirst.isEmpty()) {
            openedFirst.add("first");
            return "first";
        }
        try {
            Object next = opened.take();
            if (next instanceof Error error) {
                throw error;
            }
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitHealthy(WatchedClient<?> client) throws InterruptedException {
        while (!client.isHealthy()) {
            SpinWait.once();
        }
    }

    @Test
    void client_is_replaced_when_a_thread_ends() throws Exception {
        WatchedClient<Object> client = client();
        assertThat(client.isHealthy()).isTrue();
        ClientThreads threads = opening.take();
        Thread thread = threads.factory("test-client").newThread(() -> {
            throw new OutOfMemoryError("of a test");
        });
        thread.setUncaughtExceptionHandler((dead, cause) -> {});
        thread.start();
        assertThat(closed.poll(60, SECONDS)).isEqualTo("first");
        assertThat(client.isHealthy()).isFalse();
        assertThat(threads.cause()).startsWith("thread test-client").endsWith("ended");
        opened.put("second");
        awaitHealthy(client);
        assertThat(client.get()).isEqualTo("second");
        client.close();
        client.close();
        assertThat(closed).containsExactly("second");
    }

    @Test
    void opening_is_tried_again_until_it_succeeds() throws Exception {
        WatchedClient<Object> client = client();
        opening.take().fail("test");
        opened.put(new OutOfMemoryError("of a test"));
        assertThat(client.isHealthy()).isFalse();
        opened.put("third");
        awaitHealthy(client);
        assertThat(client.get()).isEqualTo("third");
    }

    @Test
    void client_failing_while_opened_is_closed() throws Exception {
        WatchedClient<Object> client = client();
        opening.take().fail("test");
        opening.take().fail("while it is opened");
        opened.put("dead");
        opened.put("alive");
        awaitHealthy(client);
        assertThat(client.get()).isEqualTo("alive");
        assertThat(closed).containsExactly("first", "dead");
    }

    @Test
    void closing_while_replaced_leaves_no_client() throws Exception {
        WatchedClient<Object> client = client();
        opening.take().fail("test");
        opening.take();
        client.close();
        opened.put("late");
        assertThat(closed.poll(60, SECONDS)).isEqualTo("first");
        assertThat(closed.poll(60, SECONDS)).isEqualTo("late");
    }

    @Test
    void threads_that_end_after_close_are_ignored() throws Exception {
        WatchedClient<Object> client = client();
        client.close();
        opening.take().fail("test");
        assertThat(client.isHealthy()).isTrue();
        assertThat(opening).isEmpty();
    }
}
