package dev.sprocket.pubsub;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which subscribers of a topic an event is for, by their {@linkplain Subscriber#id() ids}. Exclusion beats eligibility.
 */
@ThreadSafe
public final class Audience {
    /** All subscribers. */
    public static final Audience ALL = new Audience(Set.of(), Set.of(), null);

    private final Set<String> excluded;
    private final Set<String> eligible;
    private final @Nullable Predicate<? super Subscriber> test;

    private Audience(Set<String> excluded, Set<String> eligible, @Nullable Predicate<? super Subscriber> test) {
        this.excluded = excluded;
        this.eligible = eligible;
        this.test = test;
    }

    /**
     * Some of the subscribers.
     *
     * @param excluded who does not get it
     * @param eligible who may get it; empty means everybody
     */
    public static Audience of(Collection<String> excluded, Collection<String> eligible) {
        return excluded.isEmpty() && eligible.isEmpty()
                ? ALL
                : new Audience(Set.copyOf(excluded), Set.copyOf(eligible), null);
    }

    /** All but one. */
    public static Audience except(String id) {
        return new Audience(Set.of(id), Set.of(), null);
    }

    /** Those of them who pass a test, which is asked for each event and subscriber, on many threads. */
    public Audience only(Predicate<? super Subscriber> passing) {
        Predicate<? super Subscriber> before = test;
        return new Audience(
                excluded, eligible, before == null ? passing : one -> before.test(one) && passing.test(one));
    }

    /** Whether the event is for this subscriber. */
    public boolean includes(Subscriber subscriber) {
        return includes(subscriber.id()) && (test == null || test.test(subscriber));
    }

    /** Whether the event may be for the subscriber with this id, as far as ids can tell. */
    public boolean includes(String id) {
        return !excluded.contains(id) && (eligible.isEmpty() || eligible.contains(id));
    }

    /** Who does not get it. */
    public Set<String> excluded() {
        return excluded;
    }

    /** Who may get it; empty means everybody. */
    public Set<String> eligible() {
        return eligible;
    }
}
