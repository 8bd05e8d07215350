package dev.sprocket.core.internal.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
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

    @CanIgnoreReturnValue
    private InboundBudget.Reservation open(String name) {
        return budget.newReservation(() -> evicted.add(name));
    }

    @Test
    void counts_reserved_and_released_bytes() {
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
    void evicts_largest_reservation_before_the_new_one() {
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
    void evicts_slow_reservation_before_larger_fast_one() {
        open("slow").resize(300);
        now.addAndGet(TimeUnit.SECONDS.toNanos(60));
        InboundBudget.Reservation fast = open("fast");

        assertThat(fast.resize(701)).isTrue();
        assertThat(evicted).containsExactly("slow");
    }

    @Test
    void evicts_new_reservation_if_it_is_largest() {
        open("small").resize(100);
        InboundBudget.Reservation large = open("large");

        assertThat(large.resize(1001)).isFalse();
        assertThat(evicted).containsExactly("large");
        assertThat(budget.used()).isEqualTo(100);
    }

    @Test
    void pinned_reservation_counts_but_is_not_evicted() {
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
    void eviction_frees_a_quarter() {
        for (int i = 0; i < 11; i++) {
            open("one").resize(100);
        }
        assertThat(budget.used()).isEqualTo(700);
        assertThat(evicted).hasSize(4);
    }

    @Test
    void rejects_budget_of_zero() {
        assertThatThrownBy(() -> InboundBudget.of(0)).hasMessage("inbound limit: 0 (expected: >= 1)");
        assertThat(InboundBudget.shared().limit()).isPositive();
    }
}
