package dev.sprocket.wamp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is to be published when a session has ended, in its name. Threads: any. */
final class Testaments {
    private static final int MOST = 100;

    /** What ends. Here a session ends with its connection, so both come at once. */
    enum Scope {
        DETACHED,
        DESTROYED
    }

    record Testament(Scope scope, String topic, Arguments arguments, Options options) {}

    private final List<Testament> all = new ArrayList<>(0);

    synchronized void add(Scope scope, String topic, Arguments arguments, Options options) {
        if (all.size() >= MOST) {
            throw new CallException("wamp.error.unavailable", "more than " + MOST + " testaments");
        }
        all.add(new Testament(scope, topic, arguments, options));
    }

    synchronized void flush(Scope scope) {
        all.removeIf(one -> one.scope == scope);
    }

    /** All of them, which are none afterwards. */
    synchronized List<Testament> take() {
        List<Testament> taken = List.copyOf(all);
        all.clear();
        return taken;
    }

    static Map<String, Object> named(Map<?, ?> map) {
        Map<String, Object> named = new LinkedHashMap<>();
        map.forEach((name, value) -> named.put(String.valueOf(name), value));
        return named;
    }
}
