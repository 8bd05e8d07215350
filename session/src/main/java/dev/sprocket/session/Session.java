package dev.sprocket.session;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.AttributeKey;
import dev.sprocket.core.Connection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Data that a web site stores about a visitor, as last read.
 *
 * <p>It is read at the handshake, by {@link #refresh}, and while it is {@linkplain Sessions#watchInterval watched}. A
 * visitor without a session has an empty one.
 *
 * <p>The types of values are listed at {@link dev.sprocket.session.spi.SessionCodec}.
 */
@ThreadSafe
public final class Session {
    static final AttributeKey<Session> KEY = AttributeKey.of("session", "is SessionProvider below this component?");

    /** Attribute under which Symfony stores the attributes of the application. */
    private static final String SYMFONY = "_sf2_attributes";

    private static final Map<String, @Nullable Object> NO_ATTRIBUTES = Map.of();

    private final Sessions sessions;
    private volatile @Nullable String id;
    private volatile @Nullable Map<String, @Nullable Object> attributes;

    Session(Sessions sessions, @Nullable String id, @Nullable Map<String, @Nullable Object> attributes) {
        this.sessions = sessions;
        this.id = id;
        this.attributes = attributes;
    }

    /**
     * Returns the session of a connection.
     *
     * @throws IllegalStateException if no SessionProvider is below the component
     */
    public static Session of(Connection conn) {
        return KEY.get(conn);
    }

    /** Returns the session of a connection, or empty without a SessionProvider below. */
    public static Optional<Session> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Reports whether there is no session, or it has ended. */
    public boolean isEmpty() {
        return attributes == null;
    }

    /** Returns all attributes by name, in stored order; unmodifiable. */
    public Map<String, @Nullable Object> attributes() {
        Map<String, @Nullable Object> now = attributes;
        return now == null ? NO_ATTRIBUTES : now;
    }

    /**
     * Returns an attribute, or a nested value of an attribute.
     *
     * <p>{@code get("user", "name")} returns the member {@code name} of the attribute {@code user}. In a Symfony
     * session, attributes inside {@code _sf2_attributes} are found as well.
     *
     * @return empty if it does not exist or is null
     */
    public Optional<Object> get(String name, String... path) {
        Map<String, @Nullable Object> now = attributes();
        Object value = now.containsKey(name) ? now.get(name) : AttributePath.get(now.get(SYMFONY), name);
        for (String next : path) {
            value = AttributePath.get(value, next);
        }
        return Optional.ofNullable(value);
    }

    /**
     * Returns an attribute, or a nested value, that is a string or a number.
     *
     * <p>The arguments are those of {@link #get}.
     *
     * @return empty if it does not exist or has another type
     */
    public Optional<String> text(String name, String... path) {
        return get(name, path)
                .filter(value -> value instanceof String || value instanceof Number)
                .map(String::valueOf);
    }

    /**
     * Reads the session from the store again.
     *
     * @return this session with the current attributes; failed if the store cannot be read
     */
    public CompletionStage<Session> refresh() {
        return sessions.read(id).thenApply(now -> {
            attributes = now;
            return this;
        });
    }

    /**
     * Changes the stored session atomically, and this object with it.
     *
     * @param edit changes a copy of the attributes; called again if the site has changed the session in the meantime
     * @return false if the session has ended; failed if the store or the codec rejects the change
     * @throws IllegalStateException unless {@link Sessions#writable} is set
     */
    public CompletionStage<Boolean> change(Consumer<Map<String, @Nullable Object>> edit) {
        return sessions.change(id, edit).thenApply(now -> {
            attributes = now;
            return now != null;
        });
    }

    @Nullable
    String id() {
        return id;
    }

    /** Takes id and attributes of a newer session. */
    void replace(Session newer) {
        id = newer.id;
        attributes = newer.attributes;
    }

    void setAttributes(@Nullable Map<String, @Nullable Object> attributes) {
        this.attributes = attributes;
    }

    /** Returns the loggable fingerprint of an id. The id itself is a credential. */
    static String fingerprint(String id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the fingerprint of this session for logs; {@code none} for a request without a session. */
    String fingerprint() {
        String now = id;
        return now == null ? "none" : fingerprint(now);
    }

    /**
     * Returns {@code session 1f3a90c2}, the same text for the same id.
     *
     * <p>It contains neither the id nor attributes.
     */
    @Override
    public String toString() {
        return id == null ? "no session" : "session " + fingerprint(id) + (isEmpty() ? " (empty)" : "");
    }
}
