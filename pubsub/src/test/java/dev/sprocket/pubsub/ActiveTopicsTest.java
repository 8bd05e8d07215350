package dev.sprocket.pubsub;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.pubsub.internal.delivery.LogOutage;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Locks of publishes and subscriptions. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(20)
final class ActiveTopicsTest {
    private final ActiveTopics active = new ActiveTopics(id -> TopicSettings.DEFAULT, new MemoryLog(), new LogOutage());
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Topic cats = topic(MatchPolicy.EXACT, "news.cats");
    private final Topic dogs = topic(MatchPolicy.EXACT, "news.dogs");

    private Topic topic(MatchPolicy match, String id) {
        return new Topic(active.origin(), id, match);
    }

    @CanIgnoreReturnValue
    private static Subscriber subscriber() {
        return Subscriber.of("s", Runnable::run, (topic, event) -> {});
    }

    @BeforeEach
    void subscribe() {
        cats.subscribe(subscriber());
        dogs.subscribe(subscriber());
    }

    @AfterEach
    void stop() {
        thread.shutdownNow();
    }

    private TopicState state(Topic topic) {
        return Objects.requireNonNull(active.find(topic));
    }

    private Future<Integer> publish(Topic topic) {
        return thread.submit(() -> topic.broadcast(Event.of(1)));
    }

    @Test
    void publish_does_not_wait_for_unrelated_topics() throws Exception {
        topic(MatchPolicy.PREFIX, "blog.").subscribe(subscriber());
        state(cats).lock.lock();

        assertThat(publish(dogs).get(20, SECONDS)).isEqualTo(1);

        state(cats).lock.unlock();
    }

    @Test
    void publish_waits_for_all_matching_patterns() throws Exception {
        Topic prefix = topic(MatchPolicy.PREFIX, "news.");
        Topic wildcard = topic(MatchPolicy.WILDCARD, "news.");
        prefix.subscribe(subscriber());
        wildcard.subscribe(subscriber());
        for (Topic one : new Topic[] {dogs, prefix, wildcard}) {
            state(one).lock.lock();
            Future<Integer> published = publish(dogs);

            assertThatThrownBy(() -> published.get(50, MILLISECONDS)).isInstanceOf(TimeoutException.class);

            state(one).lock.unlock();
            assertThat(published.get(20, SECONDS)).isEqualTo(3);
        }
    }

    @Test
    void subscription_gets_a_new_state_after_the_last_one() {
        Subscriber only = subscriber();
        Topic birds = topic(MatchPolicy.EXACT, "news.birds");
        birds.subscribe(only);
        TopicState before = state(birds);

        birds.unsubscribe(only);

        assertThat(active.find(birds)).isNull();
        birds.subscribe(only);
        assertThat(state(birds)).isNotSameAs(before);
        assertThat(birds.size()).isEqualTo(1);
    }

    @Test
    void listeners_are_called_without_locks() {
        Topics own = new Topics();
        Topic other = own.topic("other");
        own.addListener(Runnable::run, new TopicListener() {
            @Override
            public void onActive(Topic topic) {
                if (topic.id().equals("t")) {
                    Future<Integer> published = thread.submit(() -> topic.broadcast(Event.of(1)));
                    try {
                        other.subscribe(
                                Subscriber.of("n" + published.get(20, SECONDS), Runnable::run, (t, event) -> {}));
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        });

        own.topic("t").subscribe(subscriber());

        assertThat(other.subscribers()).extracting(Subscriber::id).containsExactly("n1");
    }
}
