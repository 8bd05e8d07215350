package dev.sprocket.sse;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.DropStats;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of {@link CometServer}s, by ids that only their clients know. Servers that share it know each other's: so a stack
 * that is put together anew goes on with the connections of the one before.
 */
@ThreadSafe
public final class CometSessions {
    /** How long an id is, in characters: 128 bits. */
    static final int ID_LENGTH = 22;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, CometConnection> byId = new ConcurrentHashMap<>();
    private final DropStats dropStats = new DropStats();

    /** How many connections there are, with those whose clients have not yet been told that they are closed. */
    public int size() {
        return byId.size();
    }

    /** What was lost because clients took too long to fetch it. */
    public DropStats dropStats() {
        return dropStats;
    }

    static String newId() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    void add(CometConnection conn) {
        byId.put(conn.id(), conn);
    }

    void remove(CometConnection conn) {
        byId.remove(conn.id());
    }

    Optional<CometConnection> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }
}
