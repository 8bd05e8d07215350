package dev.sprocket.pubsub.internal.delivery;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Map of values that know their keys. Few values are stored in a list, many in a map.
 *
 * @param <K> type of the keys
 * @param <V> type of the values
 */
@ThreadSafe
public final class CompactMap<K, V> {
    private static final int MAX_LIST_SIZE = 8;

    private final Function<V, K> key;
    private List<V> list = List.of();
    private @Nullable Map<K, V> map;

    /**
     * Creates an empty map.
     *
     * @param key returns the key of a value
     */
    public CompactMap(Function<V, K> key) {
        this.key = key;
    }

    /** Returns the keys, in order of insertion. */
    public synchronized List<K> keys() {
        return map == null ? list.stream().map(key).toList() : List.copyOf(map.keySet());
    }

    /** Returns the number of values. */
    public synchronized int size() {
        return map == null ? list.size() : map.size();
    }

    /** Returns the value of a key; null if there is none. */
    @Nullable
    public synchronized V get(K wanted) {
        if (map != null) {
            return map.get(wanted);
        }
        for (int i = 0; i < list.size(); i++) {
            V value = list.get(i);
            if (key.apply(value).equals(wanted)) {
                return value;
            }
        }
        return null;
    }

    /** Adds a value; returns false if there is one with its key. */
    public synchronized boolean add(V value) {
        K added = key.apply(value);
        if (get(added) != null) {
            return false;
        }
        if (map != null) {
            map.put(added, value);
        } else if (list.size() == MAX_LIST_SIZE) {
            Map<K, V> all = new LinkedHashMap<>();
            list.forEach(one -> all.put(key.apply(one), one));
            all.put(added, value);
            map = all;
            list = List.of();
        } else {
            if (list.isEmpty()) {
                list = new ArrayList<>(1);
            }
            list.add(value);
        }
        return true;
    }

    /** Removes the value of a key and returns it; null if there is none. */
    @Nullable
    public synchronized V remove(K wanted) {
        if (map != null) {
            return map.remove(wanted);
        }
        V found = get(wanted);
        if (found != null) {
            list.remove(found);
        }
        return found;
    }
}
