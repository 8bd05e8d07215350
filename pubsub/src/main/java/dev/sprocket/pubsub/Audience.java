package dev.sprocket.pubsub;

import java.util.Collection;
import java.util.Set;

/**
 * Which subscribers of a topic an event is for, by their {@linkplain Subscriber#id() ids}. Exclusion beats eligibility.
 *
 * <p>Threads: any; it does not change.
 */
public final class Audience {
    /** All subscribers. */
    public static final Audience EVERYBODY = new Audience(Set.of(), Set.of());

    private final Set<String> excluded;
    private final Set<String> eligible;

    private Audience(Set<String> excluded, Set<String> eligible) {
        this.excluded = excluded;
        this.eligible = eligible;
    }

    /**
     * Some of the subscribers.
     *
     * @param excluded who does not get it
     * @param eligible who may get it; empty means everybody
     */
    public static Audience of(Collection<String> excluded, Collection<String> eligible) {
        return excluded.isEmpty() && eligible.isEmpty()
                ? EVERYBODY
                : new Audience(Set.copyOf(excluded), Set.copyOf(eligible));
    }

    /** All but one. */
    public static Audience except(String id) {
        return new Audience(Set.of(id), Set.of());
    }

    /** Whether the event is for the subscriber with this id. */
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
