package dev.sprocket.pubsub.internal.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.pubsub.Event;
import dev.sprocket.pubsub.EventLog;
import dev.sprocket.pubsub.MemoryLog;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Published;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.TopicSettings;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.internal.push.PushResult.Outcome;
import dev.sprocket.pubsub.internal.push.PushResult.PushedEvent;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys and versions of pushed events. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
final class EventConditionsTest {
    private final MemoryLog memory = new MemoryLog();
    /** Events that the log refuses. */
    private final List<String> refused = new ArrayList<>();
    /** Appends that the log has not answered. */
    private final List<Runnable> held = new ArrayList<>();

    private boolean hold;

    private final EventLog log = (EventLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                if (!method.getName().equals("append")) {
                    return method.invoke(memory, args);
                }
                if (refused.contains(((Event) args[1]).json())) {
                    return CompletableFuture.failedFuture(new IllegalStateException("log is away"));
                }
                if (!hold) {
                    return method.invoke(memory, args);
                }
                CompletableFuture<Published> later = new CompletableFuture<>();
                held.add(() -> append(args).thenAccept(later::complete));
                return later;
            });

    private long now = 1_000_000;
    private final Topics topics = new Topics(
            id -> id.startsWith("kept")
                    ? TopicSettings.DEFAULT.history(10, Duration.ofSeconds(5))
                    : TopicSettings.DEFAULT,
            log);
    private final EventConditions conditions =
            topics.shared(EventConditions.class, () -> new EventConditions(topics, () -> now));
    private final PushTarget target = PushTarget.of(topics);
    private final List<String> received = new ArrayList<>();

    private CompletionStage<Published> append(Object[] args) {
        return memory.append(
                (String) args[0], (Event) args[1], (dev.sprocket.pubsub.Audience) args[2], (TopicSettings.History)
                        args[3]);
    }

    @BeforeEach
    void subscribe() {
        Subscriber subscriber =
                Subscriber.of("s", Runnable::run, (topic, event) -> received.add(topic + " " + event.json()));
        List.of("kept", "kept.2", "plain").forEach(topic -> topics.topic(topic).subscribe(subscriber));
    }

    private static PublishRequest event(String topic, int number) {
        return new PublishRequest(topic, Event.of(number));
    }

    private CompletableFuture<PushResult> push(PublishRequest... events) {
        return target.deliver(mock(Connection.class), List.of(events));
    }

    @CanIgnoreReturnValue
    private List<PushedEvent> published(PublishRequest... events) {
        return ((PushResult.Published) push(events).join()).events();
    }

    @CanIgnoreReturnValue
    private PushedEvent publishedOne(PublishRequest event) {
        return published(event).get(0);
    }

    private PushResult.Rejected rejected(PublishRequest... events) {
        return (PushResult.Rejected) push(events).join();
    }

    private static List<Outcome> outcomes(List<PushedEvent> events) {
        return events.stream().map(PushedEvent::outcome).toList();
    }

    @Test
    void repeated_key_gets_the_first_result() {
        PushedEvent first = publishedOne(event("kept", 1).key("k"));
        publishedOne(event("kept", 2));
        PushedEvent repeat = publishedOne(event("kept", 1).key("k"));

        assertThat(received).containsExactly("kept 1", "kept 2");
        assertThat(first.isDuplicate()).isFalse();
        assertThat(repeat.isDuplicate()).isTrue();
        assertThat(repeat.published()).isEqualTo(first.published());
        assertThat(repeat.published().position()).isNotNull();
    }

    @Test
    void key_belongs_to_its_topic() {
        published(event("kept", 1).key("k"), event("plain", 2).key("k"));

        assertThat(received).containsExactly("kept 1", "plain 2");
    }

    @Test
    void key_expires_after_its_time() {
        publishedOne(event("plain", 1).key("k"));
        now += Duration.ofMinutes(10).toMillis() - 1;
        publishedOne(event("plain", 1).key("k"));
        assertThat(received).hasSize(1);
        now++;
        publishedOne(event("plain", 1).key("k"));
        assertThat(received).hasSize(2);
    }

    @Test
    void key_of_another_event_rejects_the_whole_push() {
        publishedOne(event("plain", 1).key("k"));

        PushResult.Rejected rejection = rejected(
                event("plain", 3).key("new").version(9), event("plain", 2).key("k"));

        assertThat(rejection.kind()).isEqualTo(PushResult.Kind.KEY_REUSED);
        assertThat(rejection.acknowledgement()).isEqualTo("error key was used for another event");
        assertThat(rejected(event("plain", 1).key("k").version(1)).kind()).isEqualTo(PushResult.Kind.KEY_REUSED);
        assertThat(received).containsExactly("plain 1");
        publishedOne(event("plain", 4).key("new").version(0));
        assertThat(received).as("nothing stays reserved").containsExactly("plain 1", "plain 4");
    }

    @Test
    void equal_or_older_version_is_superseded() {
        assertThat(outcomes(published(
                        event("plain", 1).version(0),
                        event("plain", 2).version(5),
                        event("plain", 3).version(5),
                        event("plain", 4).version(4),
                        event("plain", 5),
                        event("kept", 6).version(1),
                        event("plain", 7).version(PublishRequest.MAX_VERSION))))
                .containsExactly(
                        Outcome.PUBLISHED,
                        Outcome.PUBLISHED,
                        Outcome.SUPERSEDED,
                        Outcome.SUPERSEDED,
                        Outcome.PUBLISHED,
                        Outcome.PUBLISHED,
                        Outcome.PUBLISHED);
        assertThat(received).containsExactly("plain 1", "plain 2", "plain 5", "kept 6", "plain 7");
    }

    @Test
    void superseded_event_with_a_key_stays_superseded() {
        publishedOne(event("plain", 2).version(2));
        publishedOne(event("plain", 1).version(1).key("k"));
        now += Duration.ofMinutes(5).toMillis();
        PushedEvent repeat = publishedOne(event("plain", 1).version(1).key("k"));

        assertThat(repeat.outcome()).isEqualTo(Outcome.SUPERSEDED);
        assertThat(repeat.isDuplicate()).isTrue();
    }

    @Test
    void version_is_kept_like_history_or_an_hour() {
        published(event("kept", 2).version(2), event("plain", 2).version(2));
        now += 4_999;
        assertThat(outcomes(
                        published(event("kept", 1).version(1), event("plain", 1).version(1))))
                .containsOnly(Outcome.SUPERSEDED);
        now++;
        assertThat(outcomes(
                        published(event("kept", 1).version(1), event("plain", 1).version(1))))
                .containsExactly(Outcome.PUBLISHED, Outcome.SUPERSEDED);
        now += Duration.ofHours(1).toMillis() - 5_000;
        assertThat(publishedOne(event("plain", 1).version(1)).outcome()).isEqualTo(Outcome.PUBLISHED);
    }

    @Test
    void newer_version_extends_the_time() {
        publishedOne(event("kept", 1).version(1));
        now += 3_000;
        publishedOne(event("kept", 2).version(2));
        now += 4_999;
        assertThat(publishedOne(event("kept", 1).version(1)).outcome()).isEqualTo(Outcome.SUPERSEDED);
    }

    @Test
    void full_memory_rejects_new_keys_until_one_expires() {
        conditions.limits(Duration.ofSeconds(10), 1500, 1 << 20);
        published(event("plain", 1).key("a"), event("plain", 2).key("b"));
        now += 4_000;

        PushResult.Rejected full = rejected(event("plain", 3), event("plain", 4).key("c"));

        assertThat(full.kind()).isEqualTo(PushResult.Kind.UNAVAILABLE);
        assertThat(full.retryAfterSeconds()).isEqualTo(6);
        assertThat(full.acknowledgement()).isEqualTo("error no room for another key");
        assertThat(publishedOne(event("plain", 1).key("a")).isDuplicate()).isTrue();
        now += 6_000;
        publishedOne(event("plain", 4).key("c"));
        assertThat(received).containsExactly("plain 1", "plain 2", "plain 4");
    }

    @Test
    void full_memory_rejects_versions_of_further_topics() {
        conditions.limits(Duration.ofSeconds(10), 1 << 20, 600);
        published(event("kept", 1).version(1), event("kept.2", 1).version(1));
        now += 1_000;

        PushResult.Rejected full = rejected(event("plain", 1).version(1).key("k"));

        assertThat(full.kind()).isEqualTo(PushResult.Kind.UNAVAILABLE);
        assertThat(full.retryAfterSeconds()).isEqualTo(4);
        assertThat(outcomes(published(event("kept", 2).version(2), event("plain", 2))))
                .containsOnly(Outcome.PUBLISHED);
        now += 4_000;
        assertThat(publishedOne(event("plain", 1).version(1).key("k")).outcome())
                .isEqualTo(Outcome.PUBLISHED);
    }

    @Test
    void repeat_of_an_array_publishes_only_what_failed() {
        PublishRequest[] events = {
            event("kept", 1).key("1"),
            event("kept", 2).key("2").version(2),
            event("kept", 3).key("3")
        };
        refused.add("2");
        PushResult.Published first = (PushResult.Published) push(events).join();
        assertThat(outcomes(first.events())).containsExactly(Outcome.PUBLISHED, Outcome.FAILED, Outcome.PUBLISHED);
        assertThat(first.acknowledgement()).isEqualTo("error 1 of 3 events not stored");

        refused.clear();
        PushResult.Published second = (PushResult.Published) push(events).join();

        assertThat(outcomes(second.events())).containsOnly(Outcome.PUBLISHED);
        assertThat(second.events().stream().map(PushedEvent::isDuplicate)).containsExactly(true, false, true);
        assertThat(received).containsExactly("kept 1", "kept 3", "kept 2");
    }

    @Test
    void repeat_waits_for_the_first_event() {
        hold = true;
        CompletableFuture<PushResult> first = push(event("kept", 1).key("k"));
        CompletableFuture<PushResult> repeat = push(event("kept", 1).key("k"), event("plain", 2));
        assertThat(first).isNotDone();
        assertThat(repeat).isNotDone();
        assertThat(received).containsExactly("plain 2");

        held.remove(0).run();

        assertThat(((PushResult.Published) first.join()).events().get(0).isDuplicate())
                .isFalse();
        assertThat(((PushResult.Published) repeat.join()).events().get(0).isDuplicate())
                .isTrue();
        assertThat(received).containsExactly("plain 2", "kept 1");
    }

    @Test
    void versions_of_a_topic_are_published_one_after_another() {
        hold = true;
        CompletableFuture<PushResult> two = push(event("kept", 2).version(2));
        CompletableFuture<PushResult> one = push(event("kept", 1).version(1), event("plain", 7));
        CompletableFuture<PushResult> three = push(event("kept", 3).version(3));
        assertThat(held).hasSize(1);
        assertThat(received).as("later events of a push wait").isEmpty();

        held.remove(0).run();
        assertThat(two).isDone();
        assertThat(outcomes(((PushResult.Published) one.join()).events()))
                .containsExactly(Outcome.SUPERSEDED, Outcome.PUBLISHED);
        held.remove(0).run();
        assertThat(three).isDone();
        assertThat(received).containsExactly("kept 2", "plain 7", "kept 3");
    }

    @Test
    void concurrent_publishers_never_deliver_an_older_version_later() throws Exception {
        List<Integer> versions = new ArrayList<>();
        topics.topic("raced").subscribe(Subscriber.of("r", Runnable::run, (topic, event) -> {
            synchronized (versions) {
                versions.add(event.as(Integer.class));
            }
        }));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch together = new CountDownLatch(4);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            all.add(threads.submit(() -> {
                together.countDown();
                together.await();
                IntStream.range(0, 1000)
                        .forEach(i -> publishedOne(event("raced", i).version(i)));
                return null;
            }));
        }
        for (Future<?> one : all) {
            one.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(versions).isSorted().doesNotHaveDuplicates().endsWith(999);
    }
}
