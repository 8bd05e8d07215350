package dev.sprocket.cluster.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.metrics.NodeCounter;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Patterns to which subscribers of this node are subscribed.
 *
 * <p>A pattern is one entry of the directory, however many subscribers it has. Other nodes acknowledge a new entry;
 * after {@link #PATIENCE} the pattern is used without the rest, and counted as in doubt.
 */
@ThreadSafe
public final class OwnPatterns {
    /** Time to wait for the acknowledgements of other nodes: 2 s. */
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(OwnPatterns.class);

    /** Directory as these patterns use it. Called by the executor. */
    public interface Directory {
        /**
         * Puts an entry, which other nodes acknowledge with its number.
         *
         * @return completes when the entry is stored and was sent to all nodes
         */
        CompletionStage<Void> put(PatternEntry entry, long number);

        /** Removes an entry. */
        void remove(PatternEntry entry);

        /** Returns the other nodes that are alive. */
        Set<NodeId> others();

        /** Reports whether the directory can be reached. */
        boolean isReachable();
    }

    /** Use of a pattern; its acknowledgements are confined to the executor. */
    private static final class Use {
        final PatternEntry entry;
        final long number;
        final CompletableFuture<Void> known = new CompletableFuture<>();
        final Set<NodeId> acknowledged = new HashSet<>();
        /** Nodes whose acknowledgements are missing; null before the entry is stored. */
        @Nullable
        Set<NodeId> missing;

        final long startedNanos;
        /** Number of subscriptions; guarded by the lock of the patterns. */
        int count = 1;

        Use(PatternEntry entry, long number, long startedNanos) {
            this.entry = entry;
            this.number = number;
            this.startedNanos = startedNanos;
        }
    }

    private final NodeId self;
    private final NodePatterns all;
    private volatile Directory directory = new LocalPatterns();
    private final Executor executor;
    private final LongSupplier nanos;
    private final Map<PatternEntry, Use> uses = new HashMap<>();
    /** Uses that are not known to all nodes yet; confined to the executor. */
    private final Map<Long, Use> pending = new HashMap<>();

    private final NodeCounter inDoubt;
    private long lastNumber;

    /**
     * Creates an empty set of patterns.
     *
     * @param inDoubt counts patterns for which events may have been missed
     * @param nanos clock, as {@link System#nanoTime}
     */
    public OwnPatterns(NodeId self, NodePatterns all, Executor executor, NodeCounter inDoubt, LongSupplier nanos) {
        this.self = self;
        this.all = all;
        this.executor = executor;
        this.inDoubt = inDoubt;
        this.nanos = nanos;
    }

    /** Uses a directory; called before the first pattern. */
    public void connect(Directory shared) {
        directory = shared;
    }

    /**
     * Adds a use of a pattern.
     *
     * @return completes when the other nodes know the pattern, or after the time limit; at once while the directory
     *     cannot be reached
     */
    public CompletionStage<Void> acquire(MatchPolicy match, String pattern) {
        PatternEntry entry = new PatternEntry(match, pattern);
        synchronized (uses) {
            Use existing = uses.get(entry);
            if (existing != null) {
                existing.count++;
                return existing.known.copy();
            }
            Use created = new Use(entry, ++lastNumber, nanos.getAsLong());
            uses.put(entry, created);
            all.add(self, entry);
            executor.execute(() -> announce(created));
            return created.known.copy();
        }
    }

    /** Ends one {@link #acquire}. */
    public void release(MatchPolicy match, String pattern) {
        PatternEntry entry = new PatternEntry(match, pattern);
        synchronized (uses) {
            Use use = uses.get(entry);
            if (use != null && --use.count == 0) {
                uses.remove(entry);
                all.remove(self, entry);
                executor.execute(() -> withdraw(use));
            }
        }
    }

    private void announce(Use use) {
        if (!directory.isReachable()) {
            use.known.complete(null);
        } else {
            pending.put(use.number, use);
        }
        directory
                .put(use.entry, use.number)
                .whenComplete((stored, failure) -> executor.execute(() -> {
                    if (failure == null) {
                        use.missing = new HashSet<>(directory.others());
                        use.missing.removeAll(use.acknowledged);
                        completeIfKnown(use);
                    } else if (pending.remove(use.number, use)) {
                        inDoubt.increment();
                        LOG.warn(
                                "pattern not in the directory, events of other nodes may be missing: cause=\"{}\"",
                                failure.getMessage());
                        use.known.complete(null);
                    }
                }));
    }

    private void withdraw(Use use) {
        pending.remove(use.number, use);
        use.known.complete(null);
        directory.remove(use.entry);
    }

    private void completeIfKnown(Use use) {
        if (use.missing != null && use.missing.isEmpty() && pending.remove(use.number, use)) {
            use.known.complete(null);
        }
    }

    /** Handles the acknowledgement of an entry by another node. Called by the executor. */
    public void onAcknowledged(NodeId node, long number) {
        Use use = pending.get(number);
        if (use != null) {
            use.acknowledged.add(node);
            if (use.missing != null) {
                use.missing.remove(node);
            }
            completeIfKnown(use);
        }
    }

    /** Counts that events of other nodes may be missing for all patterns. */
    public void onContinuityLost() {
        int patterns = size();
        if (patterns > 0) {
            inDoubt.add(patterns);
            LOG.warn(
                    "events of other nodes may be missing for patterns: patterns={} (their subscribers are not told)",
                    patterns);
        }
    }

    /** Forgets a node that has left or has died. Called by the executor. */
    public void onGone(NodeId node) {
        for (Use use : List.copyOf(pending.values())) {
            if (use.missing != null) {
                use.missing.remove(node);
            }
            completeIfKnown(use);
        }
    }

    /** Completes what has waited for too long. Called by the executor about once a second. */
    public void sweep() {
        long now = nanos.getAsLong();
        List<Use> late = new ArrayList<>();
        for (Use use : pending.values()) {
            if (now - use.startedNanos >= PATIENCE.toNanos()) {
                late.add(use);
            }
        }
        if (late.isEmpty()) {
            return;
        }
        Set<NodeId> missing = new HashSet<>();
        late.forEach(use -> {
            pending.remove(use.number, use);
            missing.addAll(use.missing == null ? Set.of() : use.missing);
        });
        inDoubt.add(late.size());
        LOG.warn(
                "patterns not acknowledged in time, their events may be missing: patterns={} nodes={} timeoutMillis={}"
                        + " (are these nodes overloaded, or of an older version?)",
                late.size(),
                missing,
                PATIENCE.toMillis());
        late.forEach(use -> use.known.complete(null));
    }

    /** Returns how many patterns were used before all nodes knew them. */
    public long inDoubt() {
        return inDoubt.sum();
    }

    /** Returns the number of patterns. */
    public int size() {
        synchronized (uses) {
            return uses.size();
        }
    }
}
