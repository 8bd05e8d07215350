package dev.sprocket.faultlab.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.faultlab.history.Violation.Promise;
import dev.sprocket.pubsub.Position;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class CheckerTest {
    private static final Duration HEALING = Duration.ofSeconds(10);
    private static final long EPOCH = 7;

    private final List<Sent> sent = new ArrayList<>();
    private final List<Heard> entries = new ArrayList<>(List.of(new Heard.Connected(0, "a")));
    private final List<History.Fault> faults = new ArrayList<>();
    private boolean recovers = true;

    /** Sends an event each 100 ms, with its number as the position. */
    private Sent send(int number, String topic, Sent.Outcome outcome) {
        Sent one = new Sent(new EventKey("p", number), topic, "a", 100 + number * 100L);
        one.answered(outcome, topic.equals("log") ? Position.of(EPOCH, number, number) : null);
        sent.add(one);
        return one;
    }

    private void acknowledged(int from, int to) {
        for (int i = from; i <= to; i++) {
            send(i, "log", Sent.Outcome.ACKNOWLEDGED);
        }
    }

    private void plain(int from, int to) {
        for (int i = from; i <= to; i++) {
            send(i, "plain", Sent.Outcome.ACKNOWLEDGED);
        }
    }

    private void hear(String topic, int... numbers) {
        for (int number : numbers) {
            entries.add(new Heard.Event(150 + number * 100L, topic, new EventKey("p", number), null, false));
        }
    }

    private void gap() {
        entries.add(new Heard.Gap(entries.get(entries.size() - 1).at() + 250, "log", "unknown"));
    }

    private Verdict check() {
        entries.add(new Heard.Disconnected(1_000_000));
        return Checker.check(
                new History(
                        Set.of("log"),
                        sent,
                        List.of(new Observation("o", Set.of("log", "plain"), recovers, entries)),
                        faults),
                HEALING);
    }

    private void assertBroken(Promise... promises) {
        assertThat(check().violations()).extracting(Violation::promise).containsExactly(promises);
    }

    @Test
    void complete_history_keeps_all_promises() {
        acknowledged(1, 3);
        plain(4, 5);
        hear("log", 1, 2, 3);
        hear("plain", 4, 5);
        Verdict verdict = check();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count("sent, acknowledged")).isEqualTo(5);
        assertThat(verdict.count("heard")).isEqualTo(5);
    }

    @Test
    void acknowledged_event_that_nobody_heard_is_found() {
        acknowledged(1, 3);
        hear("log", 1, 3);
        assertBroken(Promise.HEARD_OR_TOLD);
    }

    @Test
    void lost_last_event_is_found() {
        acknowledged(1, 3);
        hear("log", 1, 2);
        assertBroken(Promise.HEARD_OR_TOLD);
    }

    @Test
    void gap_between_neighbours_covers_a_loss() {
        acknowledged(1, 4);
        hear("log", 1);
        gap();
        hear("log", 4);
        Verdict verdict = check();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count("acknowledged, not heard, and told")).isEqualTo(2);
        assertThat(verdict.counts().keySet()).noneMatch(name -> name.startsWith("gaps told where"));
    }

    @Test
    void gap_in_another_place_covers_nothing() {
        acknowledged(1, 4);
        hear("log", 1, 3);
        gap();
        hear("log", 4);
        Verdict verdict = check();
        assertThat(verdict.violations()).extracting(Violation::promise).containsExactly(Promise.HEARD_OR_TOLD);
        assertThat(verdict.count("gaps told where nothing was lost (unknown)")).isEqualTo(1);
    }

    @Test
    void gap_of_another_topic_covers_nothing() {
        acknowledged(1, 3);
        hear("log", 1);
        entries.add(new Heard.Gap(300, "other", "unknown"));
        hear("log", 3);
        assertBroken(Promise.HEARD_OR_TOLD);
    }

    @Test
    void gap_before_an_event_was_sent_covers_nothing() {
        acknowledged(1, 4);
        hear("log", 1);
        entries.add(new Heard.Gap(200, "log", "unknown"));
        hear("log", 3, 4);
        assertBroken(Promise.HEARD_OR_TOLD);
    }

    @Test
    void gap_covers_positions_that_a_lost_log_used_before() {
        acknowledged(1, 5);
        Sent again = new Sent(new EventKey("q", 1), "log", "a", 700);
        again.answered(Sent.Outcome.ACKNOWLEDGED, Position.of(EPOCH, 3, 99));
        sent.add(again);
        hear("log", 1, 2, 3, 4, 5);
        entries.add(new Heard.Gap(800, "log", "unknown"));
        assertBroken();
    }

    @Test
    void gap_after_a_split_covers_the_other_half() {
        acknowledged(1, 5);
        Sent other = new Sent(new EventKey("q", 1), "log", "b", 350);
        other.answered(Sent.Outcome.ACKNOWLEDGED, Position.of(EPOCH, 3, 99));
        sent.add(other);
        hear("log", 1, 2, 3, 4, 5);
        gap();
        assertBroken();
        entries.remove(6);
        assertBroken(Promise.HEARD_OR_TOLD);
    }

    @Test
    void new_connection_covers_a_loss_only_without_recovery() {
        acknowledged(1, 3);
        hear("log", 1);
        entries.add(new Heard.Disconnected(300));
        entries.add(new Heard.Connected(400, "b"));
        hear("log", 3);
        assertBroken(Promise.HEARD_OR_TOLD);
        recovers = false;
        assertBroken();
    }

    @Test
    void unacknowledged_event_may_be_heard_or_not() {
        send(1, "log", Sent.Outcome.UNKNOWN);
        send(2, "log", Sent.Outcome.UNKNOWN);
        send(3, "log", Sent.Outcome.REFUSED);
        hear("log", 2);
        assertBroken();
    }

    @Test
    void unacknowledged_event_heard_twice_is_found() {
        send(1, "log", Sent.Outcome.UNKNOWN);
        hear("log", 1, 1);
        assertBroken(Promise.ONCE);
    }

    @Test
    void repeats_are_accepted_from_a_recovery_only() {
        acknowledged(1, 2);
        hear("log", 1, 2);
        entries.add(new Heard.Event(500, "log", new EventKey("p", 2), null, true));
        assertBroken();
        hear("log", 2);
        assertBroken(Promise.ONCE);
    }

    @Test
    void event_heard_again_on_another_connection_is_found() {
        acknowledged(1, 1);
        hear("log", 1);
        entries.add(new Heard.Disconnected(300));
        entries.add(new Heard.Connected(400, "b"));
        hear("log", 1);
        assertBroken(Promise.ONCE);
    }

    @Test
    void wrong_order_of_the_log_is_found() {
        acknowledged(1, 3);
        hear("log", 1, 3, 2);
        assertThat(check().violations())
                .extracting(Violation::promise)
                .containsOnly(Promise.LOG_ORDER, Promise.PUBLISHER_ORDER);
    }

    @Test
    void log_may_go_back_after_a_gap() {
        acknowledged(1, 3);
        Sent again = new Sent(new EventKey("q", 1), "log", "a", 600);
        again.answered(Sent.Outcome.ACKNOWLEDGED, Position.of(EPOCH, 3, 99));
        sent.add(again);
        hear("log", 1, 2, 3);
        gap();
        entries.add(new Heard.Event(700, "log", again.key(), again.position(), false));
        assertBroken();
        entries.remove(4);
        assertBroken(Promise.LOG_ORDER);
    }

    @Test
    void event_at_two_positions_is_found() {
        acknowledged(1, 1);
        entries.add(new Heard.Event(200, "log", new EventKey("p", 1), Position.of(EPOCH, 5, 1), false));
        assertBroken(Promise.ONCE);
    }

    @Test
    void invented_event_is_found() {
        hear("log", 1);
        assertBroken(Promise.GENUINE);
    }

    @Test
    void event_on_another_topic_is_found() {
        plain(1, 1);
        hear("log", 1);
        assertThat(check().violations()).extracting(Violation::promise).contains(Promise.GENUINE);
    }

    @Test
    void wrong_order_without_a_log_is_found() {
        plain(1, 2);
        hear("plain", 2, 1);
        assertBroken(Promise.PUBLISHER_ORDER);
    }

    @Test
    void order_across_topics_holds_unless_a_reader_is_behind() {
        for (int i = 1; i < 100; i++) {
            send(i, i == 60 ? "log" : "plain", Sent.Outcome.ACKNOWLEDGED);
        }
        for (int i = 1; i < 100; i++) {
            if (i != 60) {
                hear("plain", i);
            }
            if (i == 61) {
                hear("log", 60);
            }
        }
        assertBroken(Promise.PUBLISHER_ORDER);
        faults.add(new History.Fault("away", 6000, 6100));
        Verdict verdict = check();
        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.count("order across topics changed while a reader was behind"))
                .isEqualTo(1);
    }

    @Test
    void loss_without_a_log_is_found_in_quiet_times() {
        plain(1, 100);
        for (int i = 1; i <= 100; i++) {
            if (i != 40) {
                hear("plain", i);
            }
        }
        assertBroken(Promise.HEARD_IN_QUIET);
        faults.add(new History.Fault("away", 3000, 4000));
        assertThat(check().violations()).isEmpty();
    }

    @Test
    void late_delivery_after_a_fault_is_found() {
        acknowledged(1, 300);
        hear("log", 1, 2, 3);
        entries.add(new Heard.Gap(20_100, "log", "unknown"));
        for (int i = 200; i <= 300; i++) {
            hear("log", i);
        }
        faults.add(new History.Fault("cut", 400, 500));
        Verdict late = check();
        assertThat(late.violations()).extracting(Violation::promise).contains(Promise.HEALED);
        faults.set(0, new History.Fault("cut", 400, 15_000));
        Verdict inTime = check();
        assertThat(inTime.violations()).extracting(Violation::detail).allMatch(text -> text.contains("without a log"));
    }

    @Test
    void observer_that_never_connected_is_found() {
        acknowledged(1, 1);
        entries.clear();
        assertBroken(Promise.HEARD_OR_TOLD);
    }
}
