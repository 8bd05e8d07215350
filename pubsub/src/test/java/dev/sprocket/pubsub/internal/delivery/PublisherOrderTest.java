package dev.sprocket.pubsub.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
final class PublisherOrderTest {
    private static final int EVENTS = 20_000;

    private final PublisherOrder<String> order = new PublisherOrder<>(() -> new IllegalStateException("too many"));
    private final List<String> published = new ArrayList<>();
    private final List<CompletableFuture<String>> onTheirWay = new ArrayList<>();

    private CompletionStage<String> logged(Object publisher, String event) {
        return order.logged(publisher, 1, () -> {
            published.add(event);
            CompletableFuture<String> arriving = new CompletableFuture<>();
            onTheirWay.add(arriving);
            return arriving;
        });
    }

    @CanIgnoreReturnValue
    private CompletableFuture<String> plain(Object publisher, String event, int size) {
        CompletionStage<String> waiting = order.behind(publisher, size, () -> {
            published.add(event);
            return CompletableFuture.completedFuture(event);
        });
        if (waiting == null) {
            published.add(event);
            return CompletableFuture.completedFuture(event);
        }
        return waiting.toCompletableFuture();
    }

    @Test
    void event_without_log_waits_for_those_before_it() {
        var unused = logged("a", "1");
        var also = logged("a", "2");
        CompletableFuture<String> third = plain("a", "3", 1);
        var fourth = logged("a", "4");
        plain("b", "other", 1);
        assertThat(published).containsExactly("1", "2", "other");
        onTheirWay.get(0).complete("1");
        assertThat(third).isNotDone();
        onTheirWay.get(1).completeExceptionally(new IllegalStateException("refused"));
        assertThat(third).isCompletedWithValue("3");
        assertThat(published).containsExactly("1", "2", "other", "3", "4");
        assertThat(order.isIdle()).isFalse();
        onTheirWay.get(2).complete("4");
        assertThat(fourth.toCompletableFuture()).isCompletedWithValue("4");
        assertThat(order.isIdle()).isTrue();
    }

    @Test
    void publisher_without_events_on_their_way_never_waits() {
        plain("a", "1", 1);
        var unused = order.logged("a", 1, () -> CompletableFuture.completedFuture("2"));
        assertThat(order.isIdle()).isTrue();
        plain("a", "3", 1);
        assertThat(published).containsExactly("1", "3");
    }

    @Test
    void waiting_events_are_limited_in_number_and_bytes() {
        var unused = logged("a", "first");
        assertThat(plain("a", "large", 1 << 20)).isNotDone();
        assertThat(plain("a", "more", 1)).isCompletedExceptionally();
        var other = logged("b", "first");
        for (int i = 0; i < PublisherOrder.MAX_EVENTS; i++) {
            assertThat(plain("b", "" + i, 0)).isNotDone();
        }
        assertThat(plain("b", "more", 0)).isCompletedExceptionally();
    }

    @Test
    void failure_of_a_waiting_event_lets_the_next_pass() {
        var unused = logged("a", "1");
        CompletionStage<String> failing = order.behind("a", 1, () -> {
            throw new IllegalStateException("broken");
        });
        CompletableFuture<String> next = plain("a", "3", 1);
        onTheirWay.get(0).complete("1");
        assertThat(failing).isNotNull();
        assertThat(failing.toCompletableFuture()).isCompletedExceptionally();
        assertThat(next).isCompletedWithValue("3");
        assertThat(order.isIdle()).isTrue();
    }

    @Test
    void keeps_the_order_of_concurrent_publishers() throws Exception {
        ExecutorService arrivals = Executors.newSingleThreadExecutor();
        PublisherOrder<Integer> concurrent = new PublisherOrder<>(IllegalStateException::new);
        CountDownLatch ended = new CountDownLatch(2);
        List<List<Integer>> delivered = List.of(new ArrayList<>(), new ArrayList<>());
        for (int p = 0; p < 2; p++) {
            int publisher = p;
            new Thread(() -> {
                        publish(concurrent, publisher, delivered.get(publisher), arrivals);
                        ended.countDown();
                    })
                    .start();
        }
        ended.await();
        arrivals.shutdown();
        assertThat(arrivals.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(concurrent.isIdle()).isTrue();
        for (List<Integer> all : delivered) {
            assertThat(all).hasSize(EVENTS).isSorted().doesNotHaveDuplicates();
        }
    }

    /** Publishes numbered events of both kinds, which note when they are delivered. */
    private static void publish(
            PublisherOrder<Integer> order, int publisher, List<Integer> delivered, ExecutorService arrivals) {
        Random random = new Random(publisher);
        List<CompletionStage<Integer>> recent = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            int number = i;
            if (random.nextInt(3) == 0) {
                recent.add(order.logged(publisher, 1, () -> {
                    CompletableFuture<Integer> arriving = new CompletableFuture<>();
                    arrivals.execute(() -> {
                        add(delivered, number);
                        arriving.complete(number);
                    });
                    return arriving;
                }));
            } else {
                CompletionStage<Integer> waiting = order.behind(publisher, 1, () -> {
                    add(delivered, number);
                    return CompletableFuture.completedFuture(number);
                });
                if (waiting == null) {
                    add(delivered, number);
                } else {
                    recent.add(waiting);
                }
            }
            if (i % 500 == 499) {
                recent.forEach(stage -> stage.toCompletableFuture().join());
                recent.clear();
            }
        }
    }

    private static void add(List<Integer> delivered, int number) {
        synchronized (delivered) {
            delivered.add(number);
        }
    }
}
