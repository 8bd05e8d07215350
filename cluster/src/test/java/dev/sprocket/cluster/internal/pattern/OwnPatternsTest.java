package dev.sprocket.cluster.internal.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.cluster.internal.metrics.NodeCounter;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.leaktest.InOrder;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class OwnPatternsTest {
    private static final NodeId SELF = new NodeId("self", 1);
    private static final NodeId B = new NodeId("b", 1);
    private static final NodeId C = new NodeId("c", 1);
    private static final PatternEntry ENTRY = new PatternEntry(MatchPolicy.PREFIX, "a.");

    /** Directory whose answers the test gives. */
    private static final class TestDirectory implements OwnPatterns.Directory {
        final List<String> calls = new ArrayList<>();
        final List<CompletableFuture<Void>> puts = new ArrayList<>();
        boolean reachable = true;

        @Override
        public CompletionStage<Void> put(PatternEntry entry, long number) {
            calls.add("put " + entry.key() + " " + number);
            CompletableFuture<Void> stored = new CompletableFuture<>();
            puts.add(stored);
            return stored;
        }

        @Override
        public void remove(PatternEntry entry) {
            calls.add("remove " + entry.key());
        }

        @Override
        public Set<NodeId> others() {
            return Set.of(B, C);
        }

        @Override
        public boolean isReachable() {
            return reachable;
        }
    }

    private final NodePatterns all = new NodePatterns(SELF);
    private final TestDirectory directory = new TestDirectory();
    private final InOrder loop = new InOrder();
    private final List<String> told = new ArrayList<>();
    private long now;
    private final OwnPatterns own = new OwnPatterns(SELF, all, loop, new NodeCounter(new LongAdder()), () -> now);

    {
        own.connect(directory);
        own.tellGaps((match, pattern) -> told.add(pattern));
    }

    private boolean isInDoubt() {
        return own.isInDoubt(ENTRY.match(), ENTRY.pattern());
    }

    private CompletableFuture<Void> acquire() {
        return own.acquire(ENTRY.match(), ENTRY.pattern()).toCompletableFuture();
    }

    private void release() {
        own.release(ENTRY.match(), ENTRY.pattern());
    }

    @Test
    void pattern_is_complete_when_all_nodes_acknowledged() {
        CompletableFuture<Void> known = acquire();
        own.onAcknowledged(C, 1); // before the engine answers
        directory.puts.get(0).complete(null);
        assertThat(known).isNotDone();
        own.onAcknowledged(B, 7); // of another use
        own.onAcknowledged(C, 1);
        assertThat(known).isNotDone();
        own.onAcknowledged(B, 1);
        assertThat(known).isCompleted();
        assertThat(own.inDoubt()).isZero();
    }

    @Test
    void many_subscribers_are_one_entry() {
        CompletableFuture<Void> first = acquire();
        CompletableFuture<Void> second = acquire();
        directory.puts.get(0).complete(null);
        own.onAcknowledged(B, 1);
        assertThat(second).isNotDone();
        own.onAcknowledged(C, 1);
        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(acquire()).isCompleted();
        release();
        release();
        assertThat(directory.calls).containsExactly("put p:a. 1");
        assertThat(own.size()).isEqualTo(1);
        release();
        assertThat(directory.calls).containsExactly("put p:a. 1", "remove p:a.");
        assertThat(all.size()).isZero();
        var unused = acquire();
        assertThat(directory.calls).endsWith("put p:a. 2");
    }

    @Test
    void waits_no_longer_for_a_node_that_is_gone() {
        CompletableFuture<Void> known = acquire();
        directory.puts.get(0).complete(null);
        own.onAcknowledged(B, 1);
        own.onGone(C);
        assertThat(known).isCompleted();
        assertThat(own.inDoubt()).isZero();
    }

    @Test
    void silent_node_delays_a_pattern_for_two_seconds() {
        CompletableFuture<Void> known = acquire();
        directory.puts.get(0).complete(null);
        own.onAcknowledged(B, 1);
        now += OwnPatterns.PATIENCE.toNanos() - 1;
        own.sweep();
        assertThat(known).isNotDone();
        now++;
        own.sweep();
        assertThat(known).isCompleted();
        assertThat(own.inDoubt()).isEqualTo(1);
    }

    @Test
    void refused_entry_is_in_doubt() {
        CompletableFuture<Void> known = acquire();
        directory.puts.get(0).completeExceptionally(new UnavailableException("full"));
        assertThat(known).isCompleted();
        assertThat(own.inDoubt()).isEqualTo(1);
    }

    @Test
    void local_subscriber_does_not_wait_for_an_absent_directory() {
        directory.reachable = false;
        assertThat(acquire()).isCompleted();
        assertThat(directory.calls).containsExactly("put p:a. 1");
        directory.puts.get(0).completeExceptionally(new UnavailableException("away"));
        assertThat(own.inDoubt()).isZero();
    }

    @Test
    void release_ends_a_pattern_that_waits() {
        CompletableFuture<Void> known = acquire();
        release();
        assertThat(known).isCompleted();
        directory.puts.get(0).complete(null);
        now += OwnPatterns.PATIENCE.toNanos();
        own.sweep();
        assertThat(own.inDoubt()).isZero();
        assertThat(own.size()).isZero();
    }

    @Test
    void slow_node_is_told_twice() {
        CompletableFuture<Void> known = acquire();
        directory.puts.get(0).complete(null);
        own.onAcknowledged(B, 1);
        assertThat(isInDoubt()).isFalse();
        now += OwnPatterns.PATIENCE.toNanos();
        own.sweep();
        assertThat(told).containsExactly("a.");
        assertThat(known).isCompleted();
        assertThat(isInDoubt()).isTrue();
        now += OwnPatterns.PATIENCE.toNanos();
        own.sweep();
        assertThat(told).hasSize(1);
        own.onAcknowledged(C, 1);
        assertThat(told).hasSize(2);
        assertThat(isInDoubt()).isFalse();
    }

    @Test
    void pattern_that_all_know_tells_nothing() {
        var unused = acquire();
        directory.puts.get(0).complete(null);
        own.onAcknowledged(B, 1);
        own.onAcknowledged(C, 1);
        now += OwnPatterns.PATIENCE.toNanos();
        own.sweep();
        assertThat(told).isEmpty();
        assertThat(isInDoubt()).isFalse();
    }

    @Test
    void losses_of_one_turn_are_told_once() {
        var unused = acquire();
        directory.puts.get(0).complete(null);
        own.onGone(B);
        own.onGone(C);
        loop.execute(() -> {
            own.onMissed("x");
            own.onMissed(null);
            own.onMissed("a.1");
            assertThat(told).isEmpty();
        });
        assertThat(told).containsExactly("a.");
        own.onMissed("x"); // soon after
        own.onMissed("a.1");
        own.sweep();
        assertThat(told).hasSize(1);
        now += 1_000_000_000;
        own.sweep();
        assertThat(told).hasSize(2);
        assertThat(own.inDoubt()).isEqualTo(2);
        now += 1_000_000_000;
        own.onMissed("x");
        assertThat(told).hasSize(2);
    }

    @Test
    void many_missed_topics_concern_all_patterns() {
        var unused = acquire();
        directory.puts.get(0).complete(null);
        own.onGone(B);
        own.onGone(C);
        loop.execute(() -> {
            for (int i = 0; i <= MissedTopics.MAX_TOPICS; i++) {
                own.onMissed("x" + i);
            }
        });
        assertThat(told).containsExactly("a.");
    }

    @Test
    void node_cut_off_tells_when_it_is_known() {
        var unused = acquire();
        directory.puts.get(0).complete(null);
        own.onAcknowledged(B, 1);
        own.onAcknowledged(C, 1);
        directory.reachable = false;
        own.onCutOff();
        own.onMissed(null);
        directory.puts.get(1).completeExceptionally(new UnavailableException("cut off"));
        own.onGone(B);
        own.onGone(C);
        assertThat(told).isEmpty();
        directory.reachable = true;
        own.onAllKnown();
        own.onAcknowledged(B, 2);
        directory.puts.get(2).complete(null);
        own.onAcknowledged(C, 1); // of the former entry
        assertThat(told).isEmpty();
        own.onAcknowledged(C, 2);
        assertThat(told).containsExactly("a.");
        assertThat(directory.calls).containsExactly("put p:a. 1", "put p:a. 2", "put p:a. 2");
    }

    @Test
    void pattern_before_the_first_connection_tells_nothing() {
        directory.reachable = false;
        assertThat(acquire()).isCompleted();
        directory.puts.get(0).completeExceptionally(new UnavailableException("away"));
        directory.reachable = true;
        own.onAllKnown();
        directory.puts.get(1).complete(null);
        own.onAcknowledged(B, 1);
        own.onAcknowledged(C, 1);
        assertThat(told).isEmpty();
    }

    @Test
    void entry_that_could_not_be_stored_is_put_again() {
        assertThat(acquire()).isNotDone();
        directory.puts.get(0).completeExceptionally(new UnavailableException("away"));
        assertThat(isInDoubt()).isTrue();
        assertThat(told).containsExactly("a.");
        own.sweep();
        own.sweep();
        assertThat(directory.calls).containsExactly("put p:a. 1", "put p:a. 1");
        directory.puts.get(1).complete(null);
        own.onAcknowledged(B, 1);
        own.onAcknowledged(C, 1);
        assertThat(told).containsExactly("a.", "a.");
        assertThat(isInDoubt()).isFalse();
    }

    @Test
    void refused_entry_stays_in_doubt() {
        assertThat(acquire()).isNotDone();
        directory.puts.get(0).completeExceptionally(new IllegalStateException("full"));
        own.onAcknowledged(B, 1);
        own.onAcknowledged(C, 1);
        own.sweep();
        assertThat(directory.calls).containsExactly("put p:a. 1");
        assertThat(told).containsExactly("a.");
        assertThat(isInDoubt()).isTrue();
    }
}
