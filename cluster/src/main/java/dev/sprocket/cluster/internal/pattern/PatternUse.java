package dev.sprocket.cluster.internal.pattern;

import dev.sprocket.cluster.spi.NodeId;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Pattern with subscribers on this node, and the nodes that know it.
 *
 * <p>Confined to the executor of the node, unless a field says otherwise.
 */
final class PatternUse {
    final PatternEntry entry;
    /** Completes when subscribers need not wait any more. */
    final CompletableFuture<Void> ready = new CompletableFuture<>();
    /** Number of subscriptions; guarded by the lock of the patterns. */
    int count = 1;
    /** True while some nodes do not know the pattern, and subscribers were told. Read by all. */
    volatile boolean inDoubt;
    /** True if subscribers are told when all nodes know the pattern. */
    boolean tellsWhenKnown;
    /** True while the entry is on its way into the directory. */
    boolean isPutting;
    /** Number with which other nodes acknowledge the entry. */
    long number;

    private final Set<NodeId> acknowledged = new HashSet<>();
    /** Nodes whose acknowledgements are missing; null before the entry is stored. */
    private @Nullable Set<NodeId> missing;
    /** Time from which acknowledgements are late. */
    private long sinceNanos;

    PatternUse(PatternEntry entry, long number, long nanos) {
        this.entry = entry;
        this.number = number;
        this.sinceNanos = nanos;
    }

    /** Reports whether subscribers were let in although some nodes may not know the pattern. */
    boolean isOpen() {
        return ready.isDone();
    }

    /** Returns the nodes whose acknowledgements are missing, as far as they are known. */
    Set<NodeId> missing() {
        return missing == null ? Set.of() : missing;
    }

    /** Begins again with another number: other nodes may have forgotten the pattern. */
    void renew(long other) {
        number = other;
        inDoubt = false;
        tellsWhenKnown = true;
        isPutting = false;
        acknowledged.clear();
        missing = null;
    }

    /** Reports whether the entry must be put, again or for the first time. */
    boolean mustPut() {
        return missing == null && !isPutting;
    }

    /** Waits for the nodes that are alive now that the entry is stored. */
    void stored(Set<NodeId> nodes, long nanos) {
        missing = new HashSet<>(nodes);
        missing.removeAll(acknowledged);
        sinceNanos = isOpen() ? nanos : sinceNanos;
    }

    void acknowledged(NodeId node) {
        acknowledged.add(node);
        forget(node);
    }

    /** Waits no longer for a node. */
    void forget(NodeId node) {
        if (missing != null) {
            missing.remove(node);
        }
    }

    /** Reports whether all nodes know the pattern. */
    boolean isKnown() {
        return missing != null && missing.isEmpty();
    }

    /** Reports whether acknowledgements have taken too long, and subscribers were not told yet. */
    boolean isLate(long nanos, long patienceNanos) {
        return !inDoubt && (missing != null || !isOpen()) && nanos - sinceNanos >= patienceNanos;
    }
}
