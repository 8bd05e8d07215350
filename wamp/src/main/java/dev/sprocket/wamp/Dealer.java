package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.pubsub.MatchPolicy;
import dev.sprocket.pubsub.PatternMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The procedures that clients of WAMP v2 have registered in a realm, for callers of both generations.
 *
 * <p>Registering waits for others who do, calling waits for nobody.
 */
@ThreadSafe
final class Dealer {
    private final PatternMap<Registration> registrations = new PatternMap<>();
    private final NavigableMap<Long, Registration> byId = new ConcurrentSkipListMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final MetaEvents meta;

    Dealer(MetaEvents meta) {
        this.meta = meta;
    }

    /**
     * Registers, and says so before the first call can come. Throws {@link CallException} if it cannot be.
     *
     * @param most how many a client may have
     * @param said is told the registration's id
     */
    synchronized void register(
            V2Session callee,
            String uri,
            MatchPolicy match,
            Registration.InvokePolicy invoke,
            boolean timeouts,
            int most,
            RealmLimits limits,
            IdListener said) {
        Registration known = registrations.get(match, uri).orElse(null);
        if (known != null
                && (invoke == Registration.InvokePolicy.SINGLE || known.invoke != invoke || known.has(callee))) {
            throw new CallException("wamp.error.procedure_already_exists", "procedure " + uri + " is registered");
        }
        if (callee.registrations().size() >= most) {
            throw new RejectedException(RejectedException.Kind.LIMIT_EXCEEDED, "more than " + most + " registrations");
        }
        Broker.memoryUsage(callee).reserve(MemoryUsage.Kind.REGISTRATIONS, size(uri), limits);
        Registration registration = known != null ? known : new Registration(ids.incrementAndGet(), uri, match, invoke);
        said.onId(registration.id);
        registration.add(new Registration.Callee(callee, timeouts));
        callee.registrations().add(registration);
        if (known == null) {
            byId.put(registration.id, registration);
            registrations.computeIfAbsent(match, uri, () -> registration);
            meta.created(callee, registration);
        }
        meta.registered(callee, registration);
    }

    private static long size(String uri) {
        return MemoryUsage.OVERHEAD + 2L * uri.length();
    }

    /** What is done with an id. */
    interface IdListener {
        void onId(long id);
    }

    /** Returns the registration that the client has left; null if it is not its own. */
    synchronized @Nullable Registration unregister(V2Session callee, long id) {
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

    /** Leaves them all, and returns them. */
    List<Registration> leave(V2Session callee) {
        List<Registration> left = List.copyOf(callee.registrations());
        left.forEach(registration -> unregister(callee, registration.id));
        callee.invocations().close();
        return left;
    }

    /** All of them, by their ids. */
    NavigableMap<Long, Registration> byId() {
        return byId;
    }

    PatternMap<Registration> registrations() {
        return registrations;
    }

    @Nullable
    Registration find(long id) {
        return byId.get(id);
    }

    /** The registration that gets calls of a procedure; none for a reserved name, whatever patterns there are. */
    Optional<Registration> bestMatch(String procedure) {
        return Uris.isReserved(procedure) ? Optional.empty() : registrations.bestMatch(procedure);
    }

    /** Whether a client has registered this. */
    boolean has(String procedure) {
        return bestMatch(procedure).isPresent();
    }

    /** Hands a call to a client that has registered its procedure. Returns false if there is none. */
    boolean route(Call call, RealmLimits limits) {
        Registration registration = bestMatch(call.procedure()).orElse(null);
        while (registration != null) {
            Registration.Callee place = registration.pick();
            if (place == null) {
                return false;
            }
            if (invoke(call, registration, place, limits)) {
                return true;
            }
            // it has just left; whoever is left is asked
            registration = bestMatch(call.procedure()).orElse(null);
        }
        return false;
    }

    private static boolean invoke(Call call, Registration registration, Registration.Callee place, RealmLimits limits) {
        V2CallOptions options = call.options();
        V2Session callee = place.session();
        if (options.progress()
                && !(callee.supports("callee", "progressive_call_invocations")
                        && callee.supports("callee", "call_canceling"))) {
            call.error(
                    "wamp.error.feature_not_supported",
                    CallArguments.of("the callee takes no calls that come bit by bit"));
            return true;
        }
        boolean forwards = place.forwardTimeout() && callee.supports("callee", "call_timeout");
        Map<String, Object> details = details(call, registration, callee);
        if (forwards && options.timeout() > 0) {
            details.put("timeout", options.timeout());
        }
        if (callee.invocations().begin(call, registration, details, limits) == null) {
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
        // the specification wants call_canceling as well, but AutobahnJS does not have it; see ADR 35
        if (options.receiveProgress() && callee.supports("callee", "progressive_call_results")) {
            details.put("receive_progress", true);
        }
        if (options.progress()) {
            details.put("progress", true);
        }
        return details;
    }
}
