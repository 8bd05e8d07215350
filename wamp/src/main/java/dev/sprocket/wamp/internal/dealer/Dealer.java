package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.RejectedException;
import dev.sprocket.pubsub.internal.pattern.PatternMap;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.Call;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.meta.MetaEvents;
import dev.sprocket.wamp.internal.realm.Broker;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import dev.sprocket.wamp.internal.v2.V2Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Procedures registered in a realm by WAMP v2 clients, for callers of both versions.
 *
 * <p>Registrations are serialized by a lock; calls do not block.
 */
@ThreadSafe
public final class Dealer {
    private final PatternMap<Registration> registrations = new PatternMap<>();
    private final NavigableMap<Long, Registration> byId = new ConcurrentSkipListMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final MetaEvents meta;

    public Dealer(MetaEvents meta) {
        this.meta = meta;
    }

    /**
     * Registers a procedure, and reports its id before the first call can follow.
     *
     * <p>Throws {@link CallException} if the registration is refused.
     *
     * @param timeouts true if the callee enforces call timeouts
     * @param max maximum number of registrations of a client
     * @param listener receives the id of the registration
     */
    public synchronized void register(
            V2Session callee,
            String uri,
            MatchPolicy match,
            Registration.InvokePolicy invoke,
            boolean timeouts,
            int max,
            RealmLimits limits,
            IdListener listener) {
        Registration existing = registrations.get(match, uri).orElse(null);
        if (existing != null
                && (invoke == Registration.InvokePolicy.SINGLE || existing.invoke != invoke || existing.has(callee))) {
            throw new CallException("wamp.error.procedure_already_exists", "procedure " + uri + " is registered");
        }
        if (callee.registrations().size() >= max) {
            throw new RejectedException(
                    RejectedException.Kind.LIMIT_EXCEEDED, "limit of " + max + " registrations per connection reached");
        }
        Broker.memoryUsage(callee).reserve(MemoryUsage.Kind.REGISTRATIONS, size(uri), limits);
        Registration registration =
                existing != null ? existing : new Registration(ids.incrementAndGet(), uri, match, invoke);
        listener.onId(registration.id);
        registration.add(new Registration.Callee(callee, timeouts));
        callee.registrations().add(registration);
        if (existing == null) {
            byId.put(registration.id, registration);
            registrations.computeIfAbsent(match, uri, () -> registration);
            meta.created(callee, registration);
        }
        meta.registered(callee, registration);
    }

    private static long size(String uri) {
        return MemoryUsage.OVERHEAD + 2L * uri.length();
    }

    /** Receives the id of a new subscription or registration. */
    public interface IdListener {
        void onId(long id);
    }

    /** Ends a registration of a client. Returns it; null if the client does not have it. */
    public synchronized @Nullable Registration unregister(V2Session callee, long id) {
        Registration registration = byId.get(id);
        if (registration == null || !callee.registrations().remove(registration)) {
            return null;
        }
        registration.remove(callee);
        Broker.memoryUsage(callee).release(MemoryUsage.Kind.REGISTRATIONS, size(registration.uri));
        meta.unregistered(callee, registration);
        if (registration.callees().isEmpty()) {
            byId.remove(id);
            registrations.remove(registration.match, registration.uri, registration);
            meta.deleted(callee, registration);
        }
        return registration;
    }

    /** Ends all registrations of a client and its pending invocations. Returns the registrations. */
    public List<Registration> leave(V2Session callee) {
        List<Registration> left = List.copyOf(callee.registrations());
        left.forEach(registration -> unregister(callee, registration.id));
        callee.invocations().close();
        return left;
    }

    /** Returns all registrations by id. */
    public NavigableMap<Long, Registration> byId() {
        return byId;
    }

    public PatternMap<Registration> registrations() {
        return registrations;
    }

    @Nullable
    public Registration find(long id) {
        return byId.get(id);
    }

    /** Returns the registration for calls of a procedure; empty for reserved names, whatever the patterns. */
    public Optional<Registration> bestMatch(String procedure) {
        return Uris.isReserved(procedure) ? Optional.empty() : registrations.bestMatch(procedure);
    }

    /** Reports whether a client has registered the procedure, or a matching pattern. */
    public boolean has(String procedure) {
        return bestMatch(procedure).isPresent();
    }

    /** Sends a call to a client that registered its procedure. Returns false if there is none. */
    public boolean route(Call call, RealmLimits limits) {
        Registration registration = bestMatch(call.procedure()).orElse(null);
        while (registration != null) {
            Registration.Callee callee = registration.pick();
            if (callee == null) {
                return false;
            }
            if (invoke(call, registration, callee, limits)) {
                return true;
            }
            // the callee has just left; another one may remain
            registration = bestMatch(call.procedure()).orElse(null);
        }
        return false;
    }

    private static boolean invoke(
            Call call, Registration registration, Registration.Callee callee, RealmLimits limits) {
        V2CallOptions options = call.options();
        V2Session session = callee.session();
        if (options.progress()
                && !(session.supports("callee", "progressive_call_invocations")
                        && session.supports("callee", "call_canceling"))) {
            call.error(
                    "wamp.error.feature_not_supported",
                    CallArguments.of("the callee does not support progressive calls"));
            return true;
        }
        boolean forwards = callee.forwardTimeout() && session.supports("callee", "call_timeout");
        Map<String, Object> details = details(call, registration, session);
        if (forwards && options.timeout() > 0) {
            details.put("timeout", options.timeout());
        }
        if (session.invocations().begin(call, registration, details, limits) == null) {
            return false;
        }
        if (!forwards) {
            call.startTimer();
        }
        return true;
    }

    private static Map<String, Object> details(Call call, Registration registration, V2Session callee) {
        V2CallOptions options = call.options();
        Map<String, Object> details = new HashMap<>();
        if (registration.match != MatchPolicy.EXACT) {
            details.put("procedure", call.procedure());
        }
        if (options.discloseMe() && call.caller() instanceof V2Session caller) {
            caller.disclose("caller", details);
        }
        // the specification requires call_canceling as well, but AutobahnJS does not have it; see ADR 35
        if (options.receiveProgress() && callee.supports("callee", "progressive_call_results")) {
            details.put("receive_progress", true);
        }
        if (options.progress()) {
            details.put("progress", true);
        }
        return details;
    }
}
