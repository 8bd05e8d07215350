package dev.sprocket.wamp;

import java.util.ArrayList;
import java.util.List;

/** What is to be published when a session has ended, in its name. Threads: any. */
final class Testaments {
    private static final int MOST = 100;

    /** What ends. Here a session ends with its connection, so both come at once. */
    enum Scope {
        DETACHED,
        DESTROYED
    }

    record Testament(Scope scope, String topic, Arguments arguments, V2PublishOptions options) {}

    private final List<Testament> all = new ArrayList<>(0);

    synchronized void add(Scope scope, String topic, Arguments arguments, V2PublishOptions options) {
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
}
