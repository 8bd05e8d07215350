package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a connection: typed values, each behind the {@link AttributeKey} of the layer that owns it.
 *
 * <p>Each level has facts of its own and sees those of the levels below; what a level states hides what a lower one
 * stated under the same key.
 */
@ThreadSafe
public final class Attributes {
    private static final Object[] NONE = {};
    /** Stands for a value that is not to be seen from here on upwards. */
    static final Object HIDDEN = new Object();

    private final @Nullable Attributes below;
    /** Key, value, key, value …; replaced whole, so that readers need no lock. */
    private volatile Object[] pairs = NONE;

    /** The facts of a connection that has nothing below it. */
    public Attributes() {
        this.below = null;
    }

    /** The facts of a level that stands on another. */
    public Attributes(Attributes below) {
        this.below = below;
    }

    @Nullable
    Object find(AttributeKey<?> key) {
        Object[] p = pairs;
        for (int i = 0; i < p.length; i += 2) {
            if (p[i] == key) {
                return p[i + 1] == HIDDEN ? null : p[i + 1];
            }
        }
        return below == null ? null : below.find(key);
    }

    synchronized void put(AttributeKey<?> key, Object value) {
        Object[] p = pairs.clone();
        for (int i = 0; i < p.length; i += 2) {
            if (p[i] == key) {
                p[i + 1] = value;
                pairs = p;
                return;
            }
        }
        Object[] more = java.util.Arrays.copyOf(p, p.length + 2);
        more[p.length] = key;
        more[p.length + 1] = value;
        pairs = more;
    }
}
