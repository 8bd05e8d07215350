package dev.sprocket.comet;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.flow.DropCounter;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Open connections of a {@link CometServer} and its copies, by id.
 *
 * <p>Ids are known only to their clients.
 */
@ThreadSafe
final class CometSessions {
    /** Length of an id, in characters: 128 bits. */
    static final int ID_LENGTH = 22;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, CometConnection> byId = new ConcurrentHashMap<>();
    private final DropCounter dropStats = new DropCounter();

    int size() {
        return byId.size();
    }

    DropCounter dropStats() {
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
