package dev.sprocket.core;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of one fact about connections. Its owner keeps it private and offers the fact through a method of its own:
 *
 * <pre>{@code
 * private static final Key<Session> KEY = Key.of("session", "is SessionProvider below this component?");
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
     * A new key, equal to no other.
     *
     * @param name what the fact is, for the message of a failure
     * @param hint what to ask oneself when it is missing
     */
    public static <T> AttributeKey<T> of(String name, String hint) {
        return new AttributeKey<>(name, hint);
    }

    /** The fact. Throws {@link IllegalStateException} that names it, with the hint, if nobody stated it. */
    public T get(Connection conn) {
        T value = peek(conn);
        if (value == null) {
            throw new IllegalStateException("no " + name + " (" + hint + ")");
        }
        return value;
    }

    /** The fact, if somebody stated it. */
    public Optional<T> find(Connection conn) {
        return Optional.ofNullable(peek(conn));
    }

    /** As {@link #find}, without the {@code Optional}. */
    @SuppressWarnings("unchecked")
    public @Nullable T peek(Connection conn) {
        return (T) conn.attributes().find(this);
    }

    /** States the fact for this level of the connection and those above it. */
    public void set(Connection conn, T value) {
        conn.attributes().put(this, value);
    }

    /** States that for this level of the connection and those above it there is no such fact, whatever is below. */
    public void hide(Connection conn) {
        conn.attributes().put(this, Attributes.HIDDEN);
    }

    @Override
    public String toString() {
        return name;
    }
}
