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
    enum Invoke {
        SINGLE,
        FIRST,
        LAST,
        ROUNDROBIN,
        RANDOM;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A client, and whether it sees to it itself that calls do not take too long. */
    record Place(V2Session callee, boolean forwardTimeout) {}

    final long id;
    final String uri;
    final MatchPolicy match;
    final Invoke invoke;
    final Instant created = Instant.now();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<Place> places = List.of();

    Registration(long id, String uri, MatchPolicy match, Invoke invoke) {
        this.id = id;
        this.uri = uri;
        this.match = match;
        this.invoke = invoke;
    }

    List<Place> places() {
        return places;
    }

    boolean has(V2Session callee) {
        return places.stream().anyMatch(place -> place.callee == callee);
    }

    void add(Place place) {
        List<Place> more = new java.util.ArrayList<>(places);
        more.add(place);
        places = List.copyOf(more);
    }

    void remove(V2Session callee) {
        places = places.stream().filter(place -> place.callee != callee).toList();
    }

    /** Whose turn it is; null if nobody is left. */
    @Nullable
    Place pick() {
        List<Place> all = places;
        if (all.isEmpty()) {
            return null;
        }
        return all.get(
                switch (invoke) {
                    case SINGLE, FIRST -> 0;
                    case LAST -> all.size() - 1;
                    case ROUNDROBIN -> Math.floorMod(turn.getAndIncrement(), all.size());
                    case RANDOM -> ThreadLocalRandom.current().nextInt(all.size());
                });
    }
}
