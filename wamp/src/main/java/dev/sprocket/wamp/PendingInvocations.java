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
    private long lastId;
    private boolean closed;

    PendingInvocations(V2Session session) {
        this.session = session;
    }

    /** Asks it; a call that does not get there is answered with why. Returns null if it is gone. */
    synchronized @Nullable V2Invocation begin(
            Call call, Registration registration, Map<String, ?> details, RealmLimits limits) {
        if (closed) {
            return null;
        }
        MemoryUsage holdings = Broker.memoryUsage(session);
        try {
            holdings.reserve(MemoryUsage.Kind.INVOCATIONS, call.size(), limits);
        } catch (CallException excess) {
            throw new CallException(excess.errorUri(), "callee: " + excess.description());
        }
        call.whenDone(() -> holdings.release(MemoryUsage.Kind.INVOCATIONS, call.size()));
        V2Invocation invocation = new V2Invocation(this, ++lastId, registration.id, call, details);
        pending.put(invocation.id(), invocation);
        call.execution(invocation);
        call.whenDone(() -> pending.remove(invocation.id()));
        session.sendRequest(
                new V2Message.Invocation(invocation.id(), registration.id, details, call.payload()),
                invocation::notDelivered);
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
                if (id > lastId) {
                    throw new WampProtocolException("answer to invocation " + id + " (expected: <= " + lastId + ")");
                }
            }
        }
        return found;
    }

    int size() {
        return pending.size();
    }

    /** It has left: who waits for it is told. */
    void close() {
        List<V2Invocation> left;
        synchronized (this) {
            closed = true;
            left = List.copyOf(pending.values());
            pending.clear();
        }
        left.forEach(V2Invocation::calleeLeft);
    }
}
