package dev.sprocket.pubsub;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.leaktest.SpinWait;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Delivery of events on the executors of subscribers. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LoopDeliveryQueueTest {
    private final Topics topics = new Topics();
    private final Topic news = topics.topic("news");
    private final List<String> received = new CopyOnWriteArrayList<>();

    static Stream<EventLoopGroup> groups() {
        return Stream.of(new DefaultEventLoopGroup(2), new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()));
    }

    @Test
    void broadcast_schedules_one_task_per_executor() {
        ManualExecutor one = new ManualExecutor();
        ManualExecutor other = new ManualExecutor();
        for (int i = 0; i < 100; i++) {
            news.subscribe(Subscriber.of("s" + i, i % 2 == 0 ? one : other, (on, event) -> received.add(event.json())));
        }
        one.run();
        other.run();
        one.count = 0;
        other.count = 0;

        news.broadcast(Event.of(1));
        news.broadcast(Event.of(2));

        assertThat(one.count).isEqualTo(1);
        assertThat(other.count).isEqualTo(1);
        one.run();
        other.run();
        assertThat(received).hasSize(200);
        news.broadcast(Event.of(3));
        assertThat(one.count).isEqualTo(2);
    }

    @Test
    void executor_without_subscribers_gets_no_task() {
        ManualExecutor other = new ManualExecutor();
        topics.topic("other").subscribe(Subscriber.of("o", other, (on, event) -> {}));
        other.run();
        other.count = 0;
        news.subscribe(Subscriber.of("s", new ManualExecutor(), (on, event) -> {}));

        news.broadcast(Event.of(1));

        assertThat(other.count).isZero();
    }

    @ParameterizedTest
    @MethodSource("groups")
    void subscribers_are_called_on_their_event_loops(EventLoopGroup group) throws Exception {
        CountDownLatch called = new CountDownLatch(4);
        List<String> wrongThreads = new CopyOnWriteArrayList<>();
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor loop : group) {
            loops.add((EventLoop) loop);
        }
        for (int i = 0; i < 4; i++) {
            EventLoop own = loops.get(i % loops.size());
            news.subscribe(Subscriber.of("s" + i, own, (on, event) -> {
                if (!own.inEventLoop()) {
                    wrongThreads.add(Thread.currentThread().getName());
                }
                called.countDown();
            }));
        }

        assertThat(news.broadcast(Event.of(1))).isEqualTo(4);

        assertThat(called.await(20, SECONDS)).isTrue();
        assertThat(wrongThreads).isEmpty();
        group.shutdownGracefully(0, 0, SECONDS);
    }

    @ParameterizedTest
    @MethodSource("groups")
    void loop_delivers_its_own_events_after_its_task(EventLoopGroup group) throws Exception {
        EventLoop loop = group.next();
        CountDownLatch called = new CountDownLatch(2);
        news.subscribe(Subscriber.of("s", loop, (on, event) -> {
            received.add(event.json());
            called.countDown();
        }));

        loop.execute(() -> {
            news.broadcast(Event.of(1));
            news.broadcast(Event.of(2));
            received.add("published");
        });

        assertThat(called.await(20, SECONDS)).isTrue();
        assertThat(received).containsExactly("published", "1", "2");
        group.shutdownGracefully(0, 0, SECONDS);
    }

    @Test
    void subscriber_may_publish_subscribe_and_unsubscribe_in_its_callback() {
        ManualExecutor executor = new ManualExecutor();
        Topic echo = topics.topic("echo");
        Subscriber[] self = new Subscriber[1];
        self[0] = Subscriber.of("s", executor, (on, event) -> {
            received.add(on + event.json());
            if (on.equals(news.id())) {
                echo.subscribe(self[0]);
                echo.broadcast(event);
                news.unsubscribe(self[0]);
            }
        });
        news.subscribe(self[0]);

        news.broadcast(Event.of(1));
        executor.run();
        news.broadcast(Event.of(2));
        executor.run();

        assertThat(received).containsExactly("news1", "echo1");
    }

    @Test
    void throwing_subscriber_does_not_affect_others() {
        ManualExecutor executor = new ManualExecutor();
        news.subscribe(Subscriber.of("exception", executor, (on, event) -> {
            throw new Exception("no");
        }));
        news.subscribe(Subscriber.of("error", executor, (on, event) -> {
            throw new AssertionError("no");
        }));
        news.subscribe(Subscriber.of("good", executor, (on, event) -> received.add(event.json())));

        news.broadcast(Event.of(1));
        news.broadcast(Event.of(2));
        executor.run();

        assertThat(received).containsExactly("1", "2");
    }

    @Test
    void subscriber_of_a_terminated_executor_is_not_called() {
        ManualExecutor alive = new ManualExecutor();
        boolean[] ended = {false};
        news.subscribe(Subscriber.of(
                "gone",
                task -> {
                    if (ended[0]) {
                        throw new RejectedExecutionException("ended");
                    }
                    task.run();
                },
                (on, event) -> received.add("gone")));
        news.subscribe(Subscriber.of("alive", alive, (on, event) -> received.add("alive")));
        ended[0] = true;

        news.broadcast(Event.of(1));
        alive.run();

        assertThat(received).containsExactly("alive");
    }

    @Test
    void publish_in_a_callback_on_a_direct_executor_works() {
        Topics own = new Topics();
        List<String> received = new ArrayList<>();
        Executor direct = Runnable::run;
        own.topic("a").subscribe(Subscriber.of("relay", direct, (topic, event) -> {
            received.add("relay" + event.json());
            if (received.size() < 20 && event.json().equals("1")) {
                own.topic("a").broadcast(Event.of(2));
            }
        }));
        own.topic("a")
                .subscribe(Subscriber.of("other", direct, (topic, event) -> received.add("other" + event.json())));

        own.topic("a").broadcast(Event.of(1));

        assertThat(received).containsExactly("relay1", "other1", "relay2", "other2");
        assertThat(own.pendingBytes()).isZero();
    }

    @Test
    @Timeout(20)
    void publisher_does_not_wait_for_a_terminating_executor() throws Exception {
        ExecutorService ending = Executors.newSingleThreadExecutor(new DefaultThreadFactory("ending", true));
        Thread publisher = new DefaultThreadFactory("publisher", true).newThread(() -> news.broadcast(Event.of(2)));
        CountDownLatch done = new CountDownLatch(1);
        news.subscribe(Subscriber.of("last", ending, (topic, event) -> {
            if (event.json().equals("1")) {
                ending.shutdown();
                publisher.start();
                while (publisher.getState() != Thread.State.WAITING
                        && publisher.getState() != Thread.State.TERMINATED) {
                    SpinWait.once();
                }
                news.broadcast(Event.of(3));
                done.countDown();
            }
        }));

        news.broadcast(Event.of(1));

        done.await();
        publisher.join();
    }
}
