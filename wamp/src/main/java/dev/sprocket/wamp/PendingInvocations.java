package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a client of WAMP v2 has been asked to do and has not done yet. Invocations leave in the order of their ids.
 */
@ThreadSafe
final class PendingInvocations {
    private final V2Session session;
    private final Map<Long, V2Invocation> pending = new ConcurrentHashMap<>();
    private long last;
    private boolean gone;

    PendingInvocations(V2Session session) {
        this.session = session;
    }

    /** Asks it; a call that does not get there is answered with why. Returns null if it is gone. */
    synchronized @Nullable V2Invocation begin(
            Call call, Registration registration, Map<String, ?> details, RealmLimits limits) {
        if (gone) {
            return null;
        }
        MemoryUsage holdings = Broker.holdings(session);
        try {
            holdings.take(MemoryUsage.Kind.INVOCATIONS, call.size(), limits);
        } catch (CallException excess) {
            throw new CallException(excess.errorUri(), "callee: " + excess.description());
        }
        call.atEnd(() -> holdings.give(MemoryUsage.Kind.INVOCATIONS, call.size()));
        V2Invocation invocation = new V2Invocation(this, ++last, registration.id, call, details);
        pending.put(invocation.id(), invocation);
        call.worker(invocation);
        call.atEnd(() -> pending.remove(invocation.id()));
        session.ask(
                new V2Message.Invocation(invocation.id(), registration.id, details, call.payload()), invocation::lost);
        return invocation;
    }

    boolean send(V2Message message) {
        return session.send(message);
    }

    V2Session session() {
        return session;
    }

    /** Null if there is none any more. Throws {@link WampProtocolException} if there never was. */
    @Nullable
    V2Invocation find(long id) {
        V2Invocation found = pending.get(id);
        if (found == null) {
            synchronized (this) {
                if (id > last) {
                    throw new WampProtocolException("answer to invocation " + id + " (expected: <= " + last + ")");
                }
            }
        }
        return found;
    }

    int size() {
        return pending.size();
    }

    /** It has left: who waits for it is told. */
    void leave() {
        List<V2Invocation> left;
        synchronized (this) {
            gone = true;
            left = List.copyOf(pending.values());
            pending.clear();
        }
        left.forEach(V2Invocation::calleeLeft);
    }
}
