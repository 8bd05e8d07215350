package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PublisherTest {
    private final Topics topics = new Topics();
    private final List<String> heard = new ArrayList<>();
    private final ManualExecutor executor = new ManualExecutor();
    private final Publisher publisher = new Publisher(topics, Optional.of("category"));
    private final Wire wire = new Wire();

    @BeforeEach
    void subscribe() {
        Subscriber all = Subscriber.of("s", executor, (topic, event) -> heard.add(topic + " " + event.json()));
        topics.topic("a").subscribe(all);
        topics.topic("b").subscribe(all);
    }

    @AfterEach
    void disconnect() {
        wire.close();
    }

    private void push(String json) {
        publisher.onMessage(wire.conn(), Message.text(json));
        executor.run();
    }

    @Test
    void pushes_are_published_and_counted() {
        push("{\"topic\":\"a\",\"event\":1}");
        push("[{\"topic\":\"a\",\"event\":2},{\"category\":\"b\"}]");

        assertThat(heard).containsExactly("a 1", "a 2", "b {\"category\":\"b\"}");
        assertThat(publisher.published()).isEqualTo(3);
        assertThat(publisher.refused()).isZero();
    }

    @Test
    void a_push_to_a_topic_without_subscribers_counts_too() {
        push("{\"topic\":\"nobody\",\"event\":1}");

        assertThat(publisher.published()).isEqualTo(1);
        assertThat(topics.all()).hasSize(2);
    }

    @Test
    void a_bad_message_is_counted_and_does_not_disturb_the_next() {
        for (String bad : List.of("", "x", "{}", "{\"topic\":\"\",\"event\":1}", "[".repeat(100), "7")) {
            push(bad);
        }
        push("{\"topic\":\"a\",\"event\":1}");

        assertThat(heard).containsExactly("a 1");
        assertThat(publisher.refused()).isEqualTo(6);
        assertThat(publisher.published()).isEqualTo(1);
        assertThat(wire.conn().isOpen()).isTrue();
    }

    @Test
    void a_batch_with_one_bad_item_publishes_nothing() {
        push("[{\"topic\":\"a\",\"event\":1},{\"topic\":\"a\"}]");

        assertThat(heard).isEmpty();
        assertThat(publisher.refused()).isEqualTo(1);
        assertThat(publisher.published()).isZero();
    }

    @Test
    void without_an_agreed_member_only_envelopes_count() {
        Publisher strict = new Publisher(topics);

        strict.onMessage(wire.conn(), Message.text("{\"category\":\"a\"}"));

        assertThat(strict.refused()).isEqualTo(1);
        assertThat(strict.published()).isZero();
    }
}
