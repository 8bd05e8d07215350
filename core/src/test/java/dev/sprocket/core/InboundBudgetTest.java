package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class InboundBudgetTest {
    private final AtomicLong now = new AtomicLong();
    private final InboundBudget budget = new InboundBudget(1000, now::get);
    private final List<String> evicted = new ArrayList<>();

    private InboundBudget.Reservation open(String name) {
        return budget.newReservation(() -> evicted.add(name));
    }

    @Test
    void counts_what_all_hold_and_give_back() {
        InboundBudget.Reservation a = open("a");
        InboundBudget.Reservation b = open("b");
        assertThat(a.resize(400)).isTrue();
        assertThat(b.resize(600)).isTrue();
        assertThat(budget.used()).isEqualTo(1000);
        a.resize(100);
        b.resize(0);
        assertThat(budget.used()).isEqualTo(100);
        assertThat(evicted).isEmpty();
    }

    @Test
    void largest_is_evicted_before_the_newcomer() {
        InboundBudget.Reservation large = open("large");
        InboundBudget.Reservation small = open("small");
        InboundBudget.Reservation next = open("next");
        large.resize(700);
        small.resize(250);

        assertThat(next.resize(100)).isTrue();
        assertThat(evicted).containsExactly("large");
        assertThat(budget.used()).isEqualTo(350);
        assertThat(large.resize(701)).isFalse();
        assertThat(large.resize(0)).isTrue();
        assertThat(budget.used()).isEqualTo(350);
    }

    @Test
    void slowest_is_evicted_before_a_larger_one_that_is_fast() {
        open("slow").resize(300);
        now.addAndGet(TimeUnit.SECONDS.toNanos(60));
        InboundBudget.Reservation fast = open("fast");

        assertThat(fast.resize(701)).isTrue();
        assertThat(evicted).containsExactly("slow");
    }

    @Test
    void newcomer_that_is_the_largest_is_refused_itself() {
        open("small").resize(100);
        InboundBudget.Reservation large = open("large");

        assertThat(large.resize(1001)).isFalse();
        assertThat(evicted).containsExactly("large");
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void what_is_finished_counts_and_is_not_evicted() {
        InboundBudget.Reservation finished = open("finished");
        finished.resize(900);
        finished.pin();
        InboundBudget.Reservation next = open("next");

        assertThat(next.resize(200)).isFalse();
        assertThat(evicted).containsExactly("next");
        assertThat(budget.used()).isEqualTo(900);
        finished.resize(0);
        assertThat(budget.used()).isZero();
        assertThat(open("third").resize(900)).isTrue();
    }

    @Test
    void a_quarter_is_free_after_an_eviction() {
        for (int i = 0; i < 11; i++) {
            open("one").resize(100);
        }
        assertThat(budget.used()).isEqualTo(700);
        assertThat(evicted).hasSize(4);
    }

    @Test
    void no_budget_is_an_error() {
        assertThatThrownBy(() -> InboundBudget.of(0)).hasMessage("inbound limit: 0 (expected: >= 1)");
        assertThat(InboundBudget.shared().limit()).isPositive();
    }
}
