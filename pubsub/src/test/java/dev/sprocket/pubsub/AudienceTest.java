package dev.sprocket.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AudienceTest {
    private final Topic topic = new Topics().topic("t");
    private final ManualExecutor executor = new ManualExecutor();
    private final List<String> received = new ArrayList<>();

    private List<String> reached(Audience audience) {
        for (String id : List.of("a", "b", "c")) {
            topic.subscribe(Subscriber.of(id, executor, (on, event) -> received.add(id)));
        }
        topic.broadcast(Event.of(1), audience);
        executor.run();
        return received;
    }

    @Test
    void ALL_includes_all_subscribers() {
        assertThat(reached(Audience.ALL)).containsExactly("a", "b", "c");
    }

    @Test
    void empty_lists_include_all_subscribers() {
        assertThat(Audience.of(List.of(), List.of())).isSameAs(Audience.ALL);
    }

    @Test
    void excluded_subscribers_receive_nothing() {
        assertThat(reached(Audience.of(List.of("a", "c", "nobody"), List.of()))).containsExactly("b");
    }

    @Test
    void only_eligible_subscribers_receive_the_event() {
        assertThat(reached(Audience.of(List.of(), List.of("c", "a", "nobody")))).containsExactly("a", "c");
    }

    @Test
    void exclusion_takes_precedence_over_eligibility() {
        assertThat(reached(Audience.of(List.of("a"), List.of("a", "b")))).containsExactly("b");
    }

    @Test
    void except_includes_all_but_one() {
        assertThat(reached(Audience.except("b"))).containsExactly("a", "c");
    }

    @Test
    void broadcast_returns_subscribers_outside_the_audience_too() {
        topic.subscribe(Subscriber.of("a", executor, (on, event) -> received.add("a")));

        assertThat(topic.broadcast(Event.of(1), Audience.except("a"))).isEqualTo(1);
        executor.run();
        assertThat(received).isEmpty();
    }

    @Test
    void ids_are_compared_exactly() {
        assertThat(Audience.except("1").includes("1 ")).isTrue();
        assertThat(Audience.except("1").includes("01")).isTrue();
        assertThat(Audience.of(List.of(), List.of("A")).includes("a")).isFalse();
    }

    /** Subscriber of a user with roles. */
    private enum Reader implements Audience.Member {
        ANN("editor", "staff"),
        BOB("guest"),
        NOBODY;

        private final Connection conn = new Wire().conn();

        Reader(String... roles) {
            if (roles.length > 0) {
                User.set(conn, User.named(name()).roles(roles));
            }
        }

        @Override
        public String id() {
            return "s1";
        }

        @Override
        public Optional<Connection> connection() {
            return Optional.of(conn);
        }
    }

    private static List<Reader> readers(Audience audience) {
        return Stream.of(Reader.values()).filter(audience::includes).toList();
    }

    @Test
    void users_are_included_by_id() {
        assertThat(readers(Audience.ALL.onlyUsers(List.of("ANN", "eve")))).containsExactly(Reader.ANN);
        assertThat(readers(Audience.ALL.exceptUsers(List.of("ANN")))).containsExactly(Reader.BOB, Reader.NOBODY);
        assertThat(readers(Audience.ALL.onlyUsers(List.of()))).isEmpty();
        assertThat(readers(Audience.ALL.exceptUsers(List.of()))).hasSize(3);
    }

    @Test
    void users_are_included_by_roles() {
        assertThat(readers(Audience.ALL.onlyRoles(List.of("staff", "guest")))).containsExactly(Reader.ANN, Reader.BOB);
        assertThat(readers(Audience.ALL.exceptRoles(List.of("staff")))).containsExactly(Reader.BOB, Reader.NOBODY);
        assertThat(readers(Audience.ALL.onlyRoles(List.of("anonymous")))).containsExactly(Reader.NOBODY);
    }

    @Test
    void restrictions_apply_together() {
        Audience editors = Audience.ALL.onlyRoles(List.of("editor", "guest"));

        assertThat(readers(editors.exceptUsers(List.of("ANN")))).containsExactly(Reader.BOB);
        assertThat(readers(editors.onlyRoles(List.of("guest", "anonymous")))).containsExactly(Reader.BOB);
        assertThat(readers(editors.exceptIds(List.of("s1")))).isEmpty();
    }

    @Test
    void function_receives_no_event_for_users() {
        assertThat(reached(Audience.ALL.exceptRoles(List.of("guest")))).isEmpty();
    }

    @Test
    void restriction_by_ids_or_test_excludes_later_readers() {
        Audience staff = Audience.except("s2").onlyRoles(List.of("staff")).exceptUsers(List.of("BOB"));

        assertThat(staff.includesLater(Reader.ANN)).isTrue();
        assertThat(staff.includesLater(Reader.BOB)).isFalse();
        for (Audience audience :
                List.of(staff.exceptIds(List.of("s3")), staff.onlyIds(List.of("s1")), staff.only(reader -> true))) {
            assertThat(audience.includes(Reader.ANN)).isTrue();
            assertThat(audience.includesLater(Reader.ANN)).isFalse();
        }
    }

    @Test
    void failing_test_leaves_out_its_subscriber_only() {
        Topics topics = new Topics();
        List<String> received = new ArrayList<>();
        for (String id : List.of("a", "b", "c")) {
            topics.topic("news").subscribe(Subscriber.of(id, Runnable::run, (topic, event) -> received.add(id)));
        }
        topics.topic("news").broadcast(Event.of(1), Audience.ALL.only(reader -> {
            if (reader.id().equals("b")) {
                throw new IllegalStateException("bug of the application");
            }
            return true;
        }));
        topics.topic("news").broadcast(Event.of(2));

        assertThat(received).containsExactly("a", "c", "a", "b", "c");
    }

    @Test
    void subscriber_that_returns_receives_events_for_its_user_only() {
        Topic news = new Topics(id -> TopicSettings.DEFAULT.history(10, Duration.ofHours(1))).topic("news");
        try (Wire wire = new Wire()) {
            User.set(wire.conn(), User.named("ann"));
            news.broadcast(Event.of(1), Audience.ALL.onlyIds(List.of("s")));
            news.broadcast(Event.of(2), Audience.ALL.onlyUsers(List.of("ann")));
            news.broadcast(Event.of(3), Audience.ALL.onlyUsers(List.of("bob")));
            news.broadcast(Event.of(4), Audience.except("other"));
            Subscriber subscriber = Subscriber.of("s", wire.conn(), EventFormat.JSON);
            assertThat(news.subscribe(subscriber, Position.EARLIEST)).isCompleted();
            news.broadcast(Event.of(5), Audience.ALL.onlyIds(List.of("s")));

            assertThat(String.join("", wire.writes())).isEqualTo("245");
            subscriber.unsubscribeAll();
        }
    }

    @Test
    void audience_copies_its_lists() {
        List<String> excluded = new ArrayList<>(List.of("a"));
        List<String> eligible = new ArrayList<>(List.of("a", "b"));
        Audience audience = Audience.of(excluded, eligible);
        excluded.clear();
        eligible.clear();

        assertThat(audience.excluded()).containsExactly("a");
        assertThat(audience.eligible()).containsExactlyInAnyOrder("a", "b");
    }
}
