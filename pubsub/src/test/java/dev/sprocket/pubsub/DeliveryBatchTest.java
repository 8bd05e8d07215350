package dev.sprocket.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Events of several topics that leave in one turn; all subscribers are on one connection, told apart by their names. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class DeliveryBatchTest {
    private final Wire wire = new Wire();
    private final Topics topics = new Topics();
    private final AtomicInteger encodings = new AtomicInteger();

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
    void events_of_several_topics_reach_a_subscriber_as_one_buffer_in_their_order() {
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
    void events_that_are_not_for_everybody_leave_with_the_others() {
        Topic a = topics.topic("a");
        subscriber("x", a);
        subscriber("y", a);
        a.broadcast(Event.of(1), Audience.except("x"));
        a.broadcast(Event.of(2));
        a.broadcast(Event.of(3), Audience.except("y"));
        assertThat(wire.writes()).containsExactlyInAnyOrder("x:a2 x:a3 ", "y:a1 y:a2 ");
    }

    @Test
    void who_leaves_in_between_gets_what_was_before_and_nothing_after() {
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
    void an_own_subscriber_hears_of_all_topics_in_their_order() {
        Topic a = topics.topic("a");
        Topic b = topics.topic("b");
        List<String> heard = new ArrayList<>();
        Subscriber own =
                Subscriber.of("own", wire.channel.eventLoop(), (topic, event) -> heard.add(topic + event.json()));
        a.subscribe(own);
        b.subscribe(own);
        wire.writes();
        a.broadcast(Event.of(1));
        b.broadcast(Event.of(2));
        a.broadcast(Event.of(3));
        wire.writes();
        assertThat(heard).containsExactly("a1", "b2", "a3");
    }

    @Test
    void an_event_is_encoded_once_however_many_choices_there_are() {
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

    /** More topics than a batch has parts, and more choices of them than get a buffer of their own. */
    @Test
    void however_many_topics_and_choices_there_are_each_gets_its_own_in_order() {
        Random random = new Random(1);
        List<Topic> all = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            all.add(topics.topic("t" + i + "="));
        }
        Map<String, List<Topic>> chosen = new HashMap<>();
        for (int i = 0; i < 80; i++) {
            List<Topic> mine =
                    all.stream().filter(topic -> random.nextInt(4) == 0).toList();
            chosen.put("s" + i, mine);
            subscriber("s" + i, mine.toArray(Topic[]::new));
        }
        Map<String, StringBuilder> expected = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            Topic topic = all.get(random.nextInt(all.size()));
            topic.broadcast(Event.of(i));
            for (Map.Entry<String, List<Topic>> entry : chosen.entrySet()) {
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

    private Subscriber picky(Topic... to) {
        Subscriber subscriber = Subscriber.of("picky", wire.conn(), (published, alloc) -> {
            if (published.event().json().equals("1")) {
                throw new IllegalArgumentException("1 (expected: anything else)");
            }
            return Message.text("picky:" + published.event().json() + " ");
        });
        for (Topic topic : to) {
            topic.subscribe(subscriber);
        }
        wire.writes();
        return subscriber;
    }

    @Test
    void an_event_that_a_format_has_no_words_for_is_lost_to_its_readers_alone() {
        Topic a = topics.topic("a");
        Topic b = topics.topic("b");
        picky(a, b);
        subscriber("x", a, b);
        a.broadcast(Event.of(1));
        assertThat(wire.writes()).containsExactly("x:a1 ");
        a.broadcast(Event.of(1));
        a.broadcast(Event.of(2));
        assertThat(wire.writes()).containsExactly("picky:2 ", "x:a1 x:a2 ");
        a.broadcast(Event.of(1));
        b.broadcast(Event.of(3));
        assertThat(wire.writes()).containsExactly("picky:3 ", "x:a1 x:b3 ");
        assertThat(topics.pendingBytes()).isZero();
    }
}
