package dev.sprocket.core.internal.rate;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class TokenBucketTest {
    private final TokenBucket bucket = new TokenBucket(10, 0);

    private void refillAt(long millis) {
        bucket.refill(MILLISECONDS.toNanos(millis));
    }

    @Test
    void full_bucket_holds_one_second() {
        assertThat(bucket.has(10)).isTrue();
        assertThat(bucket.has(11)).isFalse();

        refillAt(60_000);

        assertThat(bucket.has(11)).isFalse();
    }

    @Test
    void tokens_return_over_time() {
        bucket.take(10);
        assertThat(bucket.has(1)).isFalse();
        refillAt(99);
        assertThat(bucket.has(1)).isFalse();
        refillAt(100);
        assertThat(bucket.has(1)).isTrue();
        assertThat(bucket.has(2)).isFalse();
    }

    @Test
    void debt_is_paid_before_new_tokens() {
        bucket.take(40);
        assertThat(bucket.isInDebt()).isTrue();
        assertThat(bucket.secondsUntil(1)).isCloseTo(3.1, within(1e-9));
        refillAt(2_900);
        assertThat(bucket.isInDebt()).isTrue();
        refillAt(3_000);
        assertThat(bucket.isInDebt()).isFalse();
        assertThat(bucket.has(1)).isFalse();
    }

    @Test
    void bucket_of_a_period_refills_over_it() {
        TokenBucket minute = new TokenBucket(3, Duration.ofMinutes(1), 0);
        assertThat(minute.isFull(0)).isTrue();
        minute.take(3);
        minute.refill(SECONDS.toNanos(19));
        assertThat(minute.has(1)).isFalse();
        minute.refill(SECONDS.toNanos(20));
        assertThat(minute.has(1)).isTrue();
        assertThat(minute.isFull(SECONDS.toNanos(59))).isFalse();
        assertThat(minute.isFull(SECONDS.toNanos(60))).isTrue();
        assertThat(minute.isFull(SECONDS.toNanos(600))).isTrue();
        assertThat(minute.has(4)).isFalse();
    }

    @Test
    void time_that_goes_back_adds_nothing() {
        refillAt(1_000);
        bucket.take(10);
        refillAt(500);
        assertThat(bucket.has(1)).isFalse();
        refillAt(600);
        assertThat(bucket.has(1)).isTrue();
    }

    @Test
    void unlimited_bucket_never_runs_out() {
        TokenBucket unlimited = new TokenBucket(0, 0);

        unlimited.take(Long.MAX_VALUE);

        assertThat(unlimited.has(Long.MAX_VALUE)).isTrue();
        assertThat(unlimited.isInDebt()).isFalse();
        assertThat(unlimited.secondsUntil(1)).isZero();
    }
}
