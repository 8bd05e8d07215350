package dev.sprocket.wamp.internal.meta;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Sessions of a realm, indexed by id, role and user. */
@ThreadSafe
public final class V2Sessions {
    private final NavigableMap<Long, MetaSession> byId = new TreeMap<>();
    private final Map<String, NavigableMap<Long, MetaSession>> byRole = new HashMap<>();
    private final Map<String, NavigableMap<Long, MetaSession>> byUser = new HashMap<>();

    public synchronized void add(MetaSession session) {
        // one object for all maps
        Long id = session.id();
        byId.put(id, session);
        byRole.computeIfAbsent(session.identity().authrole(), r -> new TreeMap<>())
                .put(id, session);
        byUser.computeIfAbsent(session.identity().authid(), u -> new TreeMap<>())
                .put(id, session);
    }

    public synchronized boolean remove(MetaSession session) {
        if (byId.remove(session.id()) == null) {
            return false;
        }
        remove(byRole, session.identity().authrole(), session);
        remove(byUser, session.identity().authid(), session);
        return true;
    }

    private static void remove(Map<String, NavigableMap<Long, MetaSession>> index, String name, MetaSession session) {
        NavigableMap<Long, MetaSession> sessions = index.get(name);
        if (sessions != null) {
            sessions.remove(session.id());
            if (sessions.isEmpty()) {
                index.remove(name);
            }
        }
    }

    @Nullable
    synchronized MetaSession find(long id) {
        return byId.get(id);
    }

    /**
     * Returns the number of sessions.
     *
     * @param roles roles to count; null for all
     */
    synchronized int count(@Nullable List<String> roles) {
        if (roles == null) {
            return byId.size();
        }
        return roles.stream()
                .distinct()
                .mapToInt(role -> lookup(byRole, role).size())
                .sum();
    }

    /**
     * Returns a page of session ids.
     *
     * @param roles roles to include; null for all
     */
    synchronized MetaPage.Ids page(MetaPage page, @Nullable List<String> roles) {
        if (roles == null) {
            return page.of(byId, session -> true);
        }
        NavigableMap<Long, MetaSession> first = new TreeMap<>();
        for (String role : roles) {
            lookup(byRole, role).tailMap(page.after(), false).entrySet().stream()
                    .limit(page.limit() + 1L)
                    .forEach(entry -> first.put(entry.getKey(), entry.getValue()));
        }
        return page.of(first, session -> true);
    }

    synchronized List<MetaSession> all() {
        return List.copyOf(byId.values());
    }

    synchronized List<MetaSession> ofUser(String authid) {
        return List.copyOf(lookup(byUser, authid).values());
    }

    synchronized List<MetaSession> ofRole(String authrole) {
        return List.copyOf(lookup(byRole, authrole).values());
    }

    private static NavigableMap<Long, MetaSession> lookup(
            Map<String, NavigableMap<Long, MetaSession>> index, String name) {
        return index.getOrDefault(name, new TreeMap<>());
    }
}
