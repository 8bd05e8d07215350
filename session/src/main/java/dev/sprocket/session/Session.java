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
 * What the site remembers about the visitor whose connection it is, as it was when last read: at the handshake, by {@link
 * #refresh}, or while it is {@linkplain Sessions#watch watched}. A visitor whom the site does not remember has an empty one.
 *
 * <p>What values can be is listed at {@link dev.sprocket.session.spi.SessionCodec}.
 */
@ThreadSafe
public final class Session {
    static final AttributeKey<Session> KEY = AttributeKey.of("session", "is SessionProvider below this component?");

    /** Where Symfony keeps what an application has put into its session. */
    private static final String SYMFONY = "_sf2_attributes";

    private static final Map<String, @Nullable Object> NO_ATTRIBUTES = Map.of();

    private final Sessions sessions;
    private final @Nullable String id;
    private volatile @Nullable Map<String, @Nullable Object> attributes;

    Session(Sessions sessions, @Nullable String id, @Nullable Map<String, @Nullable Object> attributes) {
        this.sessions = sessions;
        this.id = id;
        this.attributes = attributes;
    }

    /** The session of a connection. Throws {@link IllegalStateException} if no SessionProvider is below. */
    public static Session of(Connection conn) {
        return KEY.get(conn);
    }

    /** As {@link #of}; empty if no SessionProvider is below. */
    public static Optional<Session> find(Connection conn) {
        return KEY.find(conn);
    }

    /** Whether the site remembers nothing of this visitor, or has forgotten by now. */
    public boolean isEmpty() {
        return attributes == null;
    }

    /** All attributes, by name and in order, as the site keeps them; unmodifiable. */
    public Map<String, @Nullable Object> attributes() {
        Map<String, @Nullable Object> now = attributes;
        return now == null ? NO_ATTRIBUTES : now;
    }

    /**
     * An attribute; of a Symfony session also one of those below {@code _sf2_attributes}. Several names lead inwards: {@code
     * get("user", "name")} is the name of the user.
     *
     * @return empty if there is none, or it is null
     */
    public Optional<Object> get(String name, String... inwards) {
        Map<String, @Nullable Object> now = attributes();
        Object value = now.containsKey(name) ? now.get(name) : AttributePath.get(now.get(SYMFONY), name);
        for (String next : inwards) {
            value = AttributePath.get(value, next);
        }
        return Optional.ofNullable(value);
    }

    /** As {@link #get}, of an attribute that is a text or a number. */
    public Optional<String> text(String name, String... inwards) {
        return get(name, inwards)
                .filter(value -> value instanceof String || value instanceof Number)
                .map(String::valueOf);
    }

    /**
     * Reads the session once more.
     *
     * @return this, with what the site remembers now; failed if the store cannot be asked
     */
    public CompletionStage<Session> refresh() {
        return sessions.read(id).thenApply(now -> {
            attributes = now;
            return this;
        });
    }

    /**
     * Changes what the site remembers, as one step, and this session with it.
     *
     * @param edit changes a copy of the attributes; called once more if the site was faster
     * @return false if the site has forgotten this visitor; failed if the store or the codec does not take it
     * @throws IllegalStateException unless {@link Sessions#writable} allowed it
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

    void setAttributes(@Nullable Map<String, @Nullable Object> now) {
        attributes = now;
    }

    /** What logs may show of an id: who has a session's id is that visitor. */
    static String fingerprint(String id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code session 1f3a90c2}: the same for the same session; tells neither its id nor what is in it. */
    @Override
    public String toString() {
        return id == null ? "no session" : "session " + fingerprint(id) + (isEmpty() ? " (empty)" : "");
    }
}
