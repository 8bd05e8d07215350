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

    private InboundBudget.Holding open(String name) {
        return budget.open(() -> evicted.add(name));
    }

    @Test
    void counts_what_all_hold_and_give_back() {
        InboundBudget.Holding a = open("a");
        InboundBudget.Holding b = open("b");
        assertThat(a.hold(400)).isTrue();
        assertThat(b.hold(600)).isTrue();
        assertThat(budget.used()).isEqualTo(1000);
        a.hold(100);
        b.hold(0);
        assertThat(budget.used()).isEqualTo(100);
        assertThat(evicted).isEmpty();
    }

    @Test
    void largest_is_evicted_before_the_newcomer() {
        InboundBudget.Holding large = open("large");
        InboundBudget.Holding small = open("small");
        InboundBudget.Holding next = open("next");
        large.hold(700);
        small.hold(250);

        assertThat(next.hold(100)).isTrue();
        assertThat(evicted).containsExactly("large");
        assertThat(budget.used()).isEqualTo(350);
        assertThat(large.hold(701)).isFalse();
        assertThat(large.hold(0)).isTrue();
        assertThat(budget.used()).isEqualTo(350);
    }

    @Test
    void slowest_is_evicted_before_a_larger_one_that_is_fast() {
        open("slow").hold(300);
        now.addAndGet(TimeUnit.SECONDS.toNanos(60));
        InboundBudget.Holding fast = open("fast");

        assertThat(fast.hold(701)).isTrue();
        assertThat(evicted).containsExactly("slow");
    }

    @Test
    void newcomer_that_is_the_largest_is_refused_itself() {
        open("small").hold(100);
        InboundBudget.Holding large = open("large");

        assertThat(large.hold(1001)).isFalse();
        assertThat(evicted).containsExactly("large");
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void what_is_finished_counts_and_is_not_evicted() {
        InboundBudget.Holding finished = open("finished");
        finished.hold(900);
        finished.finished();
        InboundBudget.Holding next = open("next");

        assertThat(next.hold(200)).isFalse();
        assertThat(evicted).containsExactly("next");
        assertThat(budget.used()).isEqualTo(900);
        finished.hold(0);
        assertThat(budget.used()).isZero();
        assertThat(open("third").hold(900)).isTrue();
    }

    @Test
    void a_quarter_is_free_after_an_eviction() {
        for (int i = 0; i < 11; i++) {
            open("one").hold(100);
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
