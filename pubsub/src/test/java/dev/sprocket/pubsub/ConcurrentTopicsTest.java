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

/** Threads that publish, come and go at random, beside a model of what each subscriber must hear. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class ConcurrentTopicsTest {
    private static final int PUBLISHERS = 4;
    private static final int STEPS = 5_000;
    private static final List<String> IDS = List.of("a", "b", "c");

    private final Topics topics = new Topics();
    private final List<EventLoop> loops =
            List.of(new DefaultEventLoop(), new DefaultEventLoop(), new DefaultEventLoop());

    /** A subscriber that one publisher's thread subscribes and unsubscribes. */
    private final class Ear {
        /** What was heard, as "publisher number"; written by its loop alone. */
        final List<String> heard = new ArrayList<>();
        /** What its own publisher published while it was subscribed. */
        final List<String> mustHear = new ArrayList<>();
        /** Of these, by topic, what need not be heard any more if it left before its loop had its turn. */
        final Map<String, List<String>> sinceSubscribed = new HashMap<>();

        final Set<String> mayMiss = new HashSet<>();

        final Set<String> subscribed = new HashSet<>();
        final Subscriber subscriber;

        Ear(String id, EventLoop loop) {
            subscriber = Subscriber.of(id, loop, (topic, event) -> heard.add(event.as(String.class)));
        }

        boolean unsubscribe(Topic topic, String id) {
            boolean left = topic.unsubscribe(subscriber);
            mayMiss.addAll(sinceSubscribed.getOrDefault(id, List.of()));
            sinceSubscribed.remove(id);
            return left;
        }

        List<String> heardFrom(int publisher) {
            return heard.stream()
                    .filter(event -> event.startsWith(publisher + " "))
                    .toList();
        }
    }

    private final class PublishingThread {
        final int number;
        final Random random;
        final List<Ear> ears = new ArrayList<>();
        /** Kept from before any of them had subscribers. */
        final Map<String, Topic> handles = new HashMap<>();

        PublishingThread(int number, long seed) {
            this.number = number;
            this.random = new Random(seed);
            for (int i = 0; i < 4; i++) {
                ears.add(new Ear("ear " + number + "." + i, loops.get((number + i) % loops.size())));
            }
            IDS.forEach(id -> handles.put(id, topics.topic(id)));
        }

        Void run(CyclicBarrier start) throws Exception {
            for (int step = 0; step < STEPS; step++) {
                if (step % 250 == 0) {
                    // however slow the machine, everybody hears something before more is published
                    for (EventLoop loop : loops) {
                        loop.submit(() -> {}).get(20, SECONDS);
                    }
                    start.await(20, SECONDS);
                }
                String id = IDS.get(random.nextInt(IDS.size()));
                Topic topic = random.nextBoolean() ? handles.get(id) : topics.topic(id);
                Ear ear = ears.get(random.nextInt(ears.size()));
                switch (random.nextInt(4)) {
                    case 0 -> assertThat(topic.subscribe(ear.subscriber)).isEqualTo(ear.subscribed.add(id));
                    case 1 -> assertThat(ear.unsubscribe(topic, id)).isEqualTo(ear.subscribed.remove(id));
                    default -> publish(topic, id, number + " " + step);
                }
            }
            return null;
        }

        private void publish(Topic topic, String id, String event) {
            int own = 0;
            for (Ear ear : ears) {
                if (ear.subscribed.contains(id)) {
                    ear.mustHear.add(event);
                    ear.sinceSubscribed
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
    void every_subscriber_hears_what_the_model_says(RepetitionInfo repetition) throws Exception {
        List<PublishingThread> publishers = runAll(repetition.getCurrentRepetition());
        Map<String, Integer> sizes = new HashMap<>();
        int fromOthers = 0;
        int fromOwn = 0;
        for (PublishingThread publisher : publishers) {
            for (Ear ear : publisher.ears) {
                // of its own publisher exactly what was published while it was subscribed, across topics, in order,
                // but for what it had not heard when it left
                List<String> heard = ear.heardFrom(publisher.number);
                Set<String> once = new HashSet<>(heard);
                assertThat(heard)
                        .isEqualTo(ear.mustHear.stream()
                                .filter(event -> once.contains(event) || !ear.mayMiss.contains(event))
                                .toList());
                fromOwn += heard.size();
                // of every other publisher no event twice, and all in order
                for (int other = 0; other < PUBLISHERS; other++) {
                    List<Integer> steps = ear.heardFrom(other).stream()
                            .map(event -> Integer.valueOf(event.split(" ", 2)[1]))
                            .toList();
                    assertThat(steps).isSorted().doesNotHaveDuplicates();
                    fromOthers += other == publisher.number ? 0 : steps.size();
                }
                ear.subscribed.forEach(id -> sizes.merge(id, 1, Integer::sum));
                assertThat(ear.subscriber.size()).isEqualTo(ear.subscribed.size());
            }
        }
        assertThat(fromOwn).as("a test that tests something").isGreaterThan(STEPS / 100);
        assertThat(fromOthers).as("a test that tests something").isPositive();
        for (String id : IDS) {
            assertThat(topics.topic(id).size()).isEqualTo(sizes.getOrDefault(id, 0));
        }
        publishers.forEach(publisher -> publisher.ears.forEach(ear -> ear.subscriber.unsubscribeAll()));
        assertThat(topics.all()).isEmpty();
        loops.forEach(loop -> loop.shutdownGracefully(0, 0, SECONDS));
    }

    @RepeatedTest(5)
    void one_subscriber_in_many_hands_leaves_no_trace(RepetitionInfo repetition) throws Exception {
        Ear ear = new Ear("shared", loops.get(0));
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
                        balance += topics.topic("t").subscribe(ear.subscriber) ? 1 : 0;
                    } else {
                        balance -= topics.topic("t").unsubscribe(ear.subscriber) ? 1 : 0;
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
                .isEqualTo(ear.subscriber.size())
                .isEqualTo(topics.topic("t").size());
        topics.topic("t").broadcast(Event.of("last"));
        loops.get(0).submit(() -> {}).get(20, SECONDS);
        assertThat(ear.heard).isEqualTo(Collections.nCopies(subscribed, "last"));
        ear.subscriber.unsubscribeAll();
        assertThat(topics.all()).isEmpty();
        loops.forEach(loop -> loop.shutdownGracefully(0, 0, SECONDS));
    }
}
