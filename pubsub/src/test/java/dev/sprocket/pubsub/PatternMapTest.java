package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    void a_prefix_fits_character_by_character() {
        put(MatchPolicy.PREFIX, "com.emergency", "com.emergency.low", "org");

        assertThat(match("com.emergency")).containsExactly("PREFIX com.emergency");
        assertThat(match("com.emergency-low")).containsExactly("PREFIX com.emergency");
        assertThat(match("com.emergency.low.x")).containsExactly("PREFIX com.emergency", "PREFIX com.emergency.low");
        assertThat(match("com.emerge")).isEmpty();
    }

    @Test
    void an_empty_component_of_a_wildcard_fits_any_one_component() {
        put(MatchPolicy.WILDCARD, "com.myapp..userevent", "..", ".a");

        assertThat(match("com.myapp.foo.userevent")).containsExactly("WILDCARD com.myapp..userevent");
        assertThat(match("com.myapp.foo.userevent.bar")).isEmpty();
        assertThat(match("com.myapp.foo.user")).isEmpty();
        assertThat(match("com.myapp2.foo.userevent")).isEmpty();
        assertThat(match("x.y.z")).containsExactly("WILDCARD ..");
        assertThat(match("b.a")).containsExactly("WILDCARD .a");
    }

    @Test
    void the_best_is_the_name_itself_then_the_longest_prefix_then_the_wildcard_that_is_literal_for_longest() {
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
    void what_is_removed_leaves_nothing_behind() {
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
    void subscribers_of_patterns_hear_of_topics_that_fit() {
        Topics topics = new Topics();
        List<String> heard = new ArrayList<>();
        Subscriber subscriber = Subscriber.of(
                "me", Runnable::run, (topic, event) -> heard.add(topic + " " + topic.match() + " " + event.json()));
        Topic prefix = topics.pattern(MatchPolicy.PREFIX, "news.");
        Topic wildcard = topics.pattern(MatchPolicy.WILDCARD, "news..today");

        assertThat(prefix.subscribe(subscriber)).isTrue();
        assertThat(wildcard.subscribe(subscriber)).isTrue();
        assertThat(topics.topic("news.").has(subscriber)).isFalse();
        assertThat(topics.topic("news.x.today").broadcast(Event.of(1))).isEqualTo(2);
        assertThat(topics.topic("news.y").broadcast(Event.of(2))).isEqualTo(1);
        assertThat(topics.topic("news").broadcast(Event.of(3))).isZero();

        assertThat(heard).containsExactly("news.x.today EXACT 1", "news.x.today EXACT 1", "news.y EXACT 2");
        assertThat(topics.all()).isEmpty();
        assertThat(subscriber.unsubscribeAll()).containsExactly(prefix, wildcard);
        assertThat(topics.topic("news.y").broadcast(Event.of(2))).isZero();
    }

    @Test
    void nothing_is_published_on_a_pattern() {
        Topic pattern = new Topics().pattern(MatchPolicy.PREFIX, "news");

        assertThatThrownBy(() -> pattern.broadcast(Event.of(1)))
                .hasMessage("publishing on the pattern news (expected: a topic)");
    }

    @Test
    void who_listens_to_publishing_hears_of_what_nobody_has_subscribed_to() {
        Topics topics = new Topics();
        List<String> heard = new ArrayList<>();
        PublishListener listener = (published, audience) ->
                heard.add(published.topic() + " " + published.event().json());
        topics.addListener(listener);

        topics.topic("t").broadcast(Event.of(1));
        topics.removeListener(listener);
        topics.topic("t").broadcast(Event.of(2));

        assertThat(heard).containsExactly("t 1");
    }

    @Test
    void an_audience_may_depend_on_who_the_subscriber_is() {
        Topics topics = new Topics();
        List<String> heard = new ArrayList<>();
        for (String id : List.of("ann", "bob", "cid")) {
            topics.topic("t").subscribe(Subscriber.of(id, Runnable::run, (topic, event) -> heard.add(id)));
        }

        topics.topic("t").broadcast(Event.of(1), Audience.except("ann").only(one -> one.id()
                .contains("b")));

        assertThat(heard).containsExactly("bob");
    }

    @Test
    void an_event_in_a_form_of_its_own_becomes_json_when_somebody_asks() {
        List<String> asked = new ArrayList<>();
        Event event = Event.ofPayload(new Event.Payload() {
            @Override
            public int size() {
                return 7;
            }

            @Override
            public byte[] json() {
                asked.add("json");
                return new byte[] {'1'};
            }
        });

        assertThat(event.size()).isEqualTo(7);
        assertThat(event.payload(Event.Payload.class)).isPresent();
        assertThat(asked).isEmpty();
        assertThat(event.json()).isEqualTo("1");
        assertThat(event.json()).isEqualTo("1");
        assertThat(asked).containsExactly("json");
        assertThat(event.cachedForm(String.class, e -> e.json() + "!")).isEqualTo("1!");
        assertThat(event.cachedForm(String.class, e -> "made once")).isEqualTo("1!");
    }
}
