package dev.sprocket.pubsub.push;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.filter.IpFilter;
import dev.sprocket.pubsub.ManualExecutor;
import dev.sprocket.pubsub.PublishRequest;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.Wire;
import dev.sprocket.pubsub.access.AccessControl;
import dev.sprocket.pubsub.access.AccessDecision;
import dev.sprocket.pubsub.internal.push.PushQueue;
import dev.sprocket.pubsub.internal.push.PushResults;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PublisherTest {
    private final Topics topics = new Topics();
    private final List<String> received = new ArrayList<>();
    private final ManualExecutor executor = new ManualExecutor();
    private final Publisher publisher = new Publisher(topics).topicField("category");
    private final Wire wire = new Wire();

    @BeforeEach
    void subscribe() {
        Subscriber all = Subscriber.of("s", executor, (topic, event) -> received.add(topic + " " + event.json()));
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

        assertThat(received).containsExactly("a 1", "a 2", "b {\"category\":\"b\"}");
        assertThat(publisher.published()).isEqualTo(3);
        assertThat(publisher.rejected()).isZero();
    }

    @Test
    void push_to_a_topic_without_subscribers_is_counted() {
        push("{\"topic\":\"nobody\",\"event\":1}");

        assertThat(publisher.published()).isEqualTo(1);
        assertThat(topics.all()).hasSize(2);
    }

    @Test
    void invalid_message_is_counted_and_the_next_is_published() {
        for (String bad : List.of("", "x", "{}", "{\"topic\":\"\",\"event\":1}", "[".repeat(100), "7")) {
            push(bad);
        }
        push("{\"topic\":\"a\",\"event\":1}");

        assertThat(received).containsExactly("a 1");
        assertThat(publisher.rejected()).isEqualTo(6);
        assertThat(publisher.published()).isEqualTo(1);
        assertThat(wire.conn().isOpen()).isTrue();
    }

    @Test
    void push_to_a_reserved_topic_is_rejected() {
        for (String topic : List.of("wamp", "wamp.session.on_join")) {
            push("{\"topic\":\"" + topic + "\",\"event\":1}");
        }
        push("{\"topic\":\"wampum\",\"event\":1}");

        assertThat(publisher.rejected()).isEqualTo(2);
        assertThat(publisher.published()).isEqualTo(1);
    }

    @Test
    void array_with_one_invalid_element_publishes_nothing() {
        push("[{\"topic\":\"a\",\"event\":1},{\"topic\":\"a\"}]");

        assertThat(received).isEmpty();
        assertThat(publisher.rejected()).isEqualTo(1);
        assertThat(publisher.published()).isZero();
    }

    @Test
    void without_a_topic_member_only_envelopes_are_accepted() {
        Publisher strict = new Publisher(topics);

        strict.onMessage(wire.conn(), Message.text("{\"category\":\"a\"}"));

        assertThat(strict.rejected()).isEqualTo(1);
        assertThat(strict.published()).isZero();
    }

    private String replyTo(Publisher to, String json) {
        PushResults.listen(wire.conn(), PushResults.Listener.ACKNOWLEDGE);
        to.onMessage(wire.conn(), Message.text(json));
        executor.run();
        return String.join("", wire.writes());
    }

    @Test
    void no_reply_without_a_listener() {
        push("{\"topic\":\"a\",\"event\":1}");
        push("7");

        assertThat(wire.writes()).isEmpty();
    }

    @Test
    void reply_contains_the_number_of_subscribers_per_event() {
        assertThat(replyTo(publisher, "{\"topic\":\"a\",\"event\":1}")).isEqualTo("ok 1");
        assertThat(replyTo(publisher, "[{\"category\":\"nobody\"},{\"topic\":\"b\",\"event\":1}]"))
                .isEqualTo("ok 0 1");
        assertThat(replyTo(publisher, "[]")).isEqualTo("ok");
    }

    @Test
    void error_reply_contains_the_position() {
        assertThat(replyTo(publisher, "{\"a\":}")).isEqualTo("error line 1, column 6: expected a value");
    }

    @Test
    void transform_can_rename_and_skip_pushes() {
        Publisher changing = publisher
                .transform(push -> push.topic().equals("secret") ? Optional.empty() : Optional.of(push))
                .transform(push -> Optional.of(push.topic(push.topic().replace("old", "a"))));

        assertThat(
                        replyTo(
                                changing,
                                "[{\"topic\":\"old\",\"event\":1},{\"topic\":\"secret\",\"event\":2},{\"topic\":\"b\",\"event\":3}]"))
                .isEqualTo("ok 1 0 1");
        assertThat(received).containsExactly("a 1", "b 3");
        assertThat(changing.published()).isEqualTo(2);
        assertThat(changing.skipped()).isEqualTo(1);
    }

    @Test
    void push_to_a_forbidden_topic_rejects_the_whole_array() {
        Publisher strict = publisher.restrictTo("a", "blog.*");

        assertThat(replyTo(strict, "[{\"topic\":\"a\",\"event\":1},{\"topic\":\"b\\n\",\"event\":2}]"))
                .isEqualTo("error topic b\\u000a not allowed (expected: a, blog.*)");
        assertThat(received).isEmpty();
        assertThat(strict.rejected()).isEqualTo(1);
        assertThat(replyTo(strict, "{\"topic\":\"blog.x\",\"event\":1}")).isEqualTo("ok 0");
    }

    @Test
    void topic_too_long_after_transform_is_rejected() {
        Publisher renaming =
                publisher.transform(push -> Optional.of(new PublishRequest("x".repeat(513), push.event())));

        assertThat(replyTo(renaming, "{\"topic\":\"a\",\"event\":1}"))
                .isEqualTo("error topic of 513 characters (expected: 1-512)");
    }

    @Test
    void pendingBytes_counts_undelivered_events() {
        publisher.onMessage(wire.conn(), Message.text("{\"topic\":\"a\",\"event\":\"" + "x".repeat(998) + "\"}"));
        LongSupplier pendingBytes = Publisher.pendingBytes(new IpFilter<Connection, Message>(publisher));
        long one = pendingBytes.getAsLong();
        publisher.onMessage(wire.conn(), Message.text("{\"topic\":\"nobody\",\"event\":1}"));

        assertThat(one).isGreaterThanOrEqualTo(1000);
        assertThat(pendingBytes.getAsLong()).isEqualTo(one);
        executor.run();
        assertThat(pendingBytes.getAsLong()).isZero();
        assertThat(Publisher.pendingBytes((MessageComponent<Connection, Message>) (from, message) -> {})
                        .getAsLong())
                .isZero();
    }

    @Test
    void denied_event_is_rejected_with_topic_and_reason() {
        List<String> results = new ArrayList<>();
        PushResults.listen(wire.conn(), (from, result) -> results.add(result.acknowledgement()));
        AccessControl.of(topics)
                .authorizer(
                        request -> request.name().equals("b") ? AccessDecision.deny("not you") : AccessDecision.ALLOW);

        push("[{\"topic\":\"a\",\"event\":1},{\"topic\":\"b\",\"event\":2}]");
        push("{\"topic\":\"a\",\"event\":3}");

        assertThat(results).containsExactly("error topic b denied: not you", "ok 1");
        assertThat(received).containsExactly("a 3");
        assertThat(AccessControl.of(topics).denied()).isEqualTo(1);
        assertThat(publisher.rejected()).isEqualTo(1);
    }

    @Test
    void pushes_take_effect_in_order_after_late_decisions() {
        List<String> results = new ArrayList<>();
        CompletableFuture<AccessDecision> decision = new CompletableFuture<>();
        PushResults.listen(wire.conn(), (from, result) -> results.add(result.acknowledgement()));
        AccessControl.of(topics)
                .authorizer(
                        request -> request.name().equals("b") ? AccessDecision.later(decision) : AccessDecision.ALLOW);

        push("{\"topic\":\"b\",\"event\":1}");
        push("{\"topic\":\"a\",\"event\":2}");
        push("nonsense");
        assertThat(results).isEmpty();
        assertThat(PushQueue.totalBytes()).isPositive();
        decision.complete(AccessDecision.ALLOW);
        executor.run();

        assertThat(received).containsExactly("b 1", "a 2");
        assertThat(results).hasSize(3).startsWith("ok 1", "ok 1");
        assertThat(results.get(2)).startsWith("error line 1");
        assertThat(PushQueue.totalBytes()).isZero();
        push("{\"topic\":\"a\",\"event\":3}");
        assertThat(received).endsWith("a 3");
    }

    @Test
    void waiting_pushes_are_limited_in_bytes() {
        List<String> results = new ArrayList<>();
        CompletableFuture<AccessDecision> decision = new CompletableFuture<>();
        PushResults.listen(wire.conn(), (from, result) -> results.add(result.acknowledgement()));
        AccessControl.of(topics).authorizer(request -> AccessDecision.later(decision));
        String large = "{\"topic\":\"a\",\"event\":\"" + "x".repeat(9 << 20) + "\"}";

        push(large);
        push(large);
        decision.complete(AccessDecision.ALLOW);
        executor.run();

        assertThat(results)
                .containsExactly("ok 1", "error more than 16777216 bytes of waiting pushes of this connection");
        assertThat(received).hasSize(1);
    }

    @Test
    void push_is_delivered_although_its_connection_has_closed() {
        CompletableFuture<AccessDecision> decision = new CompletableFuture<>();
        AccessControl.of(topics).authorizer(request -> AccessDecision.later(decision));

        push("{\"topic\":\"a\",\"event\":1}");
        wire.close();
        decision.complete(AccessDecision.ALLOW);
        executor.run();

        assertThat(received).containsExactly("a 1");
    }
}
