package dev.sprocket.wamp.internal.realm;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.server.Realm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Realms of a server: configured ones, and those created on demand. */
@ThreadSafe
public final class RealmRegistry {
    private final RealmRuntime first;
    private final Map<String, RealmRuntime> byName = new ConcurrentHashMap<>();
    private final Function<String, Optional<Realm>> factory;

    public RealmRegistry(Function<String, Optional<Realm>> factory, Realm... realms) {
        if (realms.length == 0) {
            throw new IllegalArgumentException("realms: none (expected: one or more)");
        }
        Map<String, RealmRuntime> byName = new LinkedHashMap<>();
        Arrays.stream(realms).forEach(realm -> {
            if (byName.put(realm.name(), new RealmRuntime(realm)) != null) {
                throw new IllegalArgumentException("two realms " + realm.name() + " (expected: one)");
            }
        });
        this.first = byName.values().iterator().next();
        this.byName.putAll(byName);
        this.factory = factory;
    }

    /** Returns the first realm, which clients of WAMP v1 join. */
    public RealmRuntime first() {
        return first;
    }

    public Optional<RealmRuntime> find(String name) {
        RealmRuntime existing = byName.get(name);
        return existing != null
                ? Optional.of(existing)
                : factory.apply(name).map(created -> byName.computeIfAbsent(name, n -> new RealmRuntime(created)));
    }

    public long denied() {
        return byName.values().stream()
                .mapToLong(realm -> realm.accessControl().denied())
                .sum();
    }
}
