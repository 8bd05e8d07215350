package dev.sprocket.checks.access;

import dev.sprocket.pubsub.access.Action;
import java.util.EnumSet;
import java.util.Set;

/**
 * Way into or out of the topics and procedures: a row of the access matrix.
 *
 * @param name name of the test
 * @param action action that the way needs
 * @param peers peers that can take the way
 * @param grants grants with which the way is tried
 * @param expectation who is expected to be let through
 * @param attempt takes the way
 */
record Way(String name, Action action, Set<Who> peers, Set<Grant> grants, Expectation expectation, Attempt attempt) {
    /** Takes a way as a peer, and reports whether it took effect. */
    @FunctionalInterface
    interface Attempt {
        boolean isEffective(Who who, Grant grant) throws Exception;
    }

    /** Decides whether a peer is expected to be let through. */
    @FunctionalInterface
    interface Expectation {
        boolean isAllowed(Who who, Grant grant);
    }

    /** Creates a row that is tried with all grants. */
    static Way of(String name, Action action, Set<Who> peers, Attempt attempt) {
        return new Way(
                name,
                action,
                peers,
                EnumSet.allOf(Grant.class),
                (who, grant) -> grant.includes(who, byDefault(action)),
                attempt);
    }

    Way grants(Set<Grant> some) {
        return new Way(name, action, peers, some, expectation, attempt);
    }

    Way expect(Expectation other) {
        return new Way(name, action, peers, grants, other, attempt);
    }

    /** Returns the default of an action in a file without {@code default-access}. */
    private static Grant byDefault(Action action) {
        return switch (action) {
            case SUBSCRIBE, CALL -> Grant.AUTHENTICATED;
            case PUBLISH -> Grant.BACKEND;
            case REGISTER -> Grant.NOBODY;
        };
    }
}
