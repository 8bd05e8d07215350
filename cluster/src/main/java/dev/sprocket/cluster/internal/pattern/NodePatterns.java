package dev.sprocket.cluster.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.cluster.spi.NodeId;
import dev.sprocket.pubsub.internal.pattern.PatternMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/**
 * Patterns of all nodes, this one included, and the nodes that want an event.
 *
 * <p>Answers are cached by topic until a pattern changes, so a topic that is published often costs one look-up.
 */
@ThreadSafe
public final class NodePatterns {
    /** Number of topics whose answers are cached. */
    static final int MAX_CACHED = 16_384;

    /**
     * Nodes that want the events of a topic.
     *
     * @param all names of the nodes; null if the patterns are not known, and all nodes receive the event
     * @param others names of the nodes without this one; null as above
     */
    public record Nodes(@Nullable List<String> all, @Nullable List<String> others) {
        static final Nodes NONE = new Nodes(List.of(), List.of());
        static final Nodes UNKNOWN = new Nodes(null, null);

        /** Reports whether a node wants the events. */
        public boolean contains(String node) {
            return all == null || all.contains(node);
        }
    }

    private record Cached(long version, Nodes nodes) {}

    private final NodeId self;
    private final PatternMap<Set<NodeId>> patterns = new PatternMap<>();
    /** Patterns by node; guarded by this object's lock. */
    private final Map<NodeId, Set<PatternEntry>> byNode = new HashMap<>();

    private final Map<String, Cached> cache = new ConcurrentHashMap<>();
    /** Changes after each change of the patterns. */
    private volatile long version;
    /** False until the patterns of all nodes have been read, if there are other nodes. */
    private volatile boolean known = true;

    private volatile boolean empty = true;

    /** Creates an empty table. */
    public NodePatterns(NodeId self) {
        this.self = self;
    }

    /** Returns the nodes that want the events of a topic. */
    public Nodes of(String topic) {
        if (!known) {
            return Nodes.UNKNOWN;
        }
        if (empty) {
            return Nodes.NONE;
        }
        long before = version;
        Cached cached = cache.get(topic);
        if (cached != null && cached.version == before) {
            return cached.nodes;
        }
        Nodes found = find(topic);
        if (cached == null && cache.size() >= MAX_CACHED) {
            cache.clear();
        }
        cache.put(topic, new Cached(before, found));
        return found;
    }

    private Nodes find(String topic) {
        Set<String> found = new TreeSet<>();
        patterns.forEachMatch(topic, nodes -> nodes.forEach(node -> found.add(node.name())));
        if (found.isEmpty()) {
            return Nodes.NONE;
        }
        List<String> all = List.copyOf(found);
        found.remove(self.name());
        return new Nodes(all, List.copyOf(found));
    }

    /** Adds a pattern of a node. */
    public synchronized void add(NodeId node, PatternEntry entry) {
        if (byNode.computeIfAbsent(node, name -> new HashSet<>()).add(entry)) {
            patterns.computeIfAbsent(entry.match(), entry.pattern(), CopyOnWriteArraySet::new)
                    .add(node);
            changed();
        }
    }

    /** Removes a pattern of a node. */
    public synchronized void remove(NodeId node, PatternEntry entry) {
        Set<PatternEntry> own = byNode.get(node);
        if (own != null && own.remove(entry)) {
            if (own.isEmpty()) {
                byNode.remove(node);
            }
            forget(node, entry);
            changed();
        }
    }

    private void forget(NodeId node, PatternEntry entry) {
        Set<NodeId> nodes = patterns.get(entry.match(), entry.pattern()).orElse(Set.of());
        nodes.remove(node);
        if (nodes.isEmpty()) {
            patterns.remove(entry.match(), entry.pattern(), nodes);
        }
    }

    /** Removes all patterns of a node. */
    public synchronized void removeAll(NodeId node) {
        List.copyOf(byNode.getOrDefault(node, Set.of())).forEach(entry -> remove(node, entry));
    }

    /** Sets whether the patterns of all nodes are known. */
    public void known(boolean complete) {
        known = complete;
    }

    /** Returns the number of patterns of all nodes. */
    public synchronized int size() {
        return byNode.values().stream().mapToInt(Set::size).sum();
    }

    int cached() {
        return cache.size();
    }

    private void changed() {
        empty = byNode.isEmpty();
        version++;
    }
}
