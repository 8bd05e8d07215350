package dev.sprocket.wamp;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.MatchPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A procedure, or a pattern of procedures, and the clients that answer its calls. The dealer changes it. */
@ThreadSafe
final class Registration {
    /** Which of several clients gets a call. */
    enum InvokePolicy {
        SINGLE,
        FIRST,
        LAST,
        ROUNDROBIN,
        RANDOM;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A client, and whether it sees to it itself that calls do not take too long. */
    record Callee(V2Session session, boolean forwardTimeout) {}

    final long id;
    final String uri;
    final MatchPolicy match;
    final InvokePolicy invoke;
    final Instant created = Instant.now();
    private final AtomicInteger nextCallee = new AtomicInteger();
    private volatile List<Callee> callees = List.of();

    Registration(long id, String uri, MatchPolicy match, InvokePolicy invoke) {
        this.id = id;
        this.uri = uri;
        this.match = match;
        this.invoke = invoke;
    }

    List<Callee> callees() {
        return callees;
    }

    boolean has(V2Session callee) {
        return callees.stream().anyMatch(place -> place.session == callee);
    }

    void add(Callee place) {
        List<Callee> more = new java.util.ArrayList<>(callees);
        more.add(place);
        callees = List.copyOf(more);
    }

    void remove(V2Session callee) {
        callees = callees.stream().filter(place -> place.session != callee).toList();
    }

    /** Whose turn it is; null if nobody is left. */
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
