package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.List;

/** Events to publish when a session ends, in its name. */
@ThreadSafe
final class Testaments {
    /** End that triggers a testament. Sessions end with their connection, so both trigger together. */
    enum Scope {
        DETACHED,
        DESTROYED
    }

    record Testament(Scope scope, String topic, CallArguments arguments, V2PublishOptions options, long size) {}

    private final List<Testament> all = new ArrayList<>(0);

    /** Adds a testament. Throws {@link CallException} beyond the limits of client or realm. */
    synchronized void add(Testament testament, MemoryUsage owner, RealmLimits limits) {
        owner.reserve(MemoryUsage.Kind.TESTAMENTS, testament.size, limits);
        all.add(testament);
    }

    synchronized void flush(Scope scope, MemoryUsage owner) {
        all.removeIf(testament -> {
            if (testament.scope == scope) {
                owner.release(MemoryUsage.Kind.TESTAMENTS, testament.size);
            }
            return testament.scope == scope;
        });
    }

    /** Removes and returns all testaments. */
    synchronized List<Testament> drain(MemoryUsage owner) {
        List<Testament> taken = List.copyOf(all);
        all.clear();
        taken.forEach(testament -> owner.release(MemoryUsage.Kind.TESTAMENTS, testament.size));
        return taken;
    }
}
