package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a connection: typed values, read and written through an {@link AttributeKey}.
 *
 * <p>Each layer has its own attributes and sees those of the layers below. A value that a layer sets hides a lower
 * layer's value of the same key.
 */
@ThreadSafe
public final class Attributes {
    private static final Object[] NONE = {};
    /** Marks a value as hidden from this layer on upwards. */
    static final Object HIDDEN = new Object();

    private final @Nullable Attributes underlying;
    /** Alternating keys and values. Replaced as a whole, so that readers need no lock. */
    private volatile Object[] pairs = NONE;

    /** Creates attributes of the lowest connection. */
    public Attributes() {
        this.underlying = null;
    }

    /** Creates attributes of a connection that stands on another one. */
    public Attributes(Attributes underlying) {
        this.underlying = underlying;
    }

    @Nullable
    Object find(AttributeKey<?> key) {
        Object[] p = pairs;
        for (int i = 0; i < p.length; i += 2) {
            if (p[i] == key) {
                return p[i + 1] == HIDDEN ? null : p[i + 1];
            }
        }
        return underlying == null ? null : underlying.find(key);
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
        Object[] extended = java.util.Arrays.copyOf(p, p.length + 2);
        extended[p.length] = key;
        extended[p.length + 1] = value;
        pairs = extended;
    }
}
