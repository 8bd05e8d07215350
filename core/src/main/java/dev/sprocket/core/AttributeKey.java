package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Key of one attribute of connections.
 *
 * <p>The owner of the attribute keeps the key private and offers the value through its own method:
 *
 * <pre>{@code
 * private static final AttributeKey<Session> KEY = AttributeKey.of("session", "is SessionProvider below?");
 * public static Session of(Connection conn) { return KEY.get(conn); }
 * }</pre>
 */
@ThreadSafe
public final class AttributeKey<T> {
    private final String name;
    private final String hint;

    private AttributeKey(String name, String hint) {
        this.name = name;
        this.hint = hint;
    }

    /**
     * Creates a new key, which is not equal to any other.
     *
     * @param name name of the attribute, for error messages
     * @param hint question for the developer if the attribute is missing
     */
    public static <T> AttributeKey<T> of(String name, String hint) {
        return new AttributeKey<>(name, hint);
    }

    /** Returns the attribute. Throws {@link IllegalStateException} with its name and hint if it is not set. */
    public T get(Connection conn) {
        T value = peek(conn);
        if (value == null) {
            throw new IllegalStateException("no " + name + " (" + hint + ")");
        }
        return value;
    }

    /** Returns the attribute, if it is set. */
    public Optional<T> find(Connection conn) {
        return Optional.ofNullable(peek(conn));
    }

    /** Returns the attribute, or null if it is not set. */
    @SuppressWarnings("unchecked")
    @Nullable
    T peek(Connection conn) {
        return (T) conn.attributes().find(this);
    }

    /** Sets the attribute for this layer of the connection and those above it. */
    public void set(Connection conn, T value) {
        conn.attributes().put(this, value);
    }

    /**
     * Hides the attribute from this layer of the connection and those above it. Applies even if a lower layer sets it.
     */
    public void hide(Connection conn) {
        conn.attributes().put(this, Attributes.HIDDEN);
    }

    @Override
    public String toString() {
        return name;
    }
}
