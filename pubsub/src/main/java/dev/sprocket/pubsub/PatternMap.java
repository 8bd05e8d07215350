package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
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
 * Values under names and patterns of names, found without looking at those that do not fit: prefixes by their lengths,
 * wildcards by a tree of components.
 *
 * <p>Reading waits for nobody.
 */
@ThreadSafe
public final class PatternMap<V> {
    private final Map<String, V> exact = new ConcurrentHashMap<>();
    private final Map<String, V> prefixes = new ConcurrentHashMap<>();
    /** How many prefixes there are of each length; under this object's lock. */
    private final TreeMap<Integer, Integer> prefixCounts = new TreeMap<>();
    /** Those lengths, from the shortest on. */
    private volatile int[] prefixLengths = {};

    private final WildcardTree<V> wildcards = new WildcardTree<>();

    /** The value under this very name or pattern. */
    public Optional<V> get(MatchPolicy match, String name) {
        return Optional.ofNullable(
                switch (match) {
                    case EXACT -> exact.get(name);
                    case PREFIX -> prefixes.get(name);
                    case WILDCARD -> wildcards.get(name);
                });
    }

    /** The value under this name or pattern, made if there is none. */
    public synchronized V computeIfAbsent(MatchPolicy match, String name, Supplier<V> make) {
        V known = get(match, name).orElse(null);
        if (known != null) {
            return known;
        }
        V made = make.get();
        switch (match) {
            case EXACT -> exact.put(name, made);
            case PREFIX -> {
                prefixes.put(name, made);
                countPrefix(name.length(), 1);
            }
            case WILDCARD -> wildcards.put(name, made);
        }
        return made;
    }

    /** Removes it, if it is what stands there. */
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

    private void countPrefix(int length, int more) {
        if (prefixCounts.merge(length, more, Integer::sum) == 0) {
            prefixCounts.remove(length);
        }
        prefixLengths = prefixCounts.keySet().stream().mapToInt(i -> i).toArray();
    }

    /** Whether there is nothing. */
    public boolean isEmpty() {
        return exact.isEmpty() && prefixes.isEmpty() && wildcards.isEmpty();
    }

    /** All whose name or pattern fits: the name itself first, then prefixes, then wildcards. */
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
     * The one that fits best: the name itself, else the longest prefix, else the wildcard whose components are the name's
     * own for longest, from the left.
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

    /** All under names or patterns of one kind. */
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
