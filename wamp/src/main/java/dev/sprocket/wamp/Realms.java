package dev.sprocket.wamp;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The realms of a server: those that it has, and those that come into being when somebody asks for them. Threads: any. */
final class Realms {
    private final RunningRealm first;
    private final Map<String, RunningRealm> running = new ConcurrentHashMap<>();
    private final Function<String, Optional<Realm>> maker;

    Realms(Function<String, Optional<Realm>> maker, Realm... realms) {
        if (realms.length == 0) {
            throw new IllegalArgumentException("realms: none (expected: one or more)");
        }
        Map<String, RunningRealm> byName = new LinkedHashMap<>();
        Arrays.stream(realms).forEach(realm -> {
            if (byName.put(realm.name(), new RunningRealm(realm)) != null) {
                throw new IllegalArgumentException("two realms " + realm.name() + " (expected: one)");
            }
        });
        this.first = byName.values().iterator().next();
        this.running.putAll(byName);
        this.maker = maker;
    }

    /** The one that clients of WAMP v1 are in. */
    RunningRealm first() {
        return first;
    }

    Optional<RunningRealm> find(String name) {
        RunningRealm known = running.get(name);
        return known != null
                ? Optional.of(known)
                : maker.apply(name).map(made -> running.computeIfAbsent(name, n -> new RunningRealm(made)));
    }

    long denied() {
        return running.values().stream()
                .mapToLong(realm -> realm.authorization().denied())
                .sum();
    }
}
