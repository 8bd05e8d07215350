package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.List;

/** What is to be published when a session has ended, in its name. */
@ThreadSafe
final class Testaments {
    /** What ends. Here a session ends with its connection, so both come at once. */
    enum Scope {
        DETACHED,
        DESTROYED
    }

    record Testament(Scope scope, String topic, CallArguments arguments, V2PublishOptions options, long size) {}

    private final List<Testament> all = new ArrayList<>(0);

    /** Throws {@link CallException} if there are too many, for the client or its realm. */
    synchronized void add(Testament testament, MemoryUsage owner, RealmLimits limits) {
        owner.reserve(MemoryUsage.Kind.TESTAMENTS, testament.size, limits);
        all.add(testament);
    }

    synchronized void flush(Scope scope, MemoryUsage owner) {
        all.removeIf(one -> {
            if (one.scope == scope) {
                owner.release(MemoryUsage.Kind.TESTAMENTS, one.size);
            }
            return one.scope == scope;
        });
    }

    /** All of them, which are none afterwards. */
    synchronized List<Testament> drain(MemoryUsage owner) {
        List<Testament> taken = List.copyOf(all);
        all.clear();
        taken.forEach(one -> owner.release(MemoryUsage.Kind.TESTAMENTS, one.size));
        return taken;
    }
}
