package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Unanswered invocations at a WAMP v2 client, sent in the order of their ids. */
@ThreadSafe
public final class PendingInvocations {
    private final Callee callee;
    /** Null until the first invocation. */
    private volatile @Nullable Map<Long, Invocation> pending;

    private long lastId;
    private boolean closed;

    /** Creates the pending invocations of a callee. */
    public PendingInvocations(Callee callee) {
        this.callee = callee;
    }

    /**
     * Sends an invocation; if it is not delivered, the call is answered with the reason.
     *
     * <p>Returns false if the client has disconnected.
     */
    synchronized boolean begin(
            PendingCall call, Registration registration, Map<String, ?> details, RealmLimits limits) {
        if (closed) {
            return false;
        }
        MemoryUsage memory = callee.memoryUsage();
        try {
            memory.reserve(MemoryUsage.Kind.INVOCATIONS, call.size(), limits);
        } catch (CallException exceeded) {
            throw new CallException(exceeded.errorUri(), "callee: " + exceeded.description());
        }
        long id = ++lastId;
        Invocation invocation = new Invocation(callee, id, registration.id, call, details);
        Map<Long, Invocation> invocations = pending;
        if (invocations == null) {
            invocations = new ConcurrentHashMap<>();
            pending = invocations;
        }
        Map<Long, Invocation> all = invocations;
        all.put(id, invocation);
        call.execution(invocation);
        call.whenDone(() -> {
            all.remove(id);
            memory.release(MemoryUsage.Kind.INVOCATIONS, call.size());
        });
        callee.sendRequest(
                new V2Message.Invocation(id, registration.id, details, call.payload()), invocation::notDelivered);
        return true;
    }

    /**
     * Returns the call of an invocation; null if it has ended.
     *
     * <p>Throws {@link WampProtocolException} if the invocation never existed.
     */
    public @Nullable PendingCall find(long id) {
        Map<Long, Invocation> invocations = pending;
        Invocation found = invocations == null ? null : invocations.get(id);
        if (found != null) {
            return found.call();
        }
        synchronized (this) {
            if (id > lastId) {
                throw new WampProtocolException("response to invocation " + id + " (expected: <= " + lastId + ")");
            }
        }
        return null;
    }

    /** Answers all pending calls because the client has disconnected. */
    void close() {
        List<Invocation> open;
        synchronized (this) {
            closed = true;
            Map<Long, Invocation> invocations = pending;
            open = invocations == null ? List.of() : List.copyOf(invocations.values());
            pending = null;
        }
        open.forEach(Invocation::calleeLeft);
    }
}
