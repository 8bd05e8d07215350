package dev.sprocket.pubsub;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Order of the events of several publishers, for subscribers of topics and patterns. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class DeliveryOrderTest {
    private static final int PUBLISHERS = 4;
    private static final int EVENTS = 10_000;
    private static final List<String> IDS = List.of("room.a.x", "room.a.y", "room.b.x", "hall.c.x");

    private final Topics topics = new Topics();
    private final List<EventLoop> loops =
            List.of(new DefaultEventLoop(), new DefaultEventLoop(), new DefaultEventLoop());
    private final List<Recorder> recorders = new ArrayList<>();

    /** Subscriber that records its events; the list is written by its event loop only. */
    private final class Recorder {
        final List<Integer> received = new ArrayList<>();
        final String name;

        @CanIgnoreReturnValue
        Recorder(String name, List<Topic> subscribed) {
            this.name = name;
            EventLoop loop = loops.get(recorders.size() % loops.size());
            // an event that matches several subscriptions is recorded once
            Set<Integer> known = new HashSet<>();
            Subscriber subscriber = Subscriber.of(name, loop, (topic, event) -> {
                int number = event.as(Integer.class);
                if (known.add(number)) {
                    received.add(number);
                }
            });
            subscribed.forEach(topic -> topic.subscribe(subscriber));
            recorders.add(this);
        }

        List<Integer> common(Recorder other) {
            Set<Integer> theirs = new HashSet<>(other.received);
            return received.stream().filter(theirs::contains).toList();
        }
    }

    private static final class DirectExecutor implements Executor {
        @Override
        public void execute(Runnable task) {
            task.run();
        }
    }

    @AfterEach
    void shutDown() {
        loops.forEach(loop -> loop.shutdownGracefully(0, 0, SECONDS));
    }

    private List<Topic> exact(String... ids) {
        return Stream.of(ids).map(topics::topic).toList();
    }

    private void publishFromSeveralThreads() throws Exception {
        AtomicInteger last = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(PUBLISHERS);
        ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            int publisher = i;
            running.add(threads.submit(() -> {
                start.await(20, SECONDS);
                for (int step = 0; step < EVENTS; step++) {
                    topics.topic(IDS.get((publisher + step) % IDS.size())).broadcast(Event.of(last.incrementAndGet()));
                }
                return null;
            }));
        }
        for (Future<?> one : running) {
            one.get(60, SECONDS);
        }
        threads.shutdown();
        for (EventLoop loop : loops) {
            loop.submit(() -> {}).get(20, SECONDS);
        }
    }

    private void assertSameOrder() {
        for (Recorder one : recorders) {
            for (Recorder other : recorders) {
                assertThat(one.common(other).equals(other.common(one)))
                        .as("order of %s and %s", one.name, other.name)
                        .isTrue();
            }
        }
    }

    @Test
    @Timeout(120)
    void subscribers_of_topics_and_patterns_see_one_order() throws Exception {
        Topic room = topics.pattern(MatchPolicy.PREFIX, "room.");
        Topic anyX = topics.pattern(MatchPolicy.WILDCARD, "..x");
        for (int i = 0; i < loops.size(); i++) {
            new Recorder("exact rooms " + i, exact("room.a.x", "room.a.y", "room.b.x"));
            new Recorder("exact x " + i, exact("room.a.x", "room.b.x", "hall.c.x"));
            new Recorder("one topic " + i, List.of(topics.topic("room.a.x")));
            new Recorder("prefix " + i, List.of(room));
            new Recorder("wildcard " + i, List.of(anyX));
            new Recorder("topic and prefix " + i, List.of(topics.topic("room.a.x"), room));
        }

        publishFromSeveralThreads();

        assertThat(recorders.get(0).received).hasSize(PUBLISHERS * EVENTS * 3 / 4);
        assertSameOrder();
    }

    @Test
    @Timeout(120)
    void subscribers_see_one_order_while_patterns_come_and_go() throws Exception {
        Topic room = topics.pattern(MatchPolicy.PREFIX, "room.");
        for (int i = 0; i < loops.size(); i++) {
            new Recorder("one topic " + i, List.of(topics.topic("room.a.x")));
            new Recorder("prefix " + i, List.of(room));
        }
        Thread changes = new Thread(() -> {
            Subscriber visitor = Subscriber.of("visitor", loops.get(0), (topic, event) -> {});
            while (!Thread.currentThread().isInterrupted()) {
                topics.pattern(MatchPolicy.WILDCARD, "room..x").subscribe(visitor);
                topics.topic("room.a.y").subscribe(visitor);
                topics.topic("room.a.y").unsubscribe(visitor);
                topics.pattern(MatchPolicy.WILDCARD, "room..x").unsubscribe(visitor);
            }
        });
        changes.start();

        publishFromSeveralThreads();

        changes.interrupt();
        changes.join();
        assertSameOrder();
    }

    @Test
    @Timeout(20)
    void direct_subscriber_may_publish_on_other_topics() throws Exception {
        Topic ping = topics.topic("ping");
        Topic pong = topics.topic("pong");
        AtomicInteger received = new AtomicInteger();
        relay(ping, pong, received);
        relay(pong, ping, received);
        topics.pattern(MatchPolicy.PREFIX, "p")
                .subscribe(Subscriber.of("all", Runnable::run, (topic, event) -> received.incrementAndGet()));
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> running = new ArrayList<>();
        for (Topic first : List.of(ping, pong)) {
            running.add(threads.submit(() -> {
                start.await();
                for (int i = 0; i < 2_000; i++) {
                    first.broadcast(Event.of(2));
                }
                return null;
            }));
        }

        for (Future<?> one : running) {
            one.get();
        }

        threads.shutdown();
        // each event is relayed twice: three topics with two subscribers each
        assertThat(received.get()).isEqualTo(2 * 2_000 * 3 * 2);
    }

    private static void relay(Topic from, Topic to, AtomicInteger received) {
        // an executor of its own, and thereby a delivery queue of its own
        Executor own = new DirectExecutor();
        from.subscribe(Subscriber.of("relay from " + from, own, (topic, event) -> {
            received.incrementAndGet();
            int hops = event.as(Integer.class);
            if (hops > 0) {
                to.broadcast(Event.of(hops - 1));
            }
        }));
    }

    @Test
    @Timeout(20)
    void direct_listener_may_publish() throws Exception {
        AtomicInteger active = new AtomicInteger();
        topics.addListener(Runnable::run, new TopicListener() {
            @Override
            public void onActive(Topic topic) {
                active.incrementAndGet();
                String other = topic.id().equals("ping") ? "pong" : "ping";
                topics.topic(other).broadcast(Event.of(1));
            }

            @Override
            public void onInactive(Topic topic) {
                active.decrementAndGet();
                topics.topic(topic.id().equals("ping") ? "pong" : "ping").broadcast(Event.of(1));
            }
        });
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<?>> running = new ArrayList<>();
        for (String id : List.of("ping", "pong")) {
            Subscriber subscriber = Subscriber.of(id, Runnable::run, (topic, event) -> {});
            running.add(threads.submit(() -> {
                start.await();
                for (int i = 0; i < 5_000; i++) {
                    topics.topic(id).subscribe(subscriber);
                    topics.topic(id).unsubscribe(subscriber);
                }
                return null;
            }));
        }

        for (Future<?> one : running) {
            one.get();
        }

        threads.shutdown();
        assertThat(active.get()).isZero();
    }
}
