package dev.sprocket.wamp.internal.broker;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.util.ArrayList;
import java.util.List;

/** Events to publish when a session ends, in its name. */
@ThreadSafe
public final class Testaments {
    /** End that triggers a testament. Sessions end with their connection, so both trigger together. */
    public enum Scope {
        DETACHED,
        DESTROYED
    }

    public record Testament(Scope scope, String topic, CallArguments arguments, V2PublishOptions options, long size) {}

    private final List<Testament> all = new ArrayList<>(0);

    /** Adds a testament. Throws {@link CallException} beyond the limits of client or realm. */
    public synchronized void add(Testament testament, MemoryUsage owner, RealmLimits limits) {
        owner.reserve(MemoryUsage.Kind.TESTAMENTS, testament.size, limits);
        all.add(testament);
    }

    public synchronized void flush(Scope scope, MemoryUsage owner) {
        all.removeIf(testament -> {
            if (testament.scope == scope) {
                owner.release(MemoryUsage.Kind.TESTAMENTS, testament.size);
            }
            return testament.scope == scope;
        });
    }

    /** Removes and returns all testaments. */
    public synchronized List<Testament> drain(MemoryUsage owner) {
        List<Testament> taken = List.copyOf(all);
        all.clear();
        taken.forEach(testament -> owner.release(MemoryUsage.Kind.TESTAMENTS, testament.size));
        return taken;
    }
}
