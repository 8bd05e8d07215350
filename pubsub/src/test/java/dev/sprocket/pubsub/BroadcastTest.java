package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Encoding and number of buffers of broadcasts. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class BroadcastTest {
    private final Topics topics = new Topics();
    private final Topic news = topics.topic("news");
    private final Topic sport = topics.topic("sport");
    private final List<Wire> wires = new ArrayList<>();

    private static EventFormat counting(AtomicInteger count, String label) {
        return (published, alloc) -> {
            count.incrementAndGet();
            String text = label + published.topic() + published.event().json() + ";";
            return Message.text(alloc.directBuffer().writeBytes(text.getBytes(StandardCharsets.UTF_8)));
        };
    }

    private final AtomicInteger encoded = new AtomicInteger();
    private final EventFormat format = counting(encoded, "");

    private Wire wire() {
        Wire wire = new Wire();
        wires.add(wire);
        return wire;
    }

    @CanIgnoreReturnValue
    private Wire subscribed(EventFormat format, Topic... to) {
        Wire wire = wire();
        Subscriber subscriber = Subscriber.of("s" + wires.size(), wire.conn(), format);
        for (Topic topic : to) {
            topic.subscribe(subscriber);
        }
        return wire;
    }

    @AfterEach
    void disconnect() {
        wires.forEach(Wire::close);
    }

    @Test
    void event_is_encoded_once_for_a_hundred_subscribers() {
        for (int i = 0; i < 100; i++) {
            subscribed(format, news);
        }

        assertThat(news.broadcast(Event.of(1))).isEqualTo(100);

        assertThat(wires).allSatisfy(wire -> assertThat(wire.writes()).containsExactly("news1;"));
        assertThat(encoded).hasValue(1);
    }

    @Test
    void event_is_encoded_once_per_format() {
        AtomicInteger otherEncodings = new AtomicInteger();
        EventFormat other = counting(otherEncodings, "other ");
        for (int i = 0; i < 20; i++) {
            subscribed(i % 2 == 0 ? format : other, news);
        }

        news.broadcast(Event.of(1));

        for (int i = 0; i < 20; i++) {
            assertThat(wires.get(i).writes()).containsExactly(i % 2 == 0 ? "news1;" : "other news1;");
        }
        assertThat(encoded).hasValue(1);
        assertThat(otherEncodings).hasValue(1);
    }

    @Test
    void event_without_subscribers_is_not_encoded() {
        Wire left = wire();
        Subscriber subscriber = Subscriber.of("s", left.conn(), format);
        news.subscribe(subscriber);
        news.unsubscribe(subscriber);

        news.broadcast(Event.of(1));

        assertThat(left.writes()).isEmpty();
        assertThat(encoded).hasValue(0);
    }

    @Test
    void consecutive_events_of_one_topic_share_a_buffer() {
        Wire wire = subscribed(format, news);

        for (int i = 0; i < 10; i++) {
            news.broadcast(Event.of(i));
        }

        assertThat(wire.writes()).containsExactly("news0;news1;news2;news3;news4;news5;news6;news7;news8;news9;");
        assertThat(encoded).hasValue(10);
    }

    @Test
    void events_of_several_topics_keep_their_order() {
        Wire wire = subscribed(format, news, sport);

        news.broadcast(Event.of(1));
        news.broadcast(Event.of(2));
        sport.broadcast(Event.of(3));
        news.broadcast(Event.of(4));

        assertThat(wire.writes()).containsExactly("news1;news2;sport3;news4;");
    }

    @Test
    void events_for_other_audiences_are_omitted() {
        Wire one = subscribed(format, news);
        Wire two = subscribed(format, news);

        news.broadcast(Event.of(1));
        news.broadcast(Event.of(2), Audience.except("s1"));
        news.broadcast(Event.of(3));

        assertThat(one.writes()).containsExactly("news1;news3;");
        assertThat(two.writes()).containsExactly("news1;news2;news3;");
    }

    @Test
    void buffer_ends_at_a_subscription_change() {
        Wire first = subscribed(format, news);
        news.broadcast(Event.of(1));
        Subscriber late = Subscriber.of("late", first.conn(), format);
        news.subscribe(late);
        news.broadcast(Event.of(2));

        assertThat(first.writes()).containsExactly("news1;", "news2;", "news2;");
    }

    @Test
    void large_events_are_split_into_several_buffers() {
        Wire wire = subscribed(format, news);
        for (int i = 0; i < 5; i++) {
            news.broadcast(Event.of("x".repeat(30_000)));
        }

        assertThat(wire.writes()).extracting(String::length).containsExactly(60_014, 60_014, 30_007);
    }

    @Test
    void many_events_are_split_without_loss() {
        Wire wire = subscribed(format, news);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            news.broadcast(Event.of(i));
            expected.append("news").append(i).append(';');
        }

        List<String> writes = wire.writes();

        assertThat(String.join("", writes)).isEqualTo(expected.toString());
        assertThat(writes).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void closed_connection_does_not_affect_others() {
        Wire gone = subscribed(format, news);
        Wire there = subscribed(format, news);
        gone.channel.close();

        news.broadcast(Event.of(1));

        assertThat(gone.writes()).isEmpty();
        assertThat(there.writes()).containsExactly("news1;");
    }

    @Test
    void JSON_text_is_delivered_unchanged() {
        String json = "{ \"a\" : 1.50e1, \"b\":[ ],\t\"a\":\"\\u00e9é\" }";
        Wire wire = subscribed(EventFormat.JSON, news);

        news.broadcast(Event.raw(json.getBytes(StandardCharsets.UTF_8)));

        assertThat(wire.writes()).containsExactly(json);
    }

    @Test
    void format_failure_does_not_affect_later_events() {
        AtomicInteger count = new AtomicInteger();
        Wire wire = subscribed(
                (published, alloc) -> {
                    if (count.getAndIncrement() == 0) {
                        throw new IllegalStateException("on purpose");
                    }
                    return format.encode(published, alloc);
                },
                news);
        news.broadcast(Event.of(1));
        assertThat(wire.sent()).isEmpty();

        wire.conn().send("own");
        assertThat(wire.sent()).isEqualTo("own");
        news.broadcast(Event.of(2));
        assertThat(wire.sent()).isEqualTo("news2;");
    }
}
