package dev.sprocket.wamp.internal.realm;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Realms of a server: configured ones, and those created on demand. */
@ThreadSafe
public final class RealmRegistry {
    private final RealmRouter first;
    private final Map<String, RealmRouter> byName = new ConcurrentHashMap<>();
    private final Function<String, Optional<RealmRouter>> factory;

    /**
     * Creates a registry, and starts its realms.
     *
     * @param factory creates the realm of a name, or returns empty if there is none
     * @param realms realms that exist from the start
     */
    public RealmRegistry(Function<String, Optional<RealmRouter>> factory, List<RealmRouter> realms) {
        if (realms.isEmpty()) {
            throw new IllegalArgumentException("realms: none (expected: one or more)");
        }
        for (RealmRouter realm : realms) {
            if (byName.put(realm.settings().name(), realm) != null) {
                throw new IllegalArgumentException(
                        "two realms " + realm.settings().name() + " (expected: one)");
            }
        }
        this.first = realms.get(0);
        this.factory = factory;
        realms.forEach(RealmRouter::start);
    }

    /** Returns the first realm, which clients of WAMP v1 join. */
    public RealmRouter first() {
        return first;
    }

    /** Finds a realm, or creates it; empty if there is none. */
    public Optional<RealmRouter> find(String name) {
        RealmRouter existing = byName.get(name);
        return existing != null
                ? Optional.of(existing)
                : factory.apply(name)
                        .map(created -> byName.computeIfAbsent(name, n -> {
                            created.start();
                            return created;
                        }));
    }
}
