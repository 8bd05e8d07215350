package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.pubsub.internal.metrics.HotTopics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class HotTopicsTest {
    private final AtomicLong clock = new AtomicLong();
    private final HotTopics hot = new HotTopics(clock::get);

    private void add(String topic, int times) {
        for (int i = 0; i < times; i++) {
            hot.add(topic);
        }
    }

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void hottest_topics_come_first() {
        add("warm", 20);
        add("hot", 50);
        add("cold", 1);
        assertThat(hot.hottest(2).keySet()).containsExactly("hot", "warm");
        assertThat(hot.hottest(10).keySet()).containsExactly("hot", "warm", "cold");
    }

    @Test
    void hot_topic_is_found_among_many_rare_ones() {
        for (int i = 0; i < 20_000; i++) {
            hot.add("rare-" + i);
            if (i % 10 == 0) {
                hot.add("hot");
            }
        }
        assertThat(hot.hottest(1).keySet()).containsExactly("hot");
        assertThat(hot.hottest(HotTopics.CAPACITY)).hasSize(HotTopics.CAPACITY);
    }

    @Test
    void rate_is_that_of_a_steady_publisher() {
        for (int second = 0; second < 600; second++) {
            add("steady", 10);
            pass(Duration.ofSeconds(1));
        }
        Map<String, Double> rates = hot.hottest(1);
        assertThat(rates.get("steady")).isCloseTo(10 * 64, Offset.offset(10.0));
    }

    @Test
    void topic_of_yesterday_is_forgotten() {
        add("yesterday", 100_000);
        pass(Duration.ofDays(1));
        add("today", 1);
        assertThat(hot.hottest(10).keySet()).containsExactly("today");
    }

    @Test
    void number_of_topics_is_checked() {
        assertThatThrownBy(() -> hot.hottest(0)).hasMessage("hot topics: 0 (expected: 1-1024)");
        assertThatThrownBy(() -> hot.hottest(1025)).hasMessage("hot topics: 1025 (expected: 1-1024)");
    }

    @Test
    void published_topics_are_sampled() {
        Topics topics = new Topics();
        for (int i = 0; i < 64 * 200; i++) {
            topics.topic("busy").broadcast(Event.of(i));
        }
        assertThat(topics.hottest(5)).containsOnlyKeys("busy");
    }
}
