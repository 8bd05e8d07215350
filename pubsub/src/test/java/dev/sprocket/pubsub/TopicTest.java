package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.pubsub.internal.delivery.LoopDeliveryQueues;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TopicTest {
    private final Topics topics = new Topics();
    private final Topic news = topics.topic("news");
    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> received = new ArrayList<>();
    private final Subscriber ada = listener("ada");
    private final Subscriber grace = listener("grace");

    private Subscriber listener(String id) {
        return Subscriber.of(id, executor, (topic, event) -> received.add(id + " " + topic + " " + event.json()));
    }

    @CanIgnoreReturnValue
    private List<String> received() {
        executor.run();
        List<String> all = List.copyOf(received);
        received.clear();
        return all;
    }

    @Test
    void subscribers_receive_published_events() {
        news.subscribe(ada);
        news.subscribe(grace);

        assertThat(news.broadcast(Event.of(1))).isEqualTo(2);

        assertThat(received()).containsExactlyInAnyOrder("ada news 1", "grace news 1");
    }

    @Test
    void event_without_subscribers_is_discarded() {
        assertThat(news.broadcast(Event.of(1))).isZero();
        assertThat(executor.count).isZero();
        assertThat(topics.all()).isEmpty();
    }

    @Test
    void second_subscribe_returns_false_and_changes_nothing() {
        assertThat(news.subscribe(ada)).isTrue();
        assertThat(news.subscribe(ada)).isFalse();
        assertThat(topics.topic("news").subscribe(ada)).isFalse();

        assertThat(news.size()).isEqualTo(1);
        news.broadcast(Event.of(1));
        assertThat(received()).containsExactly("ada news 1");
    }

    @Test
    void unsubscribe_without_a_subscription_returns_false() {
        assertThat(news.unsubscribe(ada)).isFalse();
        news.subscribe(grace);
        assertThat(news.unsubscribe(ada)).isFalse();

        assertThat(news.size()).isEqualTo(1);
        assertThat(news.has(grace)).isTrue();
    }

    @Test
    void events_before_subscribe_or_after_unsubscribe_are_not_received() {
        news.subscribe(grace);
        news.broadcast(Event.of("before"));
        news.subscribe(ada);
        news.broadcast(Event.of("during"));
        executor.run();
        assertThat(news.unsubscribe(ada)).isTrue();
        news.broadcast(Event.of("after"));

        assertThat(received().stream().filter(line -> line.startsWith("ada"))).containsExactly("ada news \"during\"");
    }

    @Test
    void size_counts_subscribers_and_all_lists_active_topics() {
        Topic other = topics.topic("other");
        news.subscribe(ada);
        news.subscribe(grace);
        other.subscribe(ada);
        assertThat(news.size()).isEqualTo(2);
        assertThat(topics.all()).containsExactlyInAnyOrder(news, other);

        other.unsubscribe(ada);

        assertThat(other.size()).isZero();
        assertThat(topics.all()).containsExactly(news);
    }

    @Test
    void handle_stays_valid_while_the_topic_is_inactive() {
        Topic handle = topics.topic("news");
        handle.subscribe(ada);
        handle.unsubscribe(ada);
        topics.topic("news").subscribe(grace);

        assertThat(handle.size()).isEqualTo(1);
        assertThat(handle.broadcast(Event.of(2))).isEqualTo(1);
        assertThat(handle.has(grace)).isTrue();
        assertThat(received()).containsExactly("grace news 2");
        assertThat(handle.subscribe(grace)).isFalse();
        assertThat(handle.unsubscribe(grace)).isTrue();
        assertThat(topics.all()).isEmpty();
    }

    @Test
    void handles_of_an_inactive_topic_share_subscribers() {
        Topic first = topics.topic("x");
        Topic second = topics.topic("x");
        first.subscribe(ada);
        second.subscribe(grace);

        assertThat(first.size()).isEqualTo(2);
        assertThat(second.broadcast(Event.of(1))).isEqualTo(2);
        assertThat(received()).hasSize(2);
    }

    @Test
    void handles_are_equal_by_id_within_one_Topics() {
        assertThat(topics.topic("news")).isEqualTo(news).hasSameHashCodeAs(news).hasToString("news");
        assertThat(topics.topic("News")).isNotEqualTo(news);
        assertThat(new Topics().topic("news")).isNotEqualTo(news);
    }

    @Test
    void different_Topics_share_no_subscribers() {
        news.subscribe(ada);

        assertThat(new Topics().topic("news").broadcast(Event.of(1))).isZero();
        assertThat(received()).isEmpty();
    }

    @Test
    void unsubscribeAll_returns_and_removes_all_topics() {
        Topic other = topics.topic("other");
        news.subscribe(ada);
        other.subscribe(ada);
        news.subscribe(grace);
        assertThat(ada.topics()).containsExactly(news, other);
        assertThat(ada.size()).isEqualTo(2);

        assertThat(ada.unsubscribeAll()).containsExactly(news, other);

        assertThat(ada.size()).isZero();
        assertThat(ada.unsubscribeAll()).isEmpty();
        assertThat(topics.all()).containsExactly(news);
        assertThat(news.size()).isEqualTo(1);
    }

    @Test
    void ids_have_1_to_512_characters() {
        assertThat(topics.topic("x".repeat(512)).id()).hasSize(512);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> topics.topic(""))
                .withMessage("topic of 0 characters (expected: 1-512)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> topics.topic("x".repeat(513)))
                .withMessage("topic of 513 characters (expected: 1-512)");
    }

    @Test
    void hundreds_of_subscribers_unsubscribe_in_any_order() {
        List<Subscriber> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(listener("s" + i));
            news.subscribe(all.get(i));
        }
        for (int i = 0; i < 300; i += 3) {
            news.unsubscribe(all.get(i));
        }
        received();
        for (int i = 299; i > 5; i--) {
            news.unsubscribe(all.get(i));
        }

        assertThat(news.broadcast(Event.of(1))).isEqualTo(4);
        assertThat(received()).containsExactlyInAnyOrder("s1 news 1", "s2 news 1", "s4 news 1", "s5 news 1");
    }

    @Test
    void undelivered_event_does_not_reach_an_unsubscribed_subscriber() {
        List<String> late = new ArrayList<>();
        Subscriber slow = Subscriber.of("slow", executor, (topic, event) -> late.add(event.json()));
        news.subscribe(slow);
        news.broadcast(Event.of(1));
        executor.run();
        news.broadcast(Event.of(2));
        news.unsubscribe(slow);
        news.subscribe(slow);
        news.broadcast(Event.of(3));
        executor.run();

        assertThat(late).containsExactly("1", "3");
    }

    @Test
    void subscribers_includes_those_not_yet_processed() {
        Subscriber one = Subscriber.of("one", executor, (topic, event) -> {});
        Subscriber two = Subscriber.of("two", executor, (topic, event) -> {});
        news.subscribe(one);
        executor.run();
        news.subscribe(two);
        news.subscribe(ada);

        assertThat(news.subscribers()).containsExactlyInAnyOrder(one, two, ada);

        news.unsubscribe(one);
        news.unsubscribe(two);

        assertThat(news.subscribers()).containsExactly(ada);
        assertThat(topics.topic("empty").subscribers()).isEmpty();
    }

    @Test
    void find_returns_topics_by_prefix() {
        for (String id : List.of("room/2", "room/1", "rooms", "lobby")) {
            topics.topic(id).subscribe(ada);
        }

        assertThat(topics.find("room/")).extracting(Topic::id).containsExactly("room/1", "room/2");
        assertThat(topics.find("")).hasSize(4);
        assertThat(topics.find("none")).isEmpty();
        assertThat(topics.size()).isEqualTo(4);
    }

    @Test
    void listener_is_notified_until_it_is_removed() {
        List<String> calls = new ArrayList<>();
        TopicListener listener = new TopicListener() {
            @Override
            public void onActive(Topic topic) {
                calls.add("active " + topic);
            }

            @Override
            public void onInactive(Topic topic) {
                calls.add("inactive " + topic);
            }
        };
        topics.addListener(Runnable::run, listener);
        news.subscribe(ada);
        news.subscribe(grace);
        news.unsubscribe(ada);
        news.unsubscribe(grace);
        news.subscribe(ada);
        topics.removeListener(listener);
        news.unsubscribe(ada);

        assertThat(calls).containsExactly("active news", "inactive news", "active news");
    }

    @Test
    void failing_listener_does_not_affect_subscribe() {
        topics.addListener(Runnable::run, new TopicListener() {
            @Override
            public void onActive(Topic topic) {
                throw new IllegalStateException("on purpose");
            }
        });

        assertThat(news.subscribe(ada)).isTrue();
    }

    @Test
    void unused_delivery_queues_are_removed() {
        LoopDeliveryQueues<InFlightEvent> queues = new LoopDeliveryQueues<>(DeliveryBatch::new);
        for (int i = 0; i < 1_000; i++) {
            queues.of(new ManualExecutor());
        }

        assertThat(queues.size()).isLessThanOrEqualTo(64);
    }

    @Test
    void window_is_at_most_a_minute() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TopicSettings.DEFAULT.window(Duration.ofSeconds(61)))
                .withMessage("window: PT1M1S (expected: PT0S-PT1M)");
        assertThatIllegalArgumentException().isThrownBy(() -> TopicSettings.DEFAULT.window(Duration.ofMillis(-1)));
    }

    @Test
    void published_counts_events_while_the_topic_is_active() {
        news.broadcast(Event.of(1));
        assertThat(news.published()).isZero();

        news.subscribe(ada);
        news.broadcast(Event.of(1));
        news.broadcast(Event.of(2));
        assertThat(topics.topic("news").published()).isEqualTo(2);

        news.unsubscribe(ada);
        assertThat(news.published()).isZero();
        news.subscribe(ada);
        assertThat(news.published()).isZero();
        assertThat(topics.published()).isEqualTo(2);
    }

    @Test
    void pending_event_counts_once_for_several_matching_patterns() {
        Topics topics = new Topics();
        ManualExecutor executor = new ManualExecutor();
        Subscriber one = Subscriber.of("one", executor, (topic, event) -> {});
        topics.topic("ab.c").subscribe(one);
        topics.topic("ab.c").broadcast(Event.of(1));
        long once = topics.pendingBytes();
        executor.run();
        assertThat(once).isPositive();
        assertThat(topics.pendingBytes()).isZero();

        topics.pattern(MatchPolicy.PREFIX, "a").subscribe(one);
        topics.pattern(MatchPolicy.PREFIX, "ab").subscribe(one);
        topics.pattern(MatchPolicy.WILDCARD, ".c").subscribe(one);
        topics.topic("ab.c").broadcast(Event.of(1));
        assertThat(topics.pendingBytes()).isEqualTo(once);
        executor.run();
        assertThat(topics.pendingBytes()).isZero();
    }

    @Test
    void matching_returns_the_topic_and_its_patterns() {
        Topics topics = new Topics();
        Subscriber one = Subscriber.of("one", Runnable::run, (topic, event) -> {});
        topics.topic("wamp.a").subscribe(one);
        topics.pattern(MatchPolicy.PREFIX, "w").subscribe(one);
        topics.pattern(MatchPolicy.PREFIX, "wamp.").subscribe(one);

        assertThat(topics.matching("wamp.a")).extracting(Topic::id).containsExactly("wamp.a", "wamp.");
        assertThat(topics.matching("wampum")).extracting(Topic::id).containsExactly("w");
    }
}
