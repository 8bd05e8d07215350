package dev.sprocket.cluster.internal.log;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Set of values that know their names, of 5 to 8 bytes for each value.
 *
 * <p>Open addressing with linear probing in one array, which grows by a half and is at most four fifths full. Clients
 * choose the names, so the hash has a secret seed.
 *
 * <p>Not thread-safe.
 *
 * @param <V> type of the values; a {@code String} is its own name
 */
public class NameSet<V> {
    private static final int MIN_CAPACITY = 5;
    private static final long SEED = new SecureRandom().nextLong() | 1;

    private @Nullable Object[] places = new Object[MIN_CAPACITY];
    private int size;

    /** Creates an empty set. */
    public NameSet() {}

    /** Returns the name of a value. */
    protected String name(V value) {
        return (String) value;
    }

    /** Returns the number of values. */
    public final int size() {
        return size;
    }

    /** Returns the value with a name; null if there is none. */
    @SuppressWarnings("unchecked") // only values are stored
    public final @Nullable V get(String name) {
        return (V) places[find(name)];
    }

    /** Reports whether there is a value with a name. */
    public final boolean contains(String name) {
        return places[find(name)] != null;
    }

    /** Adds a value; returns false if there is one with its name. */
    @CanIgnoreReturnValue
    public final boolean add(V value) {
        int place = find(name(value));
        if (places[place] != null) {
            return false;
        }
        places[place] = value;
        size++;
        if (size > places.length / 5 * 4) {
            resize(places.length + Math.max(places.length / 2, MIN_CAPACITY));
        }
        return true;
    }

    /** Removes the value with a name; returns false if there is none. */
    @CanIgnoreReturnValue
    public final boolean remove(String name) {
        int free = find(name);
        if (places[free] == null) {
            return false;
        }
        // values behind it move forward, so that each is found without a hole in front of it
        for (int at = next(free); places[at] != null; at = next(at)) {
            int home = home(name(value(at)));
            boolean isBetween = free <= at ? free < home && home <= at : free < home || home <= at;
            if (!isBetween) {
                places[free] = places[at];
                free = at;
            }
        }
        places[free] = null;
        size--;
        if (places.length > MIN_CAPACITY && size < places.length / 4) {
            resize(Math.max(MIN_CAPACITY, places.length / 2));
        }
        return true;
    }

    /** Returns the values, in no order. */
    public final List<V> values() {
        List<V> all = new ArrayList<>(size);
        for (int at = 0; at < places.length; at++) {
            if (places[at] != null) {
                all.add(value(at));
            }
        }
        return all;
    }

    @SuppressWarnings("unchecked") // only values are stored
    private V value(int place) {
        Object found = places[place];
        if (found == null) {
            throw new IllegalStateException("no value at " + place);
        }
        return (V) found;
    }

    /** Returns the place of a name, or the free one where it would be. */
    private int find(String name) {
        int at = home(name);
        while (places[at] != null && !isEqual(name(value(at)), name)) {
            at = next(at);
        }
        return at;
    }

    /** Compares the hash codes first, which names remember. */
    private static boolean isEqual(String one, String other) {
        return one.hashCode() == other.hashCode() && one.equals(other);
    }

    private int home(String name) {
        long hash = SEED;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * SEED;
            hash ^= hash >>> 32;
        }
        return (int) (((hash & 0xFFFFFFFFL) * places.length) >>> 32);
    }

    private int next(int place) {
        return place + 1 == places.length ? 0 : place + 1;
    }

    private void resize(int capacity) {
        List<V> all = values();
        places = new Object[capacity];
        for (V value : all) {
            places[find(name(value))] = value;
        }
    }
}
