package dev.sprocket.pubsub;

import com.google.errorprone.annotations.Immutable;
import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.core.Connection;
import dev.sprocket.core.User;
import dev.sprocket.core.internal.log.PeerLog;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers of a topic that may receive an event, by {@linkplain Member#id() ids}, users and roles.
 *
 * <p>Exclusion takes precedence over eligibility; all restrictions apply together.
 *
 * <pre>{@code
 * Audience editors = Audience.ALL.onlyRoles(List.of("editor")).exceptUsers(List.of("ann"));
 * topics.topic("drafts").broadcast(Event.of("new draft"), editors);
 * }</pre>
 *
 * <p>A topic with a history keeps an event with its audience, and checks each reader. If the audience is restricted by
 * ids or by a test, the event is kept for subscribers that were subscribed when it was published: later readers do not
 * receive it. {@link #except} does not restrict who may read an event later.
 */
@ThreadSafe
public final class Audience {
    /** Subscriber as an audience sees it. */
    public interface Member {
        /** Returns the id. */
        String id();

        /** Returns the connection; empty for a function of the application. */
        Optional<Connection> connection();

        /** Returns the id of the user; empty without one. */
        default Optional<String> userId() {
            return connection().flatMap(User::find).map(User::id);
        }

        /** Returns the roles of the user; {@code anonymous} for a connection that is not authenticated. */
        default Set<String> roles() {
            return connection()
                    .map(conn -> User.find(conn).map(User::roles).orElse(ANONYMOUS))
                    .orElse(Set.of());
        }
    }

    private static final PeerLog LOG = PeerLog.of(Audience.class).withTraces();
    private static final Set<String> ANONYMOUS = Set.of("anonymous");

    /** Exclusion list and eligibility list. A null eligibility list includes all, an empty list nobody. */
    @Immutable
    private static final class Filter {
        static final Filter NONE = new Filter(Set.of(), null);

        @SuppressWarnings("Immutable") // copies
        final Set<String> excluded;

        @SuppressWarnings("Immutable") // copies
        final @Nullable Set<String> eligible;

        private Filter(Set<String> excluded, @Nullable Set<String> eligible) {
            this.excluded = excluded;
            this.eligible = eligible;
        }

        Filter except(Collection<String> names) {
            Set<String> all = new HashSet<>(excluded);
            all.addAll(names);
            return new Filter(excluded.isEmpty() ? Set.copyOf(names) : Set.copyOf(all), eligible);
        }

        Filter only(Collection<String> names) {
            Set<String> remaining = Set.copyOf(names);
            if (eligible != null) {
                Set<String> both = new HashSet<>(remaining);
                both.retainAll(eligible);
                remaining = Set.copyOf(both);
            }
            return new Filter(excluded, remaining);
        }

        boolean includes(String name) {
            return !excluded.contains(name) && (eligible == null || eligible.contains(name));
        }

        boolean includesAny(Set<String> names) {
            return (excluded.isEmpty() || names.stream().noneMatch(excluded::contains))
                    && (eligible == null || names.stream().anyMatch(eligible::contains));
        }
    }

    /** Audience of all subscribers. */
    public static final Audience ALL = new Audience(null, Filter.NONE, Filter.NONE, Filter.NONE, null);

    /** Id of a publisher that does not receive its event; null without one. */
    private final @Nullable String publisher;

    private final Filter ids;
    private final Filter users;
    private final Filter roles;
    private final @Nullable Predicate<Member> test;

    private Audience(
            @Nullable String publisher, Filter ids, Filter users, Filter roles, @Nullable Predicate<Member> test) {
        this.publisher = publisher;
        this.ids = ids;
        this.users = users;
        this.roles = roles;
        this.test = test;
    }

    /**
     * Creates an audience by ids.
     *
     * @param excluded ids of subscribers that do not receive the event
     * @param eligible ids of subscribers that may receive the event; if empty, all may
     */
    public static Audience of(Collection<String> excluded, Collection<String> eligible) {
        Audience others = ALL.exceptIds(excluded);
        return eligible.isEmpty() ? others : others.onlyIds(eligible);
    }

    /**
     * Creates an audience of all subscribers but the one that publishes.
     *
     * @param id id of the publishing subscriber
     */
    public static Audience except(String id) {
        return new Audience(id, Filter.NONE, Filter.NONE, Filter.NONE, null);
    }

    /** Returns the part of this audience without the subscriber that publishes; see {@link #except}. */
    public Audience withoutPublisher(String id) {
        return new Audience(id, ids, users, roles, test);
    }

    /** Returns the part of this audience without some ids. */
    public Audience exceptIds(Collection<String> excluded) {
        return excluded.isEmpty() ? this : new Audience(publisher, ids.except(excluded), users, roles, test);
    }

    /** Returns the part of this audience with some ids; nobody without ids. */
    public Audience onlyIds(Collection<String> eligible) {
        return new Audience(publisher, ids.only(eligible), users, roles, test);
    }

    /** Returns the part of this audience without some users. */
    public Audience exceptUsers(Collection<String> excluded) {
        return excluded.isEmpty() ? this : new Audience(publisher, ids, users.except(excluded), roles, test);
    }

    /** Returns the part of this audience with some users; nobody without users. */
    public Audience onlyUsers(Collection<String> eligible) {
        return new Audience(publisher, ids, users.only(eligible), roles, test);
    }

    /** Returns the part of this audience that has none of some roles. */
    public Audience exceptRoles(Collection<String> excluded) {
        return excluded.isEmpty() ? this : new Audience(publisher, ids, users, roles.except(excluded), test);
    }

    /** Returns the part of this audience that has at least one of some roles. */
    public Audience onlyRoles(Collection<String> eligible) {
        return new Audience(publisher, ids, users, roles.only(eligible), test);
    }

    /**
     * Returns the part of this audience that passes a test.
     *
     * @param passing called for each event and subscriber, from several threads; a subscriber for which it
     *     throws is left out, and the exception is logged
     */
    public Audience only(Predicate<Member> passing) {
        return new Audience(publisher, ids, users, roles, test == null ? passing : test.and(passing));
    }

    /**
     * Reports whether a subscriber is in this audience.
     *
     * <p>A function of the application is in no audience that is restricted by users or roles.
     */
    public boolean includes(Member subscriber) {
        return includes(subscriber.id())
                && (!isForUsers() || includesUser(subscriber))
                && (test == null || passes(test, subscriber));
    }

    /** Reports whether a subscriber passes a test of the application; false if the test throws. */
    private static boolean passes(Predicate<Member> test, Member subscriber) {
        try {
            return test.test(subscriber);
        } catch (RuntimeException e) {
            LOG.error(test.getClass(), "test of an audience failed, subscriber left out: test={}", test.getClass(), e);
            return false;
        }
    }

    @SuppressWarnings("ReferenceEquality") // most events have no filter
    private boolean isForUsers() {
        return users != Filter.NONE || roles != Filter.NONE;
    }

    private boolean includesUser(Member subscriber) {
        return subscriber.connection().isPresent()
                && users.includesAny(subscriber.userId().map(Set::of).orElse(Set.of()))
                && roles.includesAny(subscriber.roles());
    }

    /** Reports whether an id is in this audience; ignores users, roles and tests. */
    public boolean includes(String id) {
        return !id.equals(publisher) && ids.includes(id);
    }

    /**
     * Reports whether a reader that subscribed after the event may read it.
     *
     * <p>It may not if the audience is restricted by ids or by a test.
     */
    public boolean includesLater(Member reader) {
        return !isForSubscribedOnly() && includes(reader);
    }

    /** Reports whether this audience is restricted by ids or a test. */
    @SuppressWarnings("ReferenceEquality") // most events have no filter
    public boolean isForSubscribedOnly() {
        return ids != Filter.NONE || test != null;
    }

    /** Reports whether other servers can apply this audience: it has no test of {@link #only(Predicate)}. */
    public boolean isData() {
        return test == null;
    }

    /** Property of a subscriber by which an audience is restricted. */
    public enum By {
        /** Id of the subscriber. */
        IDS,
        /** Id of the user. */
        USERS,
        /** Roles of the user. */
        ROLES
    }

    private Filter filter(By property) {
        return switch (property) {
            case IDS -> ids;
            case USERS -> users;
            case ROLES -> roles;
        };
    }

    /** Returns the names of a property that do not receive the event, without the publisher. */
    public Set<String> excluded(By property) {
        return filter(property).excluded;
    }

    /** Returns names of a property of which one is required; null without a restriction. */
    public @Nullable Set<String> eligible(By property) {
        return filter(property).eligible;
    }

    /** Returns the id of the publisher, if it does not receive its event; null otherwise. */
    public @Nullable String publisher() {
        return publisher;
    }

    /** Returns the ids of subscribers that do not receive the event. */
    public Set<String> excluded() {
        return publisher == null ? ids.excluded : ids.except(Set.of(publisher)).excluded;
    }

    /** Returns the ids of subscribers that may receive the event; empty without such a restriction. */
    public Set<String> eligible() {
        return ids.eligible == null ? Set.of() : ids.eligible;
    }
}
