package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Log that confirms later that it follows a topic, as an engine does. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LateFollowTest {
    private final List<CompletableFuture<Position>> follows = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final MemoryLog memory = new MemoryLog();
    private final EventLog late = (EventLog) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {EventLog.class}, (self, method, args) -> {
                if (method.getName().matches("follow|unfollow|listen|ignore")) {
                    calls.add(method.getName());
                }
                if (method.getName().equals("listen") || method.getName().equals("follow")) {
                    CompletableFuture<Position> pending = new CompletableFuture<>();
                    follows.add(pending);
                    return pending;
                }
                return method.getName().matches("ignore|relay|publication")
                        ? (method.getName().equals("publication") ? (Object) 0L : null)
                        : method.invoke(memory, args);
            });
    private final Topics topics = new Topics(
            id -> id.startsWith("log") ? TopicSettings.DEFAULT.history(10, Duration.ofHours(1)) : TopicSettings.DEFAULT,
            late);
    private final List<String> received = new ArrayList<>();
    private final Subscriber subscriber =
            Subscriber.of("s", Runnable::run, (name, event) -> received.add(event.json()));

    private Position top(String topic) {
        return memory.follow(topic).toCompletableFuture().join();
    }

    private void confirmAll(Position top) {
        for (int i = 0; i < follows.size(); i++) {
            follows.get(i).complete(top);
        }
    }

    @Test
    void subscription_is_complete_when_the_log_has_confirmed() {
        Topic topic = topics.topic("log");
        topic.broadcast(Event.of(1));
        CompletableFuture<Subscribed> subscribed =
                topic.subscribe(subscriber, null, Gap.Action.NONE).toCompletableFuture();
        assertThat(subscribed).isNotDone();
        assertThat(topic.has(subscriber)).isFalse();
        Position top = top("log");
        follows.get(0).complete(top);
        assertThat(subscribed).isCompletedWithValue(new Subscribed(top, top, 0, null));
        topic.broadcast(Event.of(2));
        confirmAll(top);
        assertThat(received).containsExactly("2");
        assertThat(calls).containsExactly("follow", "follow", "unfollow");
    }

    @Test
    void event_between_confirmation_and_subscription_is_delivered() {
        Topic topic = topics.topic("log");
        CompletableFuture<Subscribed> subscribed =
                topic.subscribe(subscriber, null, Gap.Action.NONE).toCompletableFuture();
        Position top = top("log");
        topic.broadcast(Event.of(1));
        follows.get(0).complete(top);
        assertThat(subscribed).isDone();
        confirmAll(top("log"));
        topic.broadcast(Event.of(2));
        assertThat(received).containsExactly("1", "2");
    }

    @Test
    void missed_events_are_delivered_once_the_log_has_confirmed() {
        Topic topic = topics.topic("log");
        Position before = top("log");
        topic.broadcast(Event.of(1));
        topic.broadcast(Event.of(2));
        CompletableFuture<Subscribed> subscribed =
                topic.subscribe(subscriber, before).toCompletableFuture();
        assertThat(subscribed).isNotDone();
        follows.get(0).complete(top("log"));
        assertThat(subscribed.join().recovered()).isEqualTo(2);
        confirmAll(top("log"));
        topic.broadcast(Event.of(3));
        assertThat(received).containsExactly("1", "2", "3");
    }

    @Test
    void refused_follow_refuses_the_subscription() {
        Topic topic = topics.topic("log");
        CompletableFuture<Subscribed> subscribed =
                topic.subscribe(subscriber, null, Gap.Action.NONE).toCompletableFuture();
        follows.get(0).completeExceptionally(new EventLog.UnavailableException("away"));
        assertThat(subscribed).isCompletedExceptionally();
        assertThat(topic.has(subscriber)).isFalse();
        assertThat(calls).containsExactly("follow", "unfollow");
    }

    @Test
    void topic_without_log_is_subscribed_without_other_servers() {
        Topic topic = topics.topic("plain");
        CompletableFuture<Subscribed> subscribed =
                topic.subscribe(subscriber, null, Gap.Action.NONE).toCompletableFuture();
        assertThat(subscribed).isNotDone();
        follows.get(0).completeExceptionally(new EventLog.UnavailableException("away"));
        assertThat(subscribed).isCompletedWithValue(new Subscribed(null, null, 0, null));
        topic.broadcast(Event.of(1));
        assertThat(received).containsExactly("1");
    }

    @Test
    void unsubscribe_cancels_a_subscription_that_waits() {
        Topic topic = topics.topic("log");
        CompletableFuture<Subscribed> subscribed =
                topic.subscribe(subscriber, null, Gap.Action.NONE).toCompletableFuture();
        assertThat(topic.unsubscribe(subscriber)).isTrue();
        assertThat(subscribed).isCompletedExceptionally();
        follows.get(0).complete(top("log"));
        assertThat(topic.has(subscriber)).isFalse();
        assertThat(calls).containsExactly("follow", "unfollow");
    }
}
