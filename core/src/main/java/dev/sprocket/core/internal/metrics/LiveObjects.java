package dev.sprocket.core.internal.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.ToLongFunction;

/**
 * Objects whose numbers are added up when somebody reads them.
 *
 * <p>They are held weakly. Equality must be identity.
 *
 * @param <T> type of the objects
 */
@ThreadSafe
public final class LiveObjects<T> {
    private final Set<T> objects = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Adds an object. */
    public void add(T object) {
        objects.add(object);
    }

    /** Removes an object before it is unreachable. */
    public void remove(T object) {
        objects.remove(object);
    }

    /** Returns the sum of a number of all objects. */
    public long sum(ToLongFunction<? super T> number) {
        return all().stream().mapToLong(number).sum();
    }

    /** Returns all objects. */
    public List<T> all() {
        synchronized (objects) {
            return new ArrayList<>(objects);
        }
    }
}
