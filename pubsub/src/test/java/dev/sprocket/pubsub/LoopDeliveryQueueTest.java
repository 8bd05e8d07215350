package dev.sprocket.pubsub;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

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

/** How events get to the executors that subscribers live on. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LoopDeliveryQueueTest {
    private final Topics topics = new Topics();
    private final Topic news = topics.topic("news");
    private final List<String> heard = new CopyOnWriteArrayList<>();

    static Stream<EventLoopGroup> groups() {
        return Stream.of(new DefaultEventLoopGroup(2), new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()));
    }

    @Test
    void a_broadcast_costs_one_task_for_each_executor() {
        ManualExecutor one = new ManualExecutor();
        ManualExecutor other = new ManualExecutor();
        for (int i = 0; i < 100; i++) {
            news.subscribe(Subscriber.of("s" + i, i % 2 == 0 ? one : other, (on, event) -> heard.add(event.json())));
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
        assertThat(heard).hasSize(200);
        news.broadcast(Event.of(3));
        assertThat(one.count).isEqualTo(2);
    }

    @Test
    void an_executor_without_subscribers_of_the_topic_gets_no_task() {
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
    void subscribers_are_called_on_their_own_loops(EventLoopGroup group) throws Exception {
        CountDownLatch called = new CountDownLatch(4);
        List<String> strangers = new CopyOnWriteArrayList<>();
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor loop : group) {
            loops.add((EventLoop) loop);
        }
        for (int i = 0; i < 4; i++) {
            EventLoop own = loops.get(i % loops.size());
            news.subscribe(Subscriber.of("s" + i, own, (on, event) -> {
                if (!own.inEventLoop()) {
                    strangers.add(Thread.currentThread().getName());
                }
                called.countDown();
            }));
        }

        assertThat(news.broadcast(Event.of(1))).isEqualTo(4);

        assertThat(called.await(20, SECONDS)).isTrue();
        assertThat(strangers).isEmpty();
        group.shutdownGracefully(0, 0, SECONDS);
    }

    @ParameterizedTest
    @MethodSource("groups")
    void what_a_loop_publishes_to_itself_arrives_after_its_task(EventLoopGroup group) throws Exception {
        EventLoop loop = group.next();
        CountDownLatch called = new CountDownLatch(2);
        news.subscribe(Subscriber.of("s", loop, (on, event) -> {
            heard.add(event.json());
            called.countDown();
        }));

        loop.execute(() -> {
            news.broadcast(Event.of(1));
            news.broadcast(Event.of(2));
            heard.add("published");
        });

        assertThat(called.await(20, SECONDS)).isTrue();
        assertThat(heard).containsExactly("published", "1", "2");
        group.shutdownGracefully(0, 0, SECONDS);
    }

    @Test
    void a_listener_may_publish_subscribe_and_leave() {
        ManualExecutor executor = new ManualExecutor();
        Topic echo = topics.topic("echo");
        Subscriber[] self = new Subscriber[1];
        self[0] = Subscriber.of("s", executor, (on, event) -> {
            heard.add(on + event.json());
            if (on.equals(news)) {
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

        assertThat(heard).containsExactly("news1", "echo1");
    }

    @Test
    void a_listener_that_throws_disturbs_nobody() {
        ManualExecutor executor = new ManualExecutor();
        news.subscribe(Subscriber.of("exception", executor, (on, event) -> {
            throw new Exception("no");
        }));
        news.subscribe(Subscriber.of("error", executor, (on, event) -> {
            throw new AssertionError("no");
        }));
        news.subscribe(Subscriber.of("good", executor, (on, event) -> heard.add(event.json())));

        news.broadcast(Event.of(1));
        news.broadcast(Event.of(2));
        executor.run();

        assertThat(heard).containsExactly("1", "2");
    }

    @Test
    void a_listener_whose_executor_has_ended_is_not_called_by_others() {
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
                (on, event) -> heard.add("gone")));
        news.subscribe(Subscriber.of("alive", alive, (on, event) -> heard.add("alive")));
        ended[0] = true;

        news.broadcast(Event.of(1));
        alive.run();

        assertThat(heard).containsExactly("alive");
    }

    @Test
    void who_publishes_when_an_event_comes_and_runs_at_once_harms_nobody() {
        Topics own = new Topics();
        List<String> heard = new ArrayList<>();
        Executor atOnce = Runnable::run;
        own.topic("a").subscribe(Subscriber.of("relay", atOnce, (topic, event) -> {
            heard.add("relay" + event.json());
            if (heard.size() < 20 && event.json().equals("1")) {
                own.topic("a").broadcast(Event.of(2));
            }
        }));
        own.topic("a").subscribe(Subscriber.of("other", atOnce, (topic, event) -> heard.add("other" + event.json())));

        own.topic("a").broadcast(Event.of(1));

        assertThat(heard).containsExactly("relay1", "other1", "relay2", "other2");
        assertThat(own.pendingBytes()).isZero();
    }

    @Test
    @Timeout(20)
    void who_publishes_does_not_wait_for_the_last_subscriber_of_an_executor_that_ends() throws Exception {
        ExecutorService ending = Executors.newSingleThreadExecutor(new DefaultThreadFactory("ending", true));
        Thread publisher = new DefaultThreadFactory("publisher", true).newThread(() -> news.broadcast(Event.of(2)));
        CountDownLatch done = new CountDownLatch(1);
        news.subscribe(Subscriber.of("last", ending, (topic, event) -> {
            if (event.json().equals("1")) {
                ending.shutdown();
                publisher.start();
                while (publisher.getState() != Thread.State.BLOCKED
                        && publisher.getState() != Thread.State.TERMINATED) {
                    Thread.onSpinWait();
                }
                topic.broadcast(Event.of(3));
                done.countDown();
            }
        }));

        news.broadcast(Event.of(1));

        done.await();
        publisher.join();
    }
}
