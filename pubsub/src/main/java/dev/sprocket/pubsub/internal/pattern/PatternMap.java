package dev.sprocket.pubsub.internal.pattern;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Map from names and patterns to values.
 *
 * <p>Finds all patterns that match a name. The search does not iterate over all patterns: prefixes are found by their
 * lengths, wildcards in a tree of components. Reads do not block.
 */
@ThreadSafe
public final class PatternMap<V> {
    private final Map<String, V> exact = new ConcurrentHashMap<>();
    private final Map<String, V> prefixes = new ConcurrentHashMap<>();
    /** Number of prefixes by length; guarded by this object's lock. */
    private final TreeMap<Integer, Integer> prefixCounts = new TreeMap<>();
    /** Lengths of the prefixes, in ascending order. */
    private volatile int[] prefixLengths = {};

    private final WildcardTree<V> wildcards = new WildcardTree<>();

    /** Returns the value of exactly this name or pattern. */
    public Optional<V> get(MatchPolicy match, String name) {
        return Optional.ofNullable(
                switch (match) {
                    case EXACT -> exact.get(name);
                    case PREFIX -> prefixes.get(name);
                    case WILDCARD -> wildcards.get(name);
                });
    }

    /** Returns the value of a name or pattern, and creates it if there is none. */
    public synchronized V computeIfAbsent(MatchPolicy match, String name, Supplier<V> create) {
        V existing = get(match, name).orElse(null);
        if (existing != null) {
            return existing;
        }
        V created = create.get();
        switch (match) {
            case EXACT -> exact.put(name, created);
            case PREFIX -> {
                prefixes.put(name, created);
                countPrefix(name.length(), 1);
            }
            case WILDCARD -> wildcards.put(name, created);
        }
        return created;
    }

    /** Removes a name or pattern if it has this value. */
    public synchronized void remove(MatchPolicy match, String name, V value) {
        if (!get(match, name).filter(value::equals).isPresent()) {
            return;
        }
        switch (match) {
            case EXACT -> exact.remove(name);
            case PREFIX -> {
                prefixes.remove(name);
                countPrefix(name.length(), -1);
            }
            case WILDCARD -> wildcards.remove(name);
        }
    }

    private void countPrefix(int length, int change) {
        if (prefixCounts.merge(length, change, Integer::sum) == 0) {
            prefixCounts.remove(length);
        }
        prefixLengths = prefixCounts.keySet().stream().mapToInt(i -> i).toArray();
    }

    /** Reports whether the map is empty. */
    public boolean isEmpty() {
        return exact.isEmpty() && prefixes.isEmpty() && wildcards.isEmpty();
    }

    /** Calls a function with all matching values: the exact name first, then prefixes, then wildcards. */
    public void forEachMatch(String name, Consumer<? super V> found) {
        V same = exact.get(name);
        if (same != null) {
            found.accept(same);
        }
        for (int length : prefixLengths) {
            if (length > name.length()) {
                break;
            }
            V prefix = prefixes.get(name.substring(0, length));
            if (prefix != null) {
                found.accept(prefix);
            }
        }
        if (!wildcards.isEmpty()) {
            wildcards.forEachMatch(name, found);
        }
    }

    /**
     * Returns the value of the best match for a name.
     *
     * <p>That is the exact name, else the longest prefix, else the wildcard with the most equal components from the
     * left.
     */
    public Optional<V> bestMatch(String name) {
        V same = exact.get(name);
        if (same != null) {
            return Optional.of(same);
        }
        int[] all = prefixLengths;
        for (int i = all.length - 1; i >= 0; i--) {
            V prefix = all[i] > name.length() ? null : prefixes.get(name.substring(0, all[i]));
            if (prefix != null) {
                return Optional.of(prefix);
            }
        }
        @Nullable V best = wildcards.isEmpty() ? null : wildcards.bestMatch(name);
        return Optional.ofNullable(best);
    }

    /** Returns all values with one match policy. */
    public Collection<V> values(MatchPolicy match) {
        return switch (match) {
            case EXACT -> List.copyOf(exact.values());
            case PREFIX -> List.copyOf(prefixes.values());
            case WILDCARD -> {
                List<V> all = new ArrayList<>();
                wildcards.forEach(all::add);
                yield all;
            }
        };
    }
}
