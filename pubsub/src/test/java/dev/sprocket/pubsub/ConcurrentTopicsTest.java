package dev.sprocket.pubsub;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Random concurrent publishes and subscription changes, compared with a model. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ConcurrentTopicsTest {
    private static final int PUBLISHERS = 4;
    private static final int STEPS = 5_000;
    private static final List<String> IDS = List.of("a", "b", "c");

    private final Topics topics = new Topics();
    private final List<EventLoop> loops =
            List.of(new DefaultEventLoop(), new DefaultEventLoop(), new DefaultEventLoop());

    /** Subscriber that is subscribed and unsubscribed by one publisher's thread. */
    private final class TestSubscriber {
        /** Received events, as "publisher number"; written by its event loop only. */
        final List<String> received = new ArrayList<>();
        /** Events that its own publisher published while it was subscribed. */
        final List<String> expected = new ArrayList<>();
        /** Expected events by topic since the last subscribe. Optional after an unsubscribe before their delivery. */
        final Map<String, List<String>> sinceSubscribed = new HashMap<>();

        final Set<String> optional = new HashSet<>();

        final Set<String> subscribed = new HashSet<>();
        final Subscriber subscriber;

        TestSubscriber(String id, EventLoop loop) {
            subscriber = Subscriber.of(id, loop, (topic, event) -> received.add(event.as(String.class)));
        }

        boolean unsubscribe(Topic topic, String id) {
            boolean left = topic.unsubscribe(subscriber);
            optional.addAll(sinceSubscribed.getOrDefault(id, List.of()));
            sinceSubscribed.remove(id);
            return left;
        }

        List<String> receivedFrom(int publisher) {
            return received.stream()
                    .filter(event -> event.startsWith(publisher + " "))
                    .toList();
        }
    }

    private final class PublishingThread {
        final int number;
        final Random random;
        final List<TestSubscriber> subscribers = new ArrayList<>();
        /** Handles that were created before the topics had subscribers. */
        final Map<String, Topic> handles = new HashMap<>();

        PublishingThread(int number, long seed) {
            this.number = number;
            this.random = new Random(seed);
            for (int i = 0; i < 4; i++) {
                subscribers.add(
                        new TestSubscriber("subscriber " + number + "." + i, loops.get((number + i) % loops.size())));
            }
            IDS.forEach(id -> handles.put(id, topics.topic(id)));
        }

        Void run(CyclicBarrier start) throws Exception {
            for (int step = 0; step < STEPS; step++) {
                if (step % 250 == 0) {
                    // lets all loops deliver before more is published, even on a slow machine
                    for (EventLoop loop : loops) {
                        loop.submit(() -> {}).get(20, SECONDS);
                    }
                    start.await(20, SECONDS);
                }
                String id = IDS.get(random.nextInt(IDS.size()));
                Topic topic = random.nextBoolean() ? handles.get(id) : topics.topic(id);
                TestSubscriber subscriber = subscribers.get(random.nextInt(subscribers.size()));
                switch (random.nextInt(4)) {
                    case 0 ->
                        assertThat(topic.subscribe(subscriber.subscriber)).isEqualTo(subscriber.subscribed.add(id));
                    case 1 -> assertThat(subscriber.unsubscribe(topic, id)).isEqualTo(subscriber.subscribed.remove(id));
                    default -> publish(topic, id, number + " " + step);
                }
            }
            return null;
        }

        private void publish(Topic topic, String id, String event) {
            int own = 0;
            for (TestSubscriber subscriber : subscribers) {
                if (subscriber.subscribed.contains(id)) {
                    subscriber.expected.add(event);
                    subscriber
                            .sinceSubscribed
                            .computeIfAbsent(id, any -> new ArrayList<>())
                            .add(event);
                    own++;
                }
            }
            assertThat(topic.broadcast(Event.of(event))).isGreaterThanOrEqualTo(own);
        }
    }

    private List<PublishingThread> runAll(long seed) throws Exception {
        List<PublishingThread> publishers = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            publishers.add(new PublishingThread(i, seed * 31 + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
        CyclicBarrier start = new CyclicBarrier(PUBLISHERS);
        List<Future<Void>> running = new ArrayList<>();
        publishers.forEach(publisher -> running.add(threads.submit(() -> publisher.run(start))));
        for (Future<Void> one : running) {
            one.get(60, SECONDS);
        }
        threads.shutdown();
        for (EventLoop loop : loops) {
            loop.submit(() -> {}).get(20, SECONDS);
        }
        return publishers;
    }

    @RepeatedTest(5)
    void subscribers_receive_the_events_of_the_model(RepetitionInfo repetition) throws Exception {
        List<PublishingThread> publishers = runAll(repetition.getCurrentRepetition());
        Map<String, Integer> sizes = new HashMap<>();
        int fromOthers = 0;
        int fromOwn = 0;
        for (PublishingThread publisher : publishers) {
            for (TestSubscriber subscriber : publisher.subscribers) {
                // From its own publisher: exactly the events published while it was subscribed, across topics, in
                // order, except those that were not delivered when it unsubscribed.
                List<String> received = subscriber.receivedFrom(publisher.number);
                Set<String> once = new HashSet<>(received);
                assertThat(received)
                        .isEqualTo(subscriber.expected.stream()
                                .filter(event -> once.contains(event) || !subscriber.optional.contains(event))
                                .toList());
                fromOwn += received.size();
                // From every other publisher: no duplicates, and in order.
                for (int other = 0; other < PUBLISHERS; other++) {
                    List<Integer> steps = subscriber.receivedFrom(other).stream()
                            .map(event -> Integer.valueOf(event.split(" ", 2)[1]))
                            .toList();
                    assertThat(steps).isSorted().doesNotHaveDuplicates();
                    fromOthers += other == publisher.number ? 0 : steps.size();
                }
                subscriber.subscribed.forEach(id -> sizes.merge(id, 1, Integer::sum));
                assertThat(subscriber.subscriber.size()).isEqualTo(subscriber.subscribed.size());
            }
        }
        assertThat(fromOwn).as("number of checked events").isGreaterThan(STEPS / 100);
        assertThat(fromOthers).as("number of checked events").isPositive();
        for (String id : IDS) {
            assertThat(topics.topic(id).size()).isEqualTo(sizes.getOrDefault(id, 0));
        }
        publishers.forEach(
                publisher -> publisher.subscribers.forEach(subscriber -> subscriber.subscriber.unsubscribeAll()));
        assertThat(topics.all()).isEmpty();
        loops.forEach(loop -> loop.shutdownGracefully(0, 0, SECONDS));
    }

    @RepeatedTest(5)
    void concurrent_changes_of_one_subscriber_are_consistent(RepetitionInfo repetition) throws Exception {
        TestSubscriber subscriber = new TestSubscriber("shared", loops.get(0));
        ExecutorService threads = Executors.newFixedThreadPool(PUBLISHERS);
        CyclicBarrier start = new CyclicBarrier(PUBLISHERS);
        List<Future<Integer>> running = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            Random random = new Random(repetition.getCurrentRepetition() * 31L + i);
            running.add(threads.submit(() -> {
                int balance = 0;
                start.await(20, SECONDS);
                for (int step = 0; step < 4 * STEPS; step++) {
                    if (random.nextBoolean()) {
                        balance += topics.topic("t").subscribe(subscriber.subscriber) ? 1 : 0;
                    } else {
                        balance -= topics.topic("t").unsubscribe(subscriber.subscriber) ? 1 : 0;
                    }
                }
                return balance;
            }));
        }
        int subscribed = 0;
        for (Future<Integer> one : running) {
            subscribed += one.get(60, SECONDS);
        }
        threads.shutdown();

        assertThat(subscribed)
                .isEqualTo(subscriber.subscriber.size())
                .isEqualTo(topics.topic("t").size());
        topics.topic("t").broadcast(Event.of("last"));
        loops.get(0).submit(() -> {}).get(20, SECONDS);
        assertThat(subscriber.received).isEqualTo(Collections.nCopies(subscribed, "last"));
        subscriber.subscriber.unsubscribeAll();
        assertThat(topics.all()).isEmpty();
        loops.forEach(loop -> loop.shutdownGracefully(0, 0, SECONDS));
    }
}
