package dev.sprocket.pubsub.internal.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.pubsub.EventLog.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class LogOutageTest {
    private static final UnavailableException AWAY = new UnavailableException("engine is away");

    private long now;
    private final LogOutage outage = new LogOutage(() -> now);

    @Test
    void each_outage_counts_its_own_losses() {
        for (int outages = 1; outages <= 2; outages++) {
            outage.available(false);
            for (int i = 0; i < 5; i++) {
                outage.lost(AWAY);
            }
            assertThat(outage.lost()).isEqualTo(5);
            assertThat(outage.isLosing()).isTrue();
            now += Duration.ofSeconds(30).toNanos();
            outage.available(true);
            assertThat(outage.isLosing()).isFalse();
            assertThat(outage.lost()).isZero();
        }
    }

    @Test
    void outage_without_losses_has_no_end() {
        outage.available(false);
        outage.available(false);
        outage.available(true);
        outage.stored();
        assertThat(outage.isLosing()).isFalse();
    }

    @Test
    void single_losses_are_summed_up_after_ten_seconds() {
        for (int i = 0; i < 3; i++) {
            outage.lost(AWAY);
            outage.stored();
        }
        assertThat(outage.lost()).isEqualTo(3);
        now += Duration.ofSeconds(10).toNanos();
        assertThat(outage.isLosing()).isTrue();
        outage.stored();
        assertThat(outage.isLosing()).isFalse();
    }

    @Test
    void waiting_ends_with_the_outage() {
        assertThat(outage.whenAvailable()).isCompleted();
        outage.available(false);
        CompletableFuture<Void> waiting = outage.whenAvailable();
        assertThat(waiting).isNotDone();
        outage.whenAvailable().complete(null); // harms nobody else
        assertThat(outage.isAway()).isTrue();
        assertThat(waiting).isNotDone();
        outage.available(true);
        assertThat(waiting).isCompleted();
    }
}
