package dev.sprocket.cluster.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.internal.metrics.NodeCounter;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.EventLog.UnavailableException;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Patterns to which subscribers of this node are subscribed.
 *
 * <p>A pattern is one entry of the directory, however many subscribers it has. Other nodes acknowledge a new entry;
 * after {@link #PATIENCE} the pattern is used without the rest, and is in doubt.
 *
 * <p>Subscribers are told a gap when events may have been missed: at the end of the turn in which this node has noticed
 * it, at most once a second. While a pattern is in doubt, they are told at its beginning and at its end, since what
 * happens in between is missed, too. A node that was cut off tells them when the others know its patterns again.
 */
@ThreadSafe
public final class OwnPatterns {
    /** Time to wait for the acknowledgements of other nodes: 2 s. */
    public static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Shortest time between two gaps that are told for missed events. */
    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(OwnPatterns.class);

    /** Directory as these patterns use it. Called by the executor. */
    public interface Directory {
        /**
         * Puts an entry, which other nodes acknowledge with its number.
         *
         * @return completes when the entry is stored and was sent to all nodes; fails with {@link UnavailableException}
         *     if it will be stored later
         */
        CompletionStage<Void> put(PatternEntry entry, long number);

        /** Removes an entry. */
        void remove(PatternEntry entry);

        /** Returns the other nodes that are alive. */
        Set<NodeId> others();

        /** Reports whether the directory can be reached. */
        boolean isReachable();
    }

    private final NodeId self;
    private final NodePatterns all;
    private volatile Directory directory = new LocalPatterns();
    private volatile BiConsumer<MatchPolicy, String> teller = (match, pattern) -> {};
    private final Executor executor;
    private final LongSupplier nanos;
    private final Map<PatternEntry, PatternUse> uses = new HashMap<>();
    /** Uses that are not known to all nodes, by number; confined to the executor. */
    private final Map<Long, PatternUse> pending = new HashMap<>();
    /** Topics whose subscribers were not told yet; confined to the executor. */
    private final MissedTopics missed = new MissedTopics();
    /** Time at which subscribers were last told; confined to the executor. */
    private long toldNanos;
    /** True if subscribers are told at the end of this turn; confined to the executor. */
    private boolean isTelling;
    /** True once this node was a member of its cluster; confined to the executor. */
    private boolean joined;

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
        this.toldNanos = nanos.getAsLong() - GAP_NANOS;
    }

    /** Uses a directory; called before the first pattern. */
    public void connect(Directory shared) {
        directory = shared;
    }

    /** Sets what tells the subscribers of a pattern of a gap; called by the executor. */
    public void tellGaps(BiConsumer<MatchPolicy, String> action) {
        teller = action;
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
            PatternUse existing = uses.get(entry);
            if (existing != null) {
                existing.count++;
                return existing.ready.copy();
            }
            PatternUse created = new PatternUse(entry, ++lastNumber, nanos.getAsLong());
            uses.put(entry, created);
            all.add(self, entry);
            executor.execute(() -> announce(created));
            return created.ready.copy();
        }
    }

    /** Ends one {@link #acquire}. */
    public void release(MatchPolicy match, String pattern) {
        PatternEntry entry = new PatternEntry(match, pattern);
        synchronized (uses) {
            PatternUse use = uses.get(entry);
            if (use != null && --use.count == 0) {
                uses.remove(entry);
                all.remove(self, entry);
                executor.execute(() -> withdraw(use));
            }
        }
    }

    /** Reports whether some nodes do not know a pattern, though it is used. */
    public boolean isInDoubt(MatchPolicy match, String pattern) {
        synchronized (uses) {
            PatternUse use = uses.get(new PatternEntry(match, pattern));
            return use != null && use.inDoubt;
        }
    }

    private void announce(PatternUse use) {
        pending.put(use.number, use);
        if (directory.isReachable()) {
            joined = true;
        } else {
            use.tellsWhenKnown = joined;
            use.ready.complete(null);
        }
        put(use);
    }

    private void put(PatternUse use) {
        long number = use.number;
        use.isPutting = true;
        directory
                .put(use.entry, number)
                .whenComplete((stored, failure) -> executor.execute(() -> {
                    if (pending.get(number) != use) {
                        return;
                    }
                    use.isPutting = false;
                    if (failure == null) {
                        use.stored(directory.others(), nanos.getAsLong());
                        completeIfKnown(use);
                    } else {
                        onNotStored(use, failure);
                    }
                }));
    }

    private void onNotStored(PatternUse use, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean isLater = cause instanceof UnavailableException;
        if (!isLater) {
            pending.remove(use.number, use);
        }
        if (!isLater || !use.isOpen()) {
            inDoubt.increment();
            LOG.warn(
                    "pattern not in the directory, events of other nodes may be missing: cause=\"{}\"",
                    cause.getMessage());
            doubt(use);
        }
    }

    private void withdraw(PatternUse use) {
        pending.remove(use.number, use);
        use.ready.complete(null);
        directory.remove(use.entry);
    }

    /** Lets subscribers in, and tells those that are there. */
    private void doubt(PatternUse use) {
        use.inDoubt = true;
        use.tellsWhenKnown = true;
        tell(use);
        use.ready.complete(null);
    }

    private void tell(PatternUse use) {
        teller.accept(use.entry.match(), use.entry.pattern());
    }

    private void completeIfKnown(PatternUse use) {
        if (use.isKnown() && pending.remove(use.number, use)) {
            if (use.tellsWhenKnown) {
                tell(use);
            }
            use.inDoubt = false;
            use.ready.complete(null);
        }
    }

    /** Handles the acknowledgement of an entry by another node. Called by the executor. */
    public void onAcknowledged(NodeId node, long number) {
        PatternUse use = pending.get(number);
        if (use != null) {
            use.acknowledged(node);
            completeIfKnown(use);
        }
    }

    /**
     * Announces all patterns again: other nodes may have forgotten them. Called by the executor.
     *
     * <p>Their subscribers are told when all nodes know them.
     */
    public void onCutOff() {
        List<PatternUse> renewed;
        synchronized (uses) {
            renewed = List.copyOf(uses.values());
            pending.clear();
            for (PatternUse use : renewed) {
                use.renew(++lastNumber);
                pending.put(use.number, use);
            }
        }
        for (PatternUse use : renewed) {
            use.ready.complete(null);
            put(use);
        }
    }

    /** Handles that the other nodes are known, again or for the first time. Called by the executor. */
    public void onAllKnown() {
        joined = true;
        putPending();
    }

    /** Puts the entries that could not be stored. */
    private void putPending() {
        List.copyOf(pending.values()).stream().filter(PatternUse::mustPut).forEach(this::put);
    }

    /**
     * Tells subscribers that events of other nodes may have been missed. Called by the executor.
     *
     * @param topic topic of the events; null for all topics
     */
    public void onMissed(@Nullable String topic) {
        missed.add(topic);
        if (!isTelling && nanos.getAsLong() - toldNanos >= GAP_NANOS) { // otherwise by the next sweep
            isTelling = true;
            executor.execute(this::tellMissed);
        }
    }

    private void tellMissed() {
        isTelling = false;
        toldNanos = nanos.getAsLong();
        List<PatternUse> concerned;
        synchronized (uses) {
            concerned = uses.values().stream()
                    .filter(use -> missed.concern(use.entry))
                    .toList();
        }
        missed.clear();
        if (concerned.isEmpty()) {
            return;
        }
        inDoubt.add(concerned.size());
        LOG.warn(
                "events of other nodes may be missing for patterns: patterns={} (subscribers are told a gap where topics"
                        + " with a history match)",
                concerned.size());
        for (PatternUse use : concerned) {
            if (!pending.containsKey(use.number) || use.inDoubt) {
                tell(use);
            } else {
                use.tellsWhenKnown = true;
            }
        }
    }

    /** Forgets a node that has left or has died. Called by the executor. */
    public void onGone(NodeId node) {
        for (PatternUse use : List.copyOf(pending.values())) {
            use.forget(node);
            completeIfKnown(use);
        }
    }

    /** Completes what has waited for too long. Called by the executor about once a second. */
    public void sweep() {
        long now = nanos.getAsLong();
        if (!missed.isEmpty() && !isTelling && now - toldNanos >= GAP_NANOS) {
            tellMissed();
        }
        if (directory.isReachable()) {
            putPending();
        }
        List<PatternUse> late = new ArrayList<>();
        for (PatternUse use : pending.values()) {
            if (use.isLate(now, PATIENCE.toNanos())) {
                late.add(use);
            }
        }
        if (late.isEmpty()) {
            return;
        }
        Set<NodeId> missing = new HashSet<>();
        late.forEach(use -> missing.addAll(use.missing()));
        inDoubt.add(late.size());
        LOG.warn(
                "patterns not acknowledged in time, their events may be missing: patterns={} nodes={} timeoutMillis={}"
                        + " (are these nodes overloaded, or of an older version?)",
                late.size(),
                missing,
                PATIENCE.toMillis());
        late.forEach(this::doubt);
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
