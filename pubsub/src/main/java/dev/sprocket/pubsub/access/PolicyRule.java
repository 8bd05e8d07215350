package dev.sprocket.pubsub.access;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.pubsub.internal.pattern.NamePattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rule of a policy with its pattern. */
@ThreadSafe
final class PolicyRule {
    private static final String USER = "user";

    private final RuleTable.Kind kind;
    private final NamePattern pattern;
    private final AccessRule rule;

    /**
     * Creates a rule.
     *
     * @throws IllegalArgumentException if the rule has parts that belong elsewhere, or {@code self} without a hole
     */
    PolicyRule(RuleTable.Kind kind, NamePattern pattern, AccessRule rule) {
        this.kind = kind;
        this.pattern = pattern;
        this.rule = rule;
        for (Map.Entry<Action, List<Grantee>> grant : rule.grants().entrySet()) {
            RuleTable.Kind home = RuleTable.Kind.of(grant.getKey());
            if (home != kind) {
                throw misplaced(grant.getKey().toString(), home);
            }
            if (grant.getValue().contains(Grantee.SELF) && !pattern.hasHole(USER)) {
                throw new IllegalArgumentException(this + "." + grant.getKey()
                        + ": self without {user} in the pattern (expected: such as user.{user})");
            }
        }
        if (rule.rate() != null && kind != RuleTable.Kind.TOPICS) {
            throw misplaced("rate", RuleTable.Kind.TOPICS);
        }
        if (rule.isHidden() && kind != RuleTable.Kind.PROCEDURES) {
            throw misplaced("hidden", RuleTable.Kind.PROCEDURES);
        }
    }

    private IllegalArgumentException misplaced(String key, RuleTable.Kind home) {
        return new IllegalArgumentException(this + ": " + key + " (expected: " + key + " in " + home + ")");
    }

    NamePattern pattern() {
        return pattern;
    }

    /** Returns the grantees of an action; null if this rule does not name it. */
    @Nullable
    List<Grantee> grantees(Action action) {
        return rule.grantees(action);
    }

    /** Reports whether this rule grants the action to the peer. */
    boolean grants(AccessRequest request, String name, boolean isWhole) {
        List<Grantee> grantees = rule.grantees(request.action());
        if (grantees == null) {
            return false;
        }
        String user = grantees.contains(Grantee.SELF) ? pattern.component(USER, name, isWhole) : null;
        return Grantee.anyIncludes(grantees, request, user);
    }

    AccessRule.@Nullable Rate rate() {
        return rule.rate();
    }

    boolean isHidden() {
        return rule.isHidden();
    }

    Optional<String> origin(Action action) {
        return rule.origin(action);
    }

    /** Returns the rule as in the configuration file. */
    String text() {
        return RuleTable.quote(pattern.toString()) + " " + rule;
    }

    /** Returns the path in the configuration file, such as {@code topics."news.*"}. */
    @Override
    public String toString() {
        return kind + "." + RuleTable.quote(pattern.toString());
    }
}
