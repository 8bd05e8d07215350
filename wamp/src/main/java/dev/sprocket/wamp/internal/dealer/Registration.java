package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import dev.sprocket.wamp.internal.v2.V2Session;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Registered procedure or pattern, with the clients that answer its calls.
 *
 * <p>Modified by the {@link Dealer} only.
 */
@ThreadSafe
public final class Registration {
    /** Selection among the callees of a shared registration. */
    public enum InvokePolicy {
        SINGLE,
        FIRST,
        LAST,
        ROUNDROBIN,
        RANDOM;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Client that registered the procedure.
     *
     * @param session session of the client
     * @param forwardTimeout true if the client enforces call timeouts
     */
    public record Callee(V2Session session, boolean forwardTimeout) {}

    public final long id;
    public final String uri;
    public final MatchPolicy match;
    public final InvokePolicy invoke;
    public final Instant created = Instant.now();
    private final AtomicInteger nextCallee = new AtomicInteger();
    private volatile List<Callee> callees = List.of();

    Registration(long id, String uri, MatchPolicy match, InvokePolicy invoke) {
        this.id = id;
        this.uri = uri;
        this.match = match;
        this.invoke = invoke;
    }

    public List<Callee> callees() {
        return callees;
    }

    boolean has(V2Session session) {
        return callees.stream().anyMatch(callee -> callee.session == session);
    }

    void add(Callee callee) {
        List<Callee> extended = new java.util.ArrayList<>(callees);
        extended.add(callee);
        callees = List.copyOf(extended);
    }

    void remove(V2Session session) {
        callees = callees.stream().filter(callee -> callee.session != session).toList();
    }

    /** Selects the callee of the next call; null if none remains. */
    @Nullable
    Callee pick() {
        List<Callee> all = callees;
        if (all.isEmpty()) {
            return null;
        }
        return all.get(
                switch (invoke) {
                    case SINGLE, FIRST -> 0;
                    case LAST -> all.size() - 1;
                    case ROUNDROBIN -> Math.floorMod(nextCallee.getAndIncrement(), all.size());
                    case RANDOM -> ThreadLocalRandom.current().nextInt(all.size());
                });
    }
}
