package dev.sprocket.wamp.internal.dealer;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.pattern.MatchPolicy;
import java.time.Instant;
import java.util.ArrayList;
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

        /** Returns the name in messages. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Procedure or pattern that a client wants to register.
     *
     * @param forwardTimeout true if the client enforces call timeouts
     */
    public record Request(String uri, MatchPolicy match, InvokePolicy invoke, boolean forwardTimeout) {}

    /**
     * Client that registered the procedure.
     *
     * @param forwardTimeout true if the client enforces call timeouts
     */
    public record Member(Callee callee, boolean forwardTimeout) {}

    public final long id;
    public final String uri;
    public final MatchPolicy match;
    public final InvokePolicy invoke;
    public final Instant created = Instant.now();
    private final AtomicInteger nextMember = new AtomicInteger();
    private volatile List<Member> members = List.of();

    Registration(long id, Request request) {
        this.id = id;
        this.uri = request.uri;
        this.match = request.match;
        this.invoke = request.invoke;
    }

    /** Returns the clients that registered the procedure. */
    public List<Member> members() {
        return members;
    }

    boolean has(Callee callee) {
        return members.stream().anyMatch(member -> member.callee == callee);
    }

    void add(Member member) {
        List<Member> extended = new ArrayList<>(members);
        extended.add(member);
        members = List.copyOf(extended);
    }

    void remove(Callee callee) {
        members = members.stream().filter(member -> member.callee != callee).toList();
    }

    /** Selects the callee of the next call; null if none remains. */
    @Nullable
    Member pick() {
        List<Member> all = members;
        if (all.isEmpty()) {
            return null;
        }
        return all.get(
                switch (invoke) {
                    case SINGLE, FIRST -> 0;
                    case LAST -> all.size() - 1;
                    case ROUNDROBIN -> Math.floorMod(nextMember.getAndIncrement(), all.size());
                    case RANDOM -> ThreadLocalRandom.current().nextInt(all.size());
                });
    }
}
