package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decision of an {@link AccessPolicy}, with the rule that decided. */
@ThreadSafe
public final class AccessExplanation {
    private final AccessDecision decision;
    private final String rule;
    private final @Nullable String origin;
    private final @Nullable String suggestion;

    AccessExplanation(AccessDecision decision, String rule, @Nullable String origin, @Nullable String suggestion) {
        this.decision = decision;
        this.rule = rule;
        this.origin = origin;
        this.suggestion = suggestion;
    }

    /** Returns the decision; a rate is not counted. */
    public AccessDecision decision() {
        return decision;
    }

    /** Reports whether the request is allowed. */
    public boolean isAllowed() {
        return decision instanceof AccessDecision.Allow;
    }

    /** Returns the line that decided, such as {@code topics."news.*".subscribe = anyone}. */
    public String rule() {
        return rule;
    }

    /**
     * Returns the place of the line, such as {@code site.conf:12}.
     *
     * @return empty for built-in defaults and rules in Java
     */
    public Optional<String> origin() {
        return Optional.ofNullable(origin);
    }

    /**
     * Returns a line that would allow the request, such as <code>topics { "news" { subscribe = anyone } }</code>.
     *
     * @return empty if a rule decided: then it is that rule that needs a change
     */
    public Optional<String> suggestion() {
        return Optional.ofNullable(suggestion);
    }

    /** Returns origin and line. */
    @Override
    public String toString() {
        return origin == null ? rule : origin + ": " + rule;
    }
}
