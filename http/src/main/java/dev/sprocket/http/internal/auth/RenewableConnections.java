package dev.sprocket.http.internal.auth;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.internal.auth.Authentication;
import dev.sprocket.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Open connections whose authentication has an end, by their ids.
 *
 * <p>One for the process: an id is random, and each connection verifies a renewal with its own check.
 */
@ThreadSafe
public final class RenewableConnections {
    /** Header of responses and upgrades with the id of the connection. */
    public static final String HEADER = "Sprocket-Connection-Id";

    /** Query parameter with an id that the client has chosen. */
    private static final String PARAMETER = "connection-id";

    /** Maximum number of connections with one id: 8, for a client that reconnects. */
    private static final int MAX_PER_ID = 8;

    private static final Pattern CHOSEN = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final Map<String, List<Authentication>> BY_ID = new ConcurrentHashMap<>();

    private RenewableConnections() {}

    /** Adds a connection, with the id that its request contains or a random one. */
    static void add(Authentication authentication, HttpRequest request) {
        request.queryParameter(PARAMETER)
                .filter(id -> CHOSEN.matcher(id).matches() && find(id).size() < MAX_PER_ID)
                .ifPresent(authentication::id);
        BY_ID.compute(authentication.id(), (id, existing) -> {
            List<Authentication> all = new ArrayList<>(existing == null ? List.of() : existing);
            all.add(authentication);
            return List.copyOf(all);
        });
    }

    static void remove(Authentication authentication) {
        BY_ID.computeIfPresent(authentication.id(), (id, existing) -> {
            List<Authentication> all = new ArrayList<>(existing);
            all.remove(authentication);
            return all.isEmpty() ? null : List.copyOf(all);
        });
    }

    /** Returns the connections with an id; usually one, or several while a client reconnects. */
    public static List<Authentication> find(String id) {
        return BY_ID.getOrDefault(id, List.of());
    }
}
