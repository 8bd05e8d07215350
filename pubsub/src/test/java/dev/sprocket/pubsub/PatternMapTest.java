package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.pubsub.internal.pattern.PatternMap;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class PatternMapTest {
    private final PatternMap<String> patterns = new PatternMap<>();

    private void put(MatchPolicy match, String... names) {
        for (String name : names) {
            patterns.computeIfAbsent(match, name, () -> match + " " + name);
        }
    }

    private List<String> match(String name) {
        List<String> found = new ArrayList<>();
        patterns.forEachMatch(name, found::add);
        return found;
    }

    @Test
    void prefix_matches_by_characters() {
        put(MatchPolicy.PREFIX, "com.emergency", "com.emergency.low", "org");

        assertThat(match("com.emergency")).containsExactly("PREFIX com.emergency");
        assertThat(match("com.emergency-low")).containsExactly("PREFIX com.emergency");
        assertThat(match("com.emergency.low.x")).containsExactly("PREFIX com.emergency", "PREFIX com.emergency.low");
        assertThat(match("com.emerge")).isEmpty();
    }

    @Test
    void empty_wildcard_component_matches_any_single_component() {
        put(MatchPolicy.WILDCARD, "com.myapp..userevent", "..", ".a");

        assertThat(match("com.myapp.foo.userevent")).containsExactly("WILDCARD com.myapp..userevent");
        assertThat(match("com.myapp.foo.userevent.bar")).isEmpty();
        assertThat(match("com.myapp.foo.user")).isEmpty();
        assertThat(match("com.myapp2.foo.userevent")).isEmpty();
        assertThat(match("x.y.z")).containsExactly("WILDCARD ..");
        assertThat(match("b.a")).containsExactly("WILDCARD .a");
    }

    @Test
    void bestMatch_prefers_exact_then_prefix_then_wildcard() {
        put(MatchPolicy.EXACT, "a1.b2.c3.d4.e55");
        put(MatchPolicy.PREFIX, "a1.b2.c3", "a1.b2.c3.d4");
        put(MatchPolicy.WILDCARD, "a1.b2..d4.e5", "a1.b2.d33..e5", "a1.b2..d4.e5..g7", "a1.b2..d4..f6.g7");

        assertThat(patterns.bestMatch("a1.b2.c3.d4.e55")).contains("EXACT a1.b2.c3.d4.e55");
        assertThat(patterns.bestMatch("a1.b2.c3.d98.e74")).contains("PREFIX a1.b2.c3");
        assertThat(patterns.bestMatch("a1.b2.c3.d4.e325")).contains("PREFIX a1.b2.c3.d4");
        assertThat(patterns.bestMatch("a1.b2.c55.d4.e5")).contains("WILDCARD a1.b2..d4.e5");
        assertThat(patterns.bestMatch("a1.b2.d33.d4.e5")).contains("WILDCARD a1.b2.d33..e5");
        assertThat(patterns.bestMatch("a1.b2.c88.d4.e5.f6.g7")).contains("WILDCARD a1.b2..d4.e5..g7");
        assertThat(patterns.bestMatch("a2.b2.c2.d2.e2")).isEmpty();
    }

    @Test
    void removed_patterns_do_not_match() {
        put(MatchPolicy.EXACT, "a");
        put(MatchPolicy.PREFIX, "ab", "cd");
        put(MatchPolicy.WILDCARD, "a..c", "a..d");

        patterns.remove(MatchPolicy.EXACT, "a", "EXACT a");
        patterns.remove(MatchPolicy.PREFIX, "ab", "PREFIX ab");
        patterns.remove(MatchPolicy.WILDCARD, "a..c", "WILDCARD a..c");

        assertThat(match("abc")).isEmpty();
        assertThat(match("a.b.c")).isEmpty();
        assertThat(match("a.b.d")).containsExactly("WILDCARD a..d");
        assertThat(patterns.values(MatchPolicy.PREFIX)).containsExactly("PREFIX cd");
        assertThat(patterns.values(MatchPolicy.WILDCARD)).containsExactly("WILDCARD a..d");

        patterns.remove(MatchPolicy.PREFIX, "cd", "PREFIX cd");
        patterns.remove(MatchPolicy.WILDCARD, "a..d", "WILDCARD a..d");

        assertThat(patterns.isEmpty()).isTrue();
    }

    @Test
    void pattern_subscribers_receive_events_of_matching_topics() {
        Topics topics = new Topics();
        List<String> received = new ArrayList<>();
        Subscriber subscriber =
                Subscriber.of("me", Runnable::run, (topic, event) -> received.add(topic + " " + event.json()));
        Topic prefix = topics.pattern(MatchPolicy.PREFIX, "news.");
        Topic wildcard = topics.pattern(MatchPolicy.WILDCARD, "news..today");

        assertThat(prefix.subscribe(subscriber)).isTrue();
        assertThat(wildcard.subscribe(subscriber)).isTrue();
        assertThat(topics.topic("news.").has(subscriber)).isFalse();
        assertThat(topics.topic("news.x.today").broadcast(Event.of(1))).isEqualTo(2);
        assertThat(topics.topic("news.y").broadcast(Event.of(2))).isEqualTo(1);
        assertThat(topics.topic("news").broadcast(Event.of(3))).isZero();

        assertThat(received).containsExactly("news.x.today 1", "news.x.today 1", "news.y 2");
        assertThat(topics.all()).isEmpty();
        assertThat(subscriber.unsubscribeAll()).containsExactly(prefix, wildcard);
        assertThat(topics.topic("news.y").broadcast(Event.of(2))).isZero();
    }

    @Test
    void publishing_on_a_pattern_throws() {
        Topic pattern = new Topics().pattern(MatchPolicy.PREFIX, "news");

        assertThatThrownBy(() -> pattern.broadcast(Event.of(1)))
                .hasMessage("publishing on the pattern news (expected: a topic)");
    }

    @Test
    void publish_listener_receives_events_without_subscribers() {
        Topics topics = new Topics();
        List<String> received = new ArrayList<>();
        PublishListener listener = (published, audience) ->
                received.add(published.topic() + " " + published.event().json());
        topics.addListener(listener);

        topics.topic("t").broadcast(Event.of(1));
        topics.removeListener(listener);
        topics.topic("t").broadcast(Event.of(2));

        assertThat(received).containsExactly("t 1");
    }

    @Test
    void audience_can_test_subscribers() {
        Topics topics = new Topics();
        List<String> received = new ArrayList<>();
        for (String id : List.of("ann", "bob", "cid")) {
            topics.topic("t").subscribe(Subscriber.of(id, Runnable::run, (topic, event) -> received.add(id)));
        }

        topics.topic("t").broadcast(Event.of(1), Audience.except("ann").only(subscriber -> subscriber
                .id()
                .contains("b")));

        assertThat(received).containsExactly("bob");
    }

    @Test
    void payload_is_converted_to_JSON_on_request_once() {
        List<String> calls = new ArrayList<>();
        Event event = Event.ofPayload(new Event.Payload() {
            @Override
            public int size() {
                return 7;
            }

            @Override
            public byte[] json() {
                calls.add("json");
                return new byte[] {'1'};
            }
        });

        assertThat(event.size()).isEqualTo(7);
        assertThat(event.payload(Event.Payload.class)).isPresent();
        assertThat(calls).isEmpty();
        assertThat(event.json()).isEqualTo("1");
        assertThat(event.json()).isEqualTo("1");
        assertThat(calls).containsExactly("json");
        assertThat(event.cachedForm(String.class, e -> e.json() + "!")).isEqualTo("1!");
        assertThat(event.cachedForm(String.class, e -> "made once")).isEqualTo("1!");
    }
}
