package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers of a topic that may receive an event, by {@linkplain Member#id() ids}.
 *
 * <p>Exclusion takes precedence over eligibility.
 */
@ThreadSafe
public final class Audience {
    /** Subscriber as an audience sees it. */
    public interface Member {
        /** Returns the id. */
        String id();

        /** Returns the connection; empty for a function of the application. */
        Optional<Connection> connection();
    }

    /** Audience of all subscribers. */
    public static final Audience ALL = new Audience(Set.of(), Set.of(), null);

    private final Set<String> excluded;
    private final Set<String> eligible;
    private final @Nullable Predicate<Member> test;

    private Audience(Set<String> excluded, Set<String> eligible, @Nullable Predicate<Member> test) {
        this.excluded = excluded;
        this.eligible = eligible;
        this.test = test;
    }

    /**
     * Creates an audience by ids.
     *
     * @param excluded ids of subscribers that do not receive the event
     * @param eligible ids of subscribers that may receive the event; if empty, all may
     */
    public static Audience of(Collection<String> excluded, Collection<String> eligible) {
        return excluded.isEmpty() && eligible.isEmpty()
                ? ALL
                : new Audience(Set.copyOf(excluded), Set.copyOf(eligible), null);
    }

    /** Creates an audience of all subscribers but one. */
    public static Audience except(String id) {
        return new Audience(Set.of(id), Set.of(), null);
    }

    /**
     * Returns the part of this audience that passes a test.
     *
     * @param passing called for each event and subscriber, from several threads
     */
    public Audience only(Predicate<Member> passing) {
        return new Audience(excluded, eligible, test == null ? passing : test.and(passing));
    }

    /** Reports whether a subscriber is in this audience. */
    public boolean includes(Member subscriber) {
        return includes(subscriber.id()) && (test == null || test.test(subscriber));
    }

    /** Reports whether a subscriber id is in this audience; ignores tests of {@link #only}. */
    public boolean includes(String id) {
        return !excluded.contains(id) && (eligible.isEmpty() || eligible.contains(id));
    }

    /** Returns the ids of subscribers that do not receive the event. */
    public Set<String> excluded() {
        return excluded;
    }

    /** Returns the ids of subscribers that may receive the event; if empty, all may. */
    public Set<String> eligible() {
        return eligible;
    }
}
