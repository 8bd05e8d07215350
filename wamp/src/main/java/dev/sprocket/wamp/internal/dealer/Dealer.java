package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.RejectedException;
import dev.sprocket.pubsub.internal.pattern.PatternMap;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.CallException;
import dev.sprocket.wamp.RealmLimits;
import dev.sprocket.wamp.internal.id.Uris;
import dev.sprocket.wamp.internal.message.CallArguments;
import dev.sprocket.wamp.internal.session.MemoryUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
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
    private final RegistrationListener listener;

    /** Creates a dealer that reports its registrations to a listener. */
    public Dealer(RegistrationListener listener) {
        this.listener = listener;
    }

    /**
     * Registers a procedure, and reports its id before the first call can follow.
     *
     * <p>Throws {@link CallException} if the registration is refused.
     *
     * @param max maximum number of registrations of a client
     * @param onId receives the id of the registration
     */
    public synchronized void register(
            Callee callee, Registration.Request request, int max, RealmLimits limits, LongConsumer onId) {
        String uri = request.uri();
        Registration existing = registrations.get(request.match(), uri).orElse(null);
        if (existing != null
                && (request.invoke() == Registration.InvokePolicy.SINGLE
                        || existing.invoke != request.invoke()
                        || existing.has(callee))) {
            throw new CallException("wamp.error.procedure_already_exists", "procedure " + uri + " is registered");
        }
        if (callee.registrations().size() >= max) {
            throw RejectedException.limitExceeded("limit of " + max + " registrations per connection reached");
        }
        callee.memoryUsage().reserve(MemoryUsage.Kind.REGISTRATIONS, size(uri), limits);
        Registration registration = existing != null ? existing : new Registration(ids.incrementAndGet(), request);
        onId.accept(registration.id);
        registration.add(new Registration.Member(callee, request.forwardTimeout()));
        callee.registrations().add(registration);
        if (existing == null) {
            byId.put(registration.id, registration);
            registrations.computeIfAbsent(request.match(), uri, () -> registration);
            listener.created(callee, registration);
        }
        listener.registered(callee, registration);
    }

    private static long size(String uri) {
        return MemoryUsage.OVERHEAD + 2L * uri.length();
    }

    /** Ends a registration of a client. Returns it; null if the client does not have it. */
    public synchronized @Nullable Registration unregister(Callee callee, long id) {
        Registration registration = byId.get(id);
        if (registration == null || !callee.registrations().remove(registration)) {
            return null;
        }
        registration.remove(callee);
        callee.memoryUsage().release(MemoryUsage.Kind.REGISTRATIONS, size(registration.uri));
        listener.unregistered(callee, registration);
        if (registration.members().isEmpty()) {
            byId.remove(id);
            registrations.remove(registration.match, registration.uri, registration);
            listener.deleted(callee, registration);
        }
        return registration;
    }

    /** Ends all registrations of a client and its pending invocations. Returns the registrations. */
    public List<Registration> leave(Callee callee) {
        List<Registration> left = List.copyOf(callee.registrations());
        left.forEach(registration -> unregister(callee, registration.id));
        callee.invocations().close();
        return left;
    }

    /** Returns all registrations by id. */
    public NavigableMap<Long, Registration> byId() {
        return byId;
    }

    /** Returns the registration of exactly this procedure or pattern. */
    public Optional<Registration> find(MatchPolicy match, String uri) {
        return registrations.get(match, uri);
    }

    /** Returns a registration; null if it does not exist. */
    @Nullable
    public Registration find(long id) {
        return byId.get(id);
    }

    /** Returns the registration for calls of a procedure; empty for reserved names, whatever the patterns. */
    public Optional<Registration> bestMatch(String procedure) {
        return Uris.isReserved(procedure) ? Optional.empty() : registrations.bestMatch(procedure);
    }

    /** Sends a call to a client that registered its procedure. Returns false if there is none. */
    public boolean route(PendingCall call, RealmLimits limits) {
        Registration registration = bestMatch(call.procedure()).orElse(null);
        while (registration != null) {
            Registration.Member member = registration.pick();
            if (member == null) {
                return false;
            }
            if (invoke(call, registration, member, limits)) {
                return true;
            }
            // the callee has just left; another one may remain
            registration = bestMatch(call.procedure()).orElse(null);
        }
        return false;
    }

    private static boolean invoke(
            PendingCall call, Registration registration, Registration.Member member, RealmLimits limits) {
        CallOptions options = call.options();
        Callee callee = member.callee();
        if (options.progress()
                && !(callee.supports("progressive_call_invocations") && callee.supports("call_canceling"))) {
            call.error(
                    "wamp.error.feature_not_supported",
                    CallArguments.of("the callee does not support progressive calls"));
            return true;
        }
        boolean forwards = member.forwardTimeout() && callee.supports("call_timeout");
        Map<String, Object> details = details(call, registration, callee);
        if (forwards && options.timeout() > 0) {
            details.put("timeout", options.timeout());
        }
        if (!callee.invocations().begin(call, registration, details, limits)) {
            return false;
        }
        if (!forwards) {
            call.startTimer();
        }
        return true;
    }

    private static Map<String, Object> details(PendingCall call, Registration registration, Callee callee) {
        CallOptions options = call.options();
        Map<String, Object> details = new HashMap<>();
        if (registration.match != MatchPolicy.EXACT) {
            details.put("procedure", call.procedure());
        }
        if (options.discloseMe()) {
            call.caller().disclose(details);
        }
        // the specification requires call_canceling as well, but AutobahnJS does not have it; see ADR 35
        if (options.receiveProgress() && callee.supports("progressive_call_results")) {
            details.put("receive_progress", true);
        }
        if (options.progress()) {
            details.put("progress", true);
        }
        return details;
    }
}
