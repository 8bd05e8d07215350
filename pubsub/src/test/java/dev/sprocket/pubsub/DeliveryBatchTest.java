package dev.sprocket.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Events of several topics in one loop iteration. All subscribers share a connection and prefix their output. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DeliveryBatchTest {
    private final Wire wire = new Wire();
    private final Topics topics = new Topics();
    private final AtomicInteger encodings = new AtomicInteger();

    @CanIgnoreReturnValue
    private Subscriber subscriber(String name, Topic... to) {
        Subscriber subscriber = Subscriber.of(name, wire.conn(), (published, alloc) -> {
            encodings.incrementAndGet();
            String text = name + ":" + published.topic() + published.event().json() + " ";
            return Message.text(alloc.directBuffer().writeBytes(text.getBytes(UTF_8)));
        });
        for (Topic topic : to) {
            topic.subscribe(subscriber);
        }
        wire.writes();
        return subscriber;
    }

    @AfterEach
    void close() {
        wire.close();
    }

    @Test
    void events_of_several_topics_share_a_buffer_in_order() {
        Topic a = topics.topic("a");
        Topic b = topics.topic("b");
        subscriber("both", a, b);
        subscriber("one", b);
        subscriber("other", a);
        a.broadcast(Event.of(1));
        b.broadcast(Event.of(2));
        b.broadcast(Event.of(3));
        a.broadcast(Event.of(4));
        assertThat(wire.writes())
                .containsExactlyInAnyOrder("both:a1 both:b2 both:b3 both:a4 ", "one:b2 one:b3 ", "other:a1 other:a4 ");
    }

    @Test
    void events_for_some_subscribers_join_the_buffers_of_others() {
        Topic a = topics.topic("a");
        subscriber("x", a);
        subscriber("y", a);
        a.broadcast(Event.of(1), Audience.except("x"));
        a.broadcast(Event.of(2));
        a.broadcast(Event.of(3), Audience.except("y"));
        assertThat(wire.writes()).containsExactlyInAnyOrder("x:a2 x:a3 ", "y:a1 y:a2 ");
    }

    @Test
    void unsubscribe_stops_one_topic_within_a_batch() {
        Topic a = topics.topic("a");
        Topic b = topics.topic("b");
        Subscriber x = subscriber("x", a, b);
        a.broadcast(Event.of(1));
        b.broadcast(Event.of(2));
        a.unsubscribe(x);
        b.broadcast(Event.of(3));
        assertThat(String.join("", wire.writes())).isEqualTo("x:b2 x:b3 ");
    }

    @Test
    void function_subscriber_receives_several_topics_in_order() {
        Topic a = topics.topic("a");
        Topic b = topics.topic("b");
        List<String> received = new ArrayList<>();
        Subscriber function = Subscriber.of(
                "function", wire.channel.eventLoop(), (topic, event) -> received.add(topic + event.json()));
        a.subscribe(function);
        b.subscribe(function);
        wire.writes();
        a.broadcast(Event.of(1));
        b.broadcast(Event.of(2));
        a.broadcast(Event.of(3));
        wire.writes();
        assertThat(received).containsExactly("a1", "b2", "a3");
    }

    @Test
    void event_is_encoded_once_for_all_combinations() {
        Topic a = topics.topic("a");
        Topic b = topics.topic("b");
        Subscriber first = subscriber("x", a, b);
        encodings.set(0);
        a.broadcast(Event.of(1));
        b.broadcast(Event.of(2));
        assertThat(wire.writes()).hasSize(1);
        assertThat(encodings).hasValue(2);
        assertThat(first.size()).isEqualTo(2);
    }

    /** More topics than a batch has parts, and more combinations than joined buffers. */
    @Test
    void many_topics_and_combinations_keep_content_and_order() {
        Random random = new Random(1);
        List<Topic> all = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            all.add(topics.topic("t" + i + "="));
        }
        Map<String, List<Topic>> subscriptions = new HashMap<>();
        for (int i = 0; i < 80; i++) {
            List<Topic> subscribed =
                    all.stream().filter(topic -> random.nextInt(4) == 0).toList();
            subscriptions.put("s" + i, subscribed);
            subscriber("s" + i, subscribed.toArray(Topic[]::new));
        }
        Map<String, StringBuilder> expected = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            Topic topic = all.get(random.nextInt(all.size()));
            topic.broadcast(Event.of(i));
            for (Map.Entry<String, List<Topic>> entry : subscriptions.entrySet()) {
                if (entry.getValue().contains(topic)) {
                    expected.computeIfAbsent(entry.getKey(), name -> new StringBuilder())
                            .append(entry.getKey() + ":" + topic + i + " ");
                }
            }
        }
        Map<String, StringBuilder> seen = new HashMap<>();
        for (String write : wire.writes()) {
            seen.computeIfAbsent(write.substring(0, write.indexOf(':')), name -> new StringBuilder())
                    .append(write);
        }
        assertThat(seen.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, text) -> assertThat(seen.get(name)).hasToString(text.toString()));
    }

    @CanIgnoreReturnValue
    private Subscriber subscriberFailingOnOne(Topic... to) {
        Subscriber subscriber = Subscriber.of("partial", wire.conn(), (published, alloc) -> {
            if (published.event().json().equals("1")) {
                throw new IllegalArgumentException("1 (expected: anything else)");
            }
            return Message.text("partial:" + published.event().json() + " ");
        });
        for (Topic topic : to) {
            topic.subscribe(subscriber);
        }
        wire.writes();
        return subscriber;
    }

    @Test
    void event_that_one_format_cannot_encode_reaches_other_formats() {
        Topic a = topics.topic("a");
        Topic b = topics.topic("b");
        subscriberFailingOnOne(a, b);
        subscriber("x", a, b);
        a.broadcast(Event.of(1));
        assertThat(wire.writes()).containsExactly("x:a1 ");
        a.broadcast(Event.of(1));
        a.broadcast(Event.of(2));
        assertThat(wire.writes()).containsExactly("partial:2 ", "x:a1 x:a2 ");
        a.broadcast(Event.of(1));
        b.broadcast(Event.of(3));
        assertThat(wire.writes()).containsExactly("partial:3 ", "x:a1 x:b3 ");
        assertThat(topics.pendingBytes()).isZero();
    }
}
