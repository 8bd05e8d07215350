package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.pubsub.internal.pattern.NameComponent;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TopicsTest {
    private final Topics topics = new Topics();
    private final Subscriber subscriber = Subscriber.of("s", Runnable::run, (topic, event) -> {});

    @ParameterizedTest
    @CsvSource({
        "ann,             ann",
        "'',              ''",
        "Ann-7_x@home,    Ann-7_x@home",
        "ann@example.com, ann@example%2Ecom",
        "a/b#c:d%e,       a%2Fb%23c%3Ad%25e",
        "a b~c+d*e,       a%20b%7Ec%2Bd%2Ae",
        "{x},             %7Bx%7D",
        "é€😀,            %C3%A9%E2%82%AC%F0%9F%98%80",
    })
    void id_is_encoded_as_one_component(String id, String component) {
        assertThat(Topics.component(id)).isEqualTo(component);
        assertThat(NameComponent.isEncodingOf(component, id)).isTrue();
        assertThat(NameComponent.isEncodingOf(component + "a", id)).isFalse();
        assertThat(NameComponent.isEncodingOf(component, id + "b")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a.b, a.b",
        "a.b, a%2eb",
        "a.b, a%2",
        "a.b, a%2F",
        "a%,  a%",
        "é,   é",
        "é,   %c3%a9",
        "A,   %41",
    })
    void other_encodings_are_not_equal(String id, String component) {
        assertThat(NameComponent.isEncodingOf(component, id)).isFalse();
    }

    @Test
    void id_with_an_unpaired_surrogate_is_rejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Topics.component("a\udc00"))
                .withMessage("id with an unpaired surrogate (expected: valid Unicode)");
    }

    @Test
    void topic_reaches_its_subscribers_and_those_of_patterns() {
        assertThat(topics.reaches("news.sport", subscriber)).isFalse();

        topics.topic("news.sport").subscribe(subscriber);
        assertThat(topics.reaches("news.sport", subscriber)).isTrue();
        assertThat(topics.reaches("news.arts", subscriber)).isFalse();

        topics.pattern(MatchPolicy.WILDCARD, "..today").subscribe(subscriber);
        assertThat(topics.reaches("a.b.today", subscriber)).isTrue();
        assertThat(topics.reaches("a.b.c", subscriber)).isFalse();
        assertThat(new Topics().reaches("news.sport", subscriber)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void publish_or_subscription_asks_once_for_settings(boolean keeps) {
        List<String> asked = new ArrayList<>();
        Topics counting = new Topics(id -> {
            asked.add(id);
            return keeps ? TopicSettings.DEFAULT.history(2, Duration.ofHours(1)) : TopicSettings.DEFAULT;
        });

        counting.topic("broadcast").broadcast(Event.of(1));
        counting.topic("publish").broadcast(Event.of(1));
        asked.clear(); // the first event of a topic asks whether its log is still wanted, too

        counting.topic("broadcast").broadcast(Event.of(1));
        assertThat(counting.topic("publish").publish(Event.of(1))).isCompleted();
        assertThat(counting.topic("subscribe").subscribe(subscriber, (Position) null))
                .isCompleted();

        assertThat(asked).containsExactly("broadcast", "publish", "subscribe");
    }

    @Test
    void short_prefix_does_not_reach_reserved_names() {
        topics.pattern(MatchPolicy.PREFIX, "w").subscribe(subscriber);

        assertThat(topics.reaches("weather", subscriber)).isTrue();
        assertThat(topics.reaches("wamp.session.on_join", subscriber)).isFalse();
        topics.pattern(MatchPolicy.PREFIX, "wamp.session.").subscribe(subscriber);
        assertThat(topics.reaches("wamp.session.on_join", subscriber)).isTrue();
    }
}
