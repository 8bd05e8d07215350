package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Grants of an {@link AccessPolicy} for the topics or procedures of one pattern.
 *
 * <pre>{@code
 * AccessRule.EMPTY
 *         .subscribe(Grantee.AUTHENTICATED)
 *         .publish(Grantee.SUBSCRIBERS, Grantee.BACKEND)
 *         .rate(5, Duration.ofSeconds(1));
 * }</pre>
 *
 * <p>Each action is granted to a list: a peer needs to be only one of them. An action without a list is decided by the
 * defaults of the policy.
 */
@ThreadSafe
public final class AccessRule {
    /** Rule without grants. */
    public static final AccessRule EMPTY = new AccessRule(Map.of(), Map.of(), null, null, false);

    private final Map<Action, List<Grantee>> grants;
    private final Map<Action, String> origins;
    private final @Nullable String origin;
    private final @Nullable Rate rate;
    private final boolean hidden;

    /**
     * Maximum rate of publishes of one connection.
     *
     * @param events number of events
     * @param period period
     */
    record Rate(long events, Duration period) {
        @Override
        public String toString() {
            long millis = period.toMillis();
            Map<Long, String> units = Map.of(1_000L, "s", 60_000L, "m", 3_600_000L, "h");
            String other = millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
            return events + "/" + units.getOrDefault(millis, other);
        }
    }

    private AccessRule(
            Map<Action, List<Grantee>> grants,
            Map<Action, String> origins,
            @Nullable String origin,
            @Nullable Rate rate,
            boolean hidden) {
        this.grants = grants;
        this.origins = origins;
        this.origin = origin;
        this.rate = rate;
        this.hidden = hidden;
    }

    /** Returns a copy that grants subscribing, and reading events. */
    public AccessRule subscribe(Grantee... grantees) {
        return grant(Action.SUBSCRIBE, List.of(grantees));
    }

    /** Returns a copy that grants publishing. */
    public AccessRule publish(Grantee... grantees) {
        return grant(Action.PUBLISH, List.of(grantees));
    }

    /** Returns a copy that grants calls. */
    public AccessRule call(Grantee... grantees) {
        return grant(Action.CALL, List.of(grantees));
    }

    /** Returns a copy that grants registering. */
    public AccessRule register(Grantee... grantees) {
        return grant(Action.REGISTER, List.of(grantees));
    }

    /**
     * Returns a copy that grants an action.
     *
     * @throws IllegalArgumentException if the list is empty, or has {@link Grantee#NOBODY} beside others, or
     *     {@link Grantee#SUBSCRIBERS} for another action than publishing
     */
    public AccessRule grant(Action action, List<Grantee> grantees) {
        if (grantees.isEmpty()) {
            throw new IllegalArgumentException(action + ": an empty list (expected: nobody, or others)");
        }
        if (grantees.size() > 1 && grantees.contains(Grantee.NOBODY)) {
            throw new IllegalArgumentException(action + ": nobody beside others (expected: nobody alone)");
        }
        if (action != Action.PUBLISH && grantees.contains(Grantee.SUBSCRIBERS)) {
            throw new IllegalArgumentException(action + ": subscribers (expected: only for publish)");
        }
        return new AccessRule(with(grants, action, List.copyOf(grantees)), origins, origin, rate, hidden);
    }

    /**
     * Returns a copy that limits how often each connection may publish on its topics.
     *
     * <p>A token bucket: the events of one period may come at once. Events beyond it are refused with
     * {@link AccessDecision#limit}.
     *
     * @param events number of events, at least 1
     * @param period period, from 1 ms to 1 day
     */
    public AccessRule rate(long events, Duration period) {
        if (events < 1) {
            throw new IllegalArgumentException("rate: " + events + " events (expected: 1 or more)");
        }
        if (period.compareTo(Duration.ofMillis(1)) < 0 || period.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("rate: period of " + period + " (expected: 1 ms to 1 day)");
        }
        return new AccessRule(grants, origins, origin, new Rate(events, period), hidden);
    }

    /** Returns a copy that answers a denied call as if the procedure did not exist. */
    public AccessRule hidden(boolean on) {
        return new AccessRule(grants, origins, origin, rate, on);
    }

    /** Returns a copy with its place in a file, such as {@code site.conf:12}. */
    public AccessRule origin(String place) {
        return new AccessRule(grants, origins, place, rate, hidden);
    }

    /** Returns a copy with the place of one of its grants in a file. */
    public AccessRule origin(Action action, String place) {
        return new AccessRule(grants, with(origins, action, place), origin, rate, hidden);
    }

    private static <V> Map<Action, V> with(Map<Action, V> map, Action action, V value) {
        Map<Action, V> copy = new EnumMap<>(Action.class);
        copy.putAll(map);
        copy.put(action, value);
        return copy;
    }

    /** Returns a copy with the grants and origins of another rule, where it has some. */
    AccessRule override(AccessRule other) {
        AccessRule merged = this;
        for (Map.Entry<Action, List<Grantee>> grant : other.grants.entrySet()) {
            merged = merged.grant(grant.getKey(), grant.getValue());
            String place = other.origin(grant.getKey()).orElse(null);
            merged = place == null ? merged : merged.origin(grant.getKey(), place);
        }
        return merged;
    }

    /** Returns the grantees of an action; null if this rule does not name the action. */
    @Nullable
    List<Grantee> grantees(Action action) {
        return grants.get(action);
    }

    Map<Action, List<Grantee>> grants() {
        return grants;
    }

    Optional<String> origin(Action action) {
        return Optional.ofNullable(origins.getOrDefault(action, origin));
    }

    @Nullable
    Rate rate() {
        return rate;
    }

    boolean isHidden() {
        return hidden;
    }

    /** Returns the value of an action as in the configuration file. */
    static String text(List<Grantee> grantees) {
        return grantees.size() == 1
                ? grantees.get(0).toString()
                : grantees.stream().map(Grantee::toString).collect(Collectors.joining(", ", "[", "]"));
    }

    /** Returns the rule as in the configuration file. */
    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        grants.forEach((action, grantees) -> all.add(action + " = " + text(grantees)));
        if (rate != null) {
            all.add("rate = " + rate);
        }
        if (hidden) {
            all.add("hidden = on");
        }
        return all.isEmpty() ? "{ }" : "{ " + String.join(", ", all) + " }";
    }
}
